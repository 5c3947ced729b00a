CREATE TABLE products (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    match_key TEXT NOT NULL,
    code TEXT,
    family TEXT,
    unit TEXT NOT NULL DEFAULT '',
    price BIGINT,
    currency TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    description TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX products_by_name ON products (name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX products_by_match ON products (match_key);
CREATE INDEX products_by_price ON products (coalesce(price, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX products_by_updated ON products (updated_at, id) WHERE deleted_at IS NULL;
CREATE TABLE pipelines (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1
);
-- Each pipeline ends in one stage of kind won and one of kind lost; the others are open, in order.
CREATE TABLE stages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    pipeline_id BIGINT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    probability INTEGER NOT NULL,
    category TEXT NOT NULL,
    stuck_days INTEGER
);
CREATE INDEX stages_by_pipeline ON stages (pipeline_id, position);
CREATE TABLE close_reasons (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    active BOOLEAN NOT NULL DEFAULT TRUE
);
CREATE TABLE deals (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    account_id BIGINT REFERENCES accounts (id),
    account_name TEXT,
    pipeline_id BIGINT NOT NULL REFERENCES pipelines (id),
    stage_id BIGINT NOT NULL REFERENCES stages (id),
    status TEXT NOT NULL DEFAULT 'open',
    amount BIGINT,
    currency TEXT NOT NULL,
    expected_close DATE,
    closed_on DATE,
    owner_id BIGINT REFERENCES users (id),
    source TEXT,
    category TEXT,
    next_step TEXT,
    next_step_on DATE,
    close_reason_id BIGINT REFERENCES close_reasons (id),
    competitor TEXT,
    close_note TEXT,
    description TEXT NOT NULL DEFAULT '',
    stage_entered_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX deals_by_name ON deals (name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_stage_step ON deals (stage_id, coalesce(next_step_on, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_stage_close ON deals (stage_id, coalesce(expected_close, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_stage_amount ON deals (stage_id, coalesce(amount, -1), id) WHERE deleted_at IS NULL;
-- Everything a total reads, so that it never looks at the rows themselves; `deleted_at` is there for SQLite's planner.
CREATE INDEX deals_totals ON deals (stage_id, currency, owner_id, amount, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_status_close ON deals (status, coalesce(expected_close, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_closed ON deals (status, coalesce(closed_on, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_close ON deals (coalesce(expected_close, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_amount ON deals (coalesce(amount, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_owner ON deals (owner_id, status, coalesce(expected_close, '9999-12-31'), id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_account ON deals (account_id, status);
CREATE INDEX deals_by_updated ON deals (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_by_created ON deals (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX deals_in_bin ON deals (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE deal_contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    role TEXT NOT NULL DEFAULT '',
    UNIQUE (deal_id, contact_id)
);
CREATE INDEX deal_contacts_by_contact ON deal_contacts (contact_id, deal_id);
CREATE TABLE deal_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    product_id BIGINT NOT NULL REFERENCES products (id),
    quantity BIGINT NOT NULL DEFAULT 1,
    unit_price BIGINT,
    position INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX deal_items_by_deal ON deal_items (deal_id);
CREATE INDEX deal_items_by_product ON deal_items (product_id);
-- What a deal looked like from this moment on: the state of any past day is the last row before it.
CREATE TABLE deal_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    at TIMESTAMP NOT NULL,
    by_id BIGINT REFERENCES users (id),
    stage_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    amount BIGINT,
    currency TEXT NOT NULL,
    expected_close DATE,
    owner_id BIGINT,
    category TEXT NOT NULL
);
CREATE INDEX deal_moves_by_deal ON deal_moves (deal_id, at, id);
CREATE INDEX deal_moves_by_time ON deal_moves (at, deal_id);
