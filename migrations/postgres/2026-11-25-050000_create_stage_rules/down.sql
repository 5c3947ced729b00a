DROP TABLE deal_checks;
DROP TABLE stage_checks;
DROP TABLE stage_rules;
