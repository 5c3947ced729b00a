DROP TABLE import_keys; DROP TABLE imports; DROP TABLE mail_outbox; DROP TABLE jobs;
