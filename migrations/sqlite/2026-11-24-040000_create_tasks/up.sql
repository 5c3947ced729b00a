CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'to_do',
    status TEXT NOT NULL DEFAULT 'open',
    priority TEXT NOT NULL DEFAULT 'normal',
    due_on DATE,
    due_at TIMESTAMP,
    owner_id BIGINT REFERENCES users (id),
    description TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    done_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX tasks_by_owner ON tasks (owner_id, status, coalesce(due_on, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_due ON tasks (status, coalesce(due_on, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_day ON tasks (coalesce(due_on, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_updated ON tasks (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_in_bin ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE task_links (
    task_id BIGINT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (task_id, record_kind, record_id)
) WITHOUT ROWID;
CREATE INDEX task_links_by_record ON task_links (record_kind, record_id, task_id);
