-- What kinds of tasks there are; `tasks.kind` holds the key.
CREATE TABLE task_types (
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    icon TEXT NOT NULL,
    position INTEGER NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE
);
INSERT INTO task_types (key, name, icon, position) VALUES
    ('call', 'Call', 'phone', 1), ('email', 'E-mail', 'mail', 2), ('to_do', 'To-do', 'task', 3);
-- Minutes before it is due, and the moment that makes until its owner was told.
ALTER TABLE tasks ADD COLUMN remind_before INTEGER;
ALTER TABLE tasks ADD COLUMN remind_at TIMESTAMP;
-- An RFC 5545 rule whose first occurrence is `occurs_on`: its COUNT is of those that are left, this one among them.
ALTER TABLE tasks ADD COLUMN recurrence TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN recurs_from TEXT NOT NULL DEFAULT 'due';
ALTER TABLE tasks ADD COLUMN occurs_on DATE;
ALTER TABLE tasks ADD COLUMN occurs_time TIME;
-- The task of the series whose completion made this one.
ALTER TABLE tasks ADD COLUMN after_id BIGINT;
CREATE INDEX tasks_to_remind ON tasks (remind_at, id) WHERE remind_at IS NOT NULL;
CREATE INDEX tasks_by_predecessor ON tasks (after_id) WHERE after_id IS NOT NULL;
-- What tasks were before they were changed in passing, so that it can be undone for a day.
CREATE TABLE task_steps (
    batch TEXT NOT NULL,
    task_id BIGINT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    by_id BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL,
    before TEXT NOT NULL,
    PRIMARY KEY (batch, task_id)
);
CREATE INDEX task_steps_by_time ON task_steps (at);
CREATE INDEX task_steps_by_task ON task_steps (task_id);
