-- Files beside a record. The content is in `files`, each once.
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES files (id),
    name TEXT NOT NULL,
    by_id BIGINT REFERENCES users (id),
    at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);
CREATE INDEX attachments_by_record ON attachments (record_kind, record_id, id);
CREATE INDEX attachments_by_file ON attachments (file_id);
CREATE INDEX attachments_deleted ON attachments (deleted_at) WHERE deleted_at IS NOT NULL;
