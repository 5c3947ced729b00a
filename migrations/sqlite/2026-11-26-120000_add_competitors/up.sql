-- Who else sells to our customers.
CREATE TABLE competitors (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    website TEXT NOT NULL DEFAULT '',
    strengths TEXT NOT NULL DEFAULT '',
    weaknesses TEXT NOT NULL DEFAULT '',
    approach TEXT NOT NULL DEFAULT '',
    active BOOLEAN NOT NULL DEFAULT TRUE,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE deal_competitors (
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    competitor_id BIGINT NOT NULL REFERENCES competitors (id) ON DELETE CASCADE,
    incumbent BOOLEAN NOT NULL DEFAULT FALSE,
    note TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (deal_id, competitor_id)
);
CREATE INDEX deal_competitors_by_competitor ON deal_competitors (competitor_id, deal_id);
-- The names that deals have had so far.
INSERT INTO competitors (name) SELECT min(trim(competitor)) FROM deals WHERE trim(competitor) <> '' GROUP BY lower(trim(competitor));
INSERT INTO deal_competitors (deal_id, competitor_id)
    SELECT d.id, c.id FROM deals d JOIN competitors c ON lower(c.name) = lower(trim(d.competitor));
UPDATE deals SET competitor = (SELECT c.name FROM competitors c WHERE lower(c.name) = lower(trim(deals.competitor)))
    WHERE trim(competitor) <> '';
