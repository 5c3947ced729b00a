-- The statuses of leads: a company's own words within fixed kinds. A contact keeps the key, which never changes.
CREATE TABLE lead_statuses (
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE
);
INSERT INTO lead_statuses (key, name, kind, position) VALUES
    ('new', 'New', 'new', 1),
    ('working', 'Working', 'working', 2),
    ('nurturing', 'Nurturing', 'nurturing', 3),
    ('qualified', 'Qualified', 'qualified', 4),
    ('disqualified', 'Disqualified', 'disqualified', 5);
ALTER TABLE contacts ADD COLUMN campaign TEXT;
ALTER TABLE contacts ADD COLUMN rating TEXT;
ALTER TABLE contacts ADD COLUMN arrived_at TIMESTAMP;
UPDATE contacts SET arrived_at = created_at WHERE lifecycle = 'lead';
