-- A quote is what was offered at one moment: nothing of it follows what changes later. A revision has the same number.
-- `contact_id` points at a contact without holding it: an erased one leaves what was accepted as it was.
CREATE TABLE quotes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    currency TEXT NOT NULL,
    locale TEXT NOT NULL,
    net BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    valid_until DATE NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    terms TEXT NOT NULL,
    note TEXT NOT NULL,
    contact_id BIGINT,
    recipient_name TEXT NOT NULL,
    recipient_email TEXT NOT NULL,
    seller TEXT NOT NULL,
    customer TEXT NOT NULL,
    made_by BIGINT REFERENCES users (id),
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    viewed_at TIMESTAMP,
    answered_at TIMESTAMP,
    answered_by TEXT NOT NULL DEFAULT '',
    answered_title TEXT NOT NULL DEFAULT '',
    answered_reason TEXT NOT NULL DEFAULT '',
    answered_from TEXT NOT NULL DEFAULT '',
    answered_with TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (number, revision)
);
CREATE INDEX quotes_by_deal ON quotes (deal_id, created_at);
CREATE INDEX quotes_by_created ON quotes (created_at, id);
CREATE INDEX quotes_by_validity ON quotes (valid_until, id);
CREATE INDEX quotes_by_net ON quotes (net, id);
CREATE INDEX quotes_by_maker ON quotes (made_by, id);
CREATE INDEX quotes_by_contact ON quotes (contact_id) WHERE contact_id IS NOT NULL;
CREATE TABLE quote_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    quote_id BIGINT NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    discount_percent BIGINT,
    discount_amount BIGINT,
    tax_rate BIGINT NOT NULL,
    billing TEXT NOT NULL,
    periods BIGINT NOT NULL,
    starts_on DATE
);
CREATE INDEX quote_lines_by_quote ON quote_lines (quote_id, position);
-- What customers open a quote with: hashes of secrets. Every mail has its own, and all of them work.
CREATE TABLE quote_links (
    token_hash TEXT PRIMARY KEY NOT NULL,
    quote_id BIGINT NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX quote_links_by_quote ON quote_links (quote_id);
-- The last number given in a year: none is left out, and none comes again.
CREATE TABLE quote_numbers (
    year INTEGER PRIMARY KEY NOT NULL,
    last BIGINT NOT NULL
);
-- What new quotes begin with: one row.
CREATE TABLE quote_defaults (
    id BIGINT PRIMARY KEY NOT NULL,
    address TEXT NOT NULL,
    terms TEXT NOT NULL,
    valid_days BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
INSERT INTO quote_defaults (id, address, terms, valid_days) VALUES (1, '', '', 30);
-- As lists read them: owned by whoever owns the deal, gone while it is in the bin, expired as soon as their time is over.
CREATE VIEW listed_quotes AS SELECT
    q.id, q.number, q.revision, q.title, q.deal_id, d.name AS deal_name, d.account_id, d.account_name, d.owner_id,
    d.deleted_at, q.net, q.gross, q.currency, q.valid_until, q.recipient_name, q.created_at, q.sent_at, q.answered_at,
    CASE WHEN q.state IN ('sent', 'viewed') AND q.expires_at <= CURRENT_TIMESTAMP THEN 'expired' ELSE q.state END AS state
    FROM quotes q JOIN deals d ON d.id = q.deal_id;
