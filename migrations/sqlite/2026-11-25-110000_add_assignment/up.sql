-- Who gets the leads that arrive: rules in order, queues to pull from, and who is away or has enough.
CREATE TABLE queues (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    team_id BIGINT REFERENCES teams (id) ON DELETE SET NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE
);
CREATE TABLE assignment_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    conditions TEXT NOT NULL,
    owner_id BIGINT REFERENCES users (id),
    team_id BIGINT REFERENCES teams (id) ON DELETE SET NULL,
    queue_id BIGINT REFERENCES queues (id),
    last_id BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE availability (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    away_from DATE,
    away_until DATE,
    most_leads INTEGER
);
ALTER TABLE contacts ADD COLUMN queue_id BIGINT REFERENCES queues (id);
CREATE INDEX contacts_in_queue ON contacts (queue_id, arrived_at, id) WHERE queue_id IS NOT NULL AND deleted_at IS NULL;
