-- What one person's deals are worth, for my day: the sums are read from the index alone.
CREATE INDEX deals_worth ON deals (owner_id, status, closed_on, expected_close, currency, amount) WHERE deleted_at IS NULL;
-- The campaigns that there are, for filters.
CREATE INDEX contacts_by_campaign ON contacts (campaign) WHERE campaign IS NOT NULL AND deleted_at IS NULL;
