DELETE FROM deal_items WHERE product_id IS NULL OR removed_at IS NOT NULL;
UPDATE deal_items SET quantity = greatest(1, quantity / 1000);
ALTER TABLE deal_items ALTER COLUMN quantity SET DEFAULT 1;
ALTER TABLE deal_items DROP COLUMN removed_at, DROP COLUMN starts_on, DROP COLUMN periods, DROP COLUMN billing,
    DROP COLUMN tax_rate, DROP COLUMN discount_amount, DROP COLUMN discount_percent, DROP COLUMN description;
ALTER TABLE deal_items ALTER COLUMN product_id SET NOT NULL;
ALTER TABLE deals DROP COLUMN amount_locked;
ALTER TABLE products DROP COLUMN tax_rate;
ALTER TABLE products DROP COLUMN billing;
