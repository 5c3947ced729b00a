-- The company is one row; a second process sees it at once, because nobody caches it for longer than a write.
CREATE TABLE company (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    fiscal_month INTEGER NOT NULL DEFAULT 1,
    country TEXT NOT NULL DEFAULT 'US',
    visibility TEXT NOT NULL DEFAULT 'everyone',
    created_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE exchange_rates (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    currency TEXT NOT NULL,
    on_date DATE NOT NULL,
    rate_e9 BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (currency, on_date)
);
CREATE TABLE teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    parent_id BIGINT REFERENCES teams (id),
    manager_id BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX teams_by_name ON teams (name_folded);
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    role TEXT NOT NULL,
    team_id BIGINT REFERENCES teams (id),
    password_hash TEXT,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL DEFAULT 'en-GB',
    theme TEXT NOT NULL DEFAULT 'system',
    keys_on BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deactivated_at TIMESTAMP,
    last_seen_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_by_email ON users (email_key);
CREATE INDEX users_by_name ON users (name_folded, id);
CREATE INDEX users_by_team ON users (team_id);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    stay BOOLEAN NOT NULL DEFAULT FALSE,
    agent TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT ''
);
CREATE INDEX sessions_by_user ON sessions (user_id);
-- Links that work once: set-up, invitation, password reset. Only the hash of the secret is kept.
CREATE TABLE links (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    used_at TIMESTAMP
);
CREATE TABLE sign_in_failures (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    subject TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_failures_by_subject ON sign_in_failures (subject, at);
