-- How soon leads are answered: a target for each source, and on the lead itself when it was and by when it should be.
CREATE TABLE lead_targets (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    source TEXT NOT NULL,
    source_key TEXT NOT NULL UNIQUE,
    minutes INTEGER,
    -- Holds for leads that arrive from then on.
    since TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00',
    version BIGINT NOT NULL DEFAULT 1
);
-- For every source that has none of its own.
INSERT INTO lead_targets (source, source_key) VALUES ('', '');
ALTER TABLE contacts ADD COLUMN first_touch_at TIMESTAMP;
ALTER TABLE contacts ADD COLUMN first_touch_by BIGINT REFERENCES users (id);
-- By when it was to be answered; stays.
ALTER TABLE contacts ADD COLUMN answer_by TIMESTAMP;
-- The same while it waits for an answer.
ALTER TABLE contacts ADD COLUMN answer_due_at TIMESTAMP;
-- When to tell that it is late; empty once that is told.
ALTER TABLE contacts ADD COLUMN answer_tell_at TIMESTAMP;
-- When a job is to look at the lead again.
ALTER TABLE contacts ADD COLUMN recheck_at TIMESTAMP;
CREATE INDEX contacts_leads_by_answer ON contacts (coalesce(answer_due_at, '9999-12-31 00:00:00'), id)
    WHERE deleted_at IS NULL AND lifecycle = 'lead';
CREATE INDEX contacts_to_answer ON contacts (owner_id, answer_due_at, id) WHERE answer_due_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX contacts_to_tell ON contacts (answer_tell_at, id) WHERE answer_tell_at IS NOT NULL;
CREATE INDEX contacts_to_recheck ON contacts (recheck_at, id) WHERE recheck_at IS NOT NULL;
CREATE INDEX contacts_by_arrival ON contacts (arrived_at, id) WHERE arrived_at IS NOT NULL AND deleted_at IS NULL;
-- Two who change it at once hear of each other.
ALTER TABLE availability ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
