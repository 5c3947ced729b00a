-- One row a change: who, when, how, and the fields as a JSON array of {field, before, after}.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    by_id BIGINT REFERENCES users (id),
    how TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    action TEXT NOT NULL,
    fields TEXT NOT NULL
);
CREATE INDEX changes_by_record ON changes (record_kind, record_id, at, id);
CREATE INDEX changes_by_time ON changes (at, id);
CREATE TABLE timeline_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    by_id BIGINT REFERENCES users (id),
    about_kind TEXT NOT NULL,
    about_id BIGINT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    minutes INTEGER,
    change_id BIGINT REFERENCES changes (id),
    created_at TIMESTAMP NOT NULL,
    edited_at TIMESTAMP,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX timeline_entries_by_about ON timeline_entries (about_kind, about_id);
CREATE TABLE timeline_links (
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    entry_id BIGINT NOT NULL REFERENCES timeline_entries (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    PRIMARY KEY (record_kind, record_id, at, entry_id)
) WITHOUT ROWID;
CREATE INDEX timeline_links_by_kind ON timeline_links (record_kind, record_id, kind, at, entry_id);
CREATE INDEX timeline_links_by_entry ON timeline_links (entry_id);
CREATE TABLE mentions (
    entry_id BIGINT NOT NULL REFERENCES timeline_entries (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL REFERENCES users (id),
    seen_at TIMESTAMP,
    PRIMARY KEY (user_id, entry_id)
) WITHOUT ROWID;
CREATE INDEX mentions_by_entry ON mentions (entry_id);
CREATE TABLE drafts (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    draft_key TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, draft_key)
);
CREATE TABLE search_keys (
    search_key TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (record_kind, search_key, record_id)
) WITHOUT ROWID;
CREATE INDEX search_keys_by_record ON search_keys (record_kind, record_id);
