DROP TABLE import_outcomes;
DROP TABLE import_uploads;
