ALTER TABLE contacts DROP COLUMN arrived_at;
ALTER TABLE contacts DROP COLUMN rating;
ALTER TABLE contacts DROP COLUMN campaign;
DROP TABLE lead_statuses;
