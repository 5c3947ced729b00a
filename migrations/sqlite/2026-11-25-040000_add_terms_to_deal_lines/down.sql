CREATE TABLE deal_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    product_id BIGINT NOT NULL REFERENCES products (id),
    quantity BIGINT NOT NULL DEFAULT 1,
    unit_price BIGINT,
    position INTEGER NOT NULL DEFAULT 0
);
INSERT INTO deal_lines (id, deal_id, product_id, quantity, unit_price, position)
    SELECT id, deal_id, product_id, max(1, quantity / 1000), unit_price, position FROM deal_items
    WHERE product_id IS NOT NULL AND removed_at IS NULL;
DROP TABLE deal_items;
ALTER TABLE deal_lines RENAME TO deal_items;
CREATE INDEX deal_items_by_deal ON deal_items (deal_id);
CREATE INDEX deal_items_by_product ON deal_items (product_id);
ALTER TABLE deals DROP COLUMN amount_locked;
ALTER TABLE products DROP COLUMN tax_rate;
ALTER TABLE products DROP COLUMN billing;
