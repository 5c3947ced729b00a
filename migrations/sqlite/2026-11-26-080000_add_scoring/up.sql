-- How promising a lead is, in points by rules, and what each rule gave.
CREATE TABLE scoring (
    id BIGINT PRIMARY KEY NOT NULL,
    least INTEGER NOT NULL,
    most INTEGER NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
INSERT INTO scoring (id, least, most) VALUES (1, 0, 100);
CREATE TABLE scoring_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    conditions TEXT NOT NULL,
    points INTEGER NOT NULL,
    -- Empty for a rule about fields only.
    behaviour TEXT NOT NULL DEFAULT '',
    form_id BIGINT REFERENCES web_forms (id),
    least INTEGER NOT NULL DEFAULT 1,
    days INTEGER NOT NULL DEFAULT 30,
    half_life INTEGER,
    cap INTEGER,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE score_parts (
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    rule_id BIGINT NOT NULL REFERENCES scoring_rules (id) ON DELETE CASCADE,
    points INTEGER NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (contact_id, rule_id)
);
CREATE INDEX score_parts_by_rule ON score_parts (rule_id);
ALTER TABLE contacts ADD COLUMN score BIGINT NOT NULL DEFAULT 0;
CREATE INDEX contacts_leads_by_score ON contacts (score, id) WHERE deleted_at IS NULL AND lifecycle = 'lead';
