DROP INDEX contacts_leads_by_score;
ALTER TABLE contacts DROP COLUMN score;
DROP TABLE score_parts;
DROP TABLE scoring_rules;
DROP TABLE scoring;
