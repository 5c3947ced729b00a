-- Files live in the database, by hash and bounded in size: one backup holds everything.
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    match_key TEXT NOT NULL,
    domain TEXT,
    industry TEXT,
    employees BIGINT,
    annual_revenue BIGINT,
    revenue_currency TEXT,
    phone TEXT,
    phone_e164 TEXT,
    parent_id BIGINT REFERENCES accounts (id),
    owner_id BIGINT REFERENCES users (id),
    description TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX accounts_by_name ON accounts (name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_owner ON accounts (owner_id, name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_industry ON accounts (industry, name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_updated ON accounts (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_created ON accounts (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_employees ON accounts (coalesce(employees, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_revenue ON accounts (coalesce(annual_revenue, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_parent ON accounts (parent_id);
CREATE INDEX accounts_by_phone ON accounts (phone_e164);
CREATE INDEX accounts_by_match ON accounts (match_key);
CREATE INDEX accounts_in_bin ON accounts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE account_domains (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, domain)
);
CREATE INDEX account_domains_by_domain ON account_domains (domain);
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    job_title TEXT,
    email TEXT,
    phone TEXT,
    account_id BIGINT REFERENCES accounts (id),
    account_name TEXT,
    lifecycle TEXT NOT NULL DEFAULT 'lead',
    lead_status TEXT,
    source TEXT,
    owner_id BIGINT REFERENCES users (id),
    photo_id BIGINT REFERENCES files (id),
    no_call BOOLEAN NOT NULL DEFAULT FALSE,
    no_mail BOOLEAN NOT NULL DEFAULT FALSE,
    no_ads BOOLEAN NOT NULL DEFAULT FALSE,
    description TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX contacts_by_name ON contacts (name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_owner ON contacts (owner_id, name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_lifecycle ON contacts (lifecycle, name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_account ON contacts (account_id, name_folded, id);
CREATE INDEX contacts_by_updated ON contacts (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_created ON contacts (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_leads_by_created ON contacts (created_at, id) WHERE deleted_at IS NULL AND lifecycle = 'lead';
CREATE INDEX contacts_by_photo ON contacts (photo_id) WHERE photo_id IS NOT NULL;
CREATE INDEX contacts_in_bin ON contacts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE contact_emails (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    UNIQUE (contact_id, email_key)
);
CREATE INDEX contact_emails_by_key ON contact_emails (email_key);
CREATE TABLE contact_phones (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    typed TEXT NOT NULL,
    e164 TEXT,
    position INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX contact_phones_by_contact ON contact_phones (contact_id);
CREATE INDEX contact_phones_by_e164 ON contact_phones (e164);
CREATE TABLE contact_accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL DEFAULT '',
    from_date DATE,
    to_date DATE,
    is_primary BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (contact_id, account_id)
);
CREATE INDEX contact_accounts_by_account ON contact_accounts (account_id, contact_id);
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    street TEXT NOT NULL DEFAULT '',
    locality TEXT NOT NULL DEFAULT '',
    region TEXT NOT NULL DEFAULT '',
    postal_code TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX addresses_by_record ON addresses (record_kind, record_id);
CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE
);
CREATE TABLE taggings (
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    record_kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (record_kind, record_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX taggings_by_tag ON taggings (tag_id, record_kind, record_id);
