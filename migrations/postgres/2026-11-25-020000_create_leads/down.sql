ALTER TABLE contacts DROP COLUMN first_touch_at;
ALTER TABLE contacts DROP COLUMN arrived_at;
ALTER TABLE contacts DROP COLUMN score;
ALTER TABLE contacts DROP COLUMN queue_id;
ALTER TABLE contacts DROP COLUMN rating;
ALTER TABLE contacts DROP COLUMN campaign;
DROP TABLE lead_statuses;
