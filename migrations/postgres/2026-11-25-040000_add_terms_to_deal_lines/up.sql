-- How often a price is paid (once, month, quarter, year), and the tax in hundredths of a percent.
ALTER TABLE products ADD COLUMN billing TEXT NOT NULL DEFAULT 'once';
ALTER TABLE products ADD COLUMN tax_rate BIGINT;
ALTER TABLE deals ADD COLUMN amount_locked BOOLEAN NOT NULL DEFAULT FALSE;
-- An amount that is not the sum of the lines was written by hand, and stays.
UPDATE deals SET amount_locked = TRUE WHERE amount IS NOT NULL
    AND EXISTS (SELECT 1 FROM deal_items i WHERE i.deal_id = deals.id)
    AND amount <> coalesce((SELECT sum(i.quantity * i.unit_price) FROM deal_items i WHERE i.deal_id = deals.id), -1);
-- Without a product a line is free text; quantities are in thousandths, percents in hundredths.
ALTER TABLE deal_items ALTER COLUMN product_id DROP NOT NULL;
ALTER TABLE deal_items ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE deal_items ALTER COLUMN quantity SET DEFAULT 1000;
UPDATE deal_items SET quantity = quantity * 1000;
ALTER TABLE deal_items ADD COLUMN discount_percent BIGINT;
ALTER TABLE deal_items ADD COLUMN discount_amount BIGINT;
ALTER TABLE deal_items ADD COLUMN tax_rate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deal_items ADD COLUMN billing TEXT NOT NULL DEFAULT 'once';
ALTER TABLE deal_items ADD COLUMN periods BIGINT NOT NULL DEFAULT 1;
ALTER TABLE deal_items ADD COLUMN starts_on DATE;
ALTER TABLE deal_items ADD COLUMN removed_at TIMESTAMP;
