ALTER TABLE stages DROP COLUMN won_days;
ALTER TABLE pipelines DROP COLUMN silent_days;
ALTER TABLE deals DROP COLUMN answered_at;
ALTER TABLE deals DROP COLUMN touched_at;
