DROP VIEW listed_quotes;
DROP TABLE quote_defaults;
DROP TABLE quote_numbers;
DROP TABLE quote_links;
DROP TABLE quote_lines;
DROP TABLE quotes;
