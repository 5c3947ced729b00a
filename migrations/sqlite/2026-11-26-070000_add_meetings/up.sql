CREATE TABLE meetings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'meeting',
    title TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    -- Where it was planned: its form shows the times that its clocks show.
    time_zone TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    link TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    -- The organiser, who is the first of its people as well.
    owner_id BIGINT REFERENCES users (id),
    state TEXT NOT NULL DEFAULT 'planned',
    outcome TEXT NOT NULL DEFAULT '',
    -- What its outcome put on the timelines.
    entry_id BIGINT,
    -- What calendars know it by (RFC 5545), and how often it was moved.
    uid TEXT NOT NULL UNIQUE,
    sequence INTEGER NOT NULL DEFAULT 0,
    -- Whether its people are mailed what changes.
    invites BOOLEAN NOT NULL DEFAULT FALSE,
    remind_before INTEGER,
    -- The moment that makes, until they were told.
    remind_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX meetings_by_owner ON meetings (owner_id, starts_at) WHERE deleted_at IS NULL;
CREATE INDEX meetings_to_remind ON meetings (remind_at, id) WHERE remind_at IS NOT NULL;
CREATE INDEX meetings_in_bin ON meetings (deleted_at) WHERE deleted_at IS NOT NULL;
-- Who comes: a colleague, or somebody from outside by name and address. `starts_at` is that of the meeting, so that the
-- index reads a week of one person.
CREATE TABLE meeting_people (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    meeting_id BIGINT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    user_id BIGINT REFERENCES users (id),
    contact_id BIGINT,
    name TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    response TEXT NOT NULL DEFAULT 'needs_action',
    position INTEGER NOT NULL DEFAULT 0,
    -- Was mailed an invitation, and is to be told when it does not hold any more.
    invited BOOLEAN NOT NULL DEFAULT FALSE,
    starts_at TIMESTAMP NOT NULL
);
CREATE INDEX meeting_people_by_meeting ON meeting_people (meeting_id, position, id);
CREATE INDEX meeting_people_by_user ON meeting_people (user_id, starts_at, meeting_id) WHERE user_id IS NOT NULL;
CREATE INDEX meeting_people_by_contact ON meeting_people (contact_id) WHERE contact_id IS NOT NULL;
CREATE TABLE meeting_links (
    meeting_id BIGINT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    PRIMARY KEY (meeting_id, record_kind, record_id)
) WITHOUT ROWID;
CREATE INDEX meeting_links_by_record ON meeting_links (record_kind, record_id, starts_at, meeting_id);
-- The address under which a person's own calendar reads their meetings.
CREATE TABLE calendar_feeds (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP
);
-- A mail that carries an invitation: what calendars read, and what it asks of them.
ALTER TABLE mail_outbox ADD COLUMN calendar TEXT;
ALTER TABLE mail_outbox ADD COLUMN calendar_method TEXT;
