-- Forms that strangers fill in, hosted here or pasted into other sites. `fields` is a JSON array in the order of the form.
CREATE TABLE web_forms (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL,
    name TEXT NOT NULL,
    heading TEXT NOT NULL,
    introduction TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL,
    button TEXT NOT NULL,
    thanks TEXT NOT NULL DEFAULT '',
    redirect TEXT NOT NULL DEFAULT '',
    consent_required BOOLEAN NOT NULL DEFAULT FALSE,
    source TEXT NOT NULL DEFAULT '',
    campaign TEXT NOT NULL DEFAULT '',
    origins TEXT NOT NULL DEFAULT '',
    least_seconds BIGINT NOT NULL DEFAULT 3,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
-- Every wording that people were asked to agree to; the newest holds, an empty one asks nothing.
CREATE TABLE web_form_consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    form_id BIGINT NOT NULL REFERENCES web_forms (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    since TIMESTAMP NOT NULL
);
CREATE INDEX web_form_consents_by_form ON web_form_consents (form_id, id);
-- What was sent. `sent_key` is the number drawn with the page: the same sent twice counts once.
CREATE TABLE form_submissions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    form_id BIGINT NOT NULL REFERENCES web_forms (id) ON DELETE CASCADE,
    sent_key TEXT NOT NULL,
    email_key TEXT NOT NULL,
    state TEXT NOT NULL,
    contact_id BIGINT REFERENCES contacts (id) ON DELETE CASCADE,
    answers TEXT NOT NULL,
    employees BIGINT,
    product_id BIGINT REFERENCES products (id) ON DELETE SET NULL,
    consent_id BIGINT REFERENCES web_form_consents (id),
    came_by TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    UNIQUE (form_id, sent_key, email_key)
);
CREATE INDEX form_submissions_by_form ON form_submissions (form_id, state, id);
CREATE INDEX form_submissions_by_contact ON form_submissions (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX form_submissions_by_product ON form_submissions (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX form_submissions_held ON form_submissions (at) WHERE state <> 'taken';
-- What someone else says of a contact and nobody has decided on, one of a field.
CREATE TABLE contact_suggestions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    said_by TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    UNIQUE (contact_id, field)
);
-- Tries are forgotten by their age, with every one that is counted.
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (at);
