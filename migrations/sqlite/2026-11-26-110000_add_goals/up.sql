-- What a person is to reach each week, from a Monday on: past weeks keep what was asked of them then.
CREATE TABLE goals (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    measure TEXT NOT NULL,
    since DATE NOT NULL,
    target INTEGER NOT NULL,
    UNIQUE (user_id, measure, since)
);
CREATE INDEX timeline_entries_by_author ON timeline_entries (by_id, kind, at) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_owner_created ON deals (owner_id, created_at) WHERE deleted_at IS NULL;
