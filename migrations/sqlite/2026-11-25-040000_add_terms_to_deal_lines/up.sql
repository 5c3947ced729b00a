-- How often a price is paid (once, month, quarter, year), and the tax in hundredths of a percent.
ALTER TABLE products ADD COLUMN billing TEXT NOT NULL DEFAULT 'once';
ALTER TABLE products ADD COLUMN tax_rate BIGINT;
ALTER TABLE deals ADD COLUMN amount_locked BOOLEAN NOT NULL DEFAULT FALSE;
-- An amount that is not the sum of the lines was written by hand, and stays.
UPDATE deals SET amount_locked = TRUE WHERE amount IS NOT NULL
    AND EXISTS (SELECT 1 FROM deal_items i WHERE i.deal_id = deals.id)
    AND amount <> coalesce((SELECT sum(i.quantity * i.unit_price) FROM deal_items i WHERE i.deal_id = deals.id), -1);
-- Without a product a line is free text; quantities are in thousandths, percents in hundredths.
CREATE TABLE deal_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    product_id BIGINT REFERENCES products (id),
    description TEXT NOT NULL DEFAULT '',
    quantity BIGINT NOT NULL DEFAULT 1000,
    unit_price BIGINT,
    discount_percent BIGINT,
    discount_amount BIGINT,
    tax_rate BIGINT NOT NULL DEFAULT 0,
    billing TEXT NOT NULL DEFAULT 'once',
    periods BIGINT NOT NULL DEFAULT 1,
    starts_on DATE,
    position INTEGER NOT NULL DEFAULT 0,
    removed_at TIMESTAMP
);
INSERT INTO deal_lines (id, deal_id, product_id, quantity, unit_price, position)
    SELECT id, deal_id, product_id, quantity * 1000, unit_price, position FROM deal_items;
DROP TABLE deal_items;
ALTER TABLE deal_lines RENAME TO deal_items;
CREATE INDEX deal_items_by_deal ON deal_items (deal_id);
CREATE INDEX deal_items_by_product ON deal_items (product_id);
