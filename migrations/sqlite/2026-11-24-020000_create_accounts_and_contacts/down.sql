DROP TABLE taggings; DROP TABLE tags; DROP TABLE addresses; DROP TABLE contact_accounts; DROP TABLE contact_phones;
DROP TABLE contact_emails; DROP TABLE contacts; DROP TABLE account_domains; DROP TABLE accounts; DROP TABLE files;
