DROP TABLE sign_in_failures; DROP TABLE links; DROP TABLE sessions; DROP TABLE users; DROP TABLE teams;
DROP TABLE exchange_rates; DROP TABLE company;
