-- Files that were tried on the page and wait to be imported.
CREATE TABLE import_uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    mapping TEXT NOT NULL,
    told TEXT NOT NULL,
    bad_rows BLOB NOT NULL,
    by_id BIGINT REFERENCES users (id),
    created_at TIMESTAMP NOT NULL,
    claimed_at TIMESTAMP
);
-- What imports of the page told, and their bad rows, for some days.
CREATE TABLE import_outcomes (
    import_id BIGINT NOT NULL PRIMARY KEY REFERENCES imports (id),
    told TEXT NOT NULL,
    bad_rows BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL
);
