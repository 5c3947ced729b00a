DROP INDEX contacts_by_arrival; DROP INDEX contacts_to_recheck; DROP INDEX contacts_to_tell; DROP INDEX contacts_to_answer;
DROP INDEX contacts_leads_by_answer;
ALTER TABLE contacts DROP COLUMN recheck_at;
ALTER TABLE contacts DROP COLUMN answer_tell_at;
ALTER TABLE contacts DROP COLUMN answer_due_at;
ALTER TABLE contacts DROP COLUMN answer_by;
ALTER TABLE contacts DROP COLUMN first_touch_by;
ALTER TABLE contacts DROP COLUMN first_touch_at;
DROP TABLE lead_targets;
