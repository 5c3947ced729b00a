DROP TABLE qualifications; DROP TABLE qualification_answers; DROP TABLE framework_questions; DROP TABLE frameworks;
DELETE FROM close_reasons WHERE outcome = 'disqualified';
