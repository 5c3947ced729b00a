DROP INDEX sign_in_failures_by_time;
DROP TABLE contact_suggestions;
DROP TABLE form_submissions;
DROP TABLE web_form_consents;
DROP TABLE web_forms;
