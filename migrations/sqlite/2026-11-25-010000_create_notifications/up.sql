-- What a person is told of, once an event: `event` names it. `times` counts what one event brought at once.
CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    kind TEXT NOT NULL,
    by_id BIGINT REFERENCES users (id),
    said TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    way TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    read_at TIMESTAMP,
    mailed_at TIMESTAMP,
    UNIQUE (user_id, event)
);
CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_by_user ON notifications (user_id, id);
CREATE INDEX notifications_by_record ON notifications (record_kind, record_id);
CREATE INDEX notifications_by_time ON notifications (at, id);
CREATE INDEX notifications_to_mail ON notifications (way, user_id, at) WHERE mailed_at IS NULL AND way <> 'app';
CREATE TABLE notification_choices (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    way TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
);
