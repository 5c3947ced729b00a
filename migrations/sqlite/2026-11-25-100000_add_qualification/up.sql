-- Questions that qualify a lead, the answers, and what a qualification made, so that it can be taken back.
CREATE TABLE frameworks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    chosen BOOLEAN NOT NULL DEFAULT FALSE,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE framework_questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    framework_id BIGINT NOT NULL REFERENCES frameworks (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    hint TEXT NOT NULL DEFAULT '',
    active BOOLEAN NOT NULL DEFAULT TRUE
);
CREATE INDEX framework_questions_by_framework ON framework_questions (framework_id, position, id);
CREATE TABLE qualification_answers (
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    question_id BIGINT NOT NULL REFERENCES framework_questions (id) ON DELETE CASCADE,
    answer TEXT NOT NULL,
    by_id BIGINT REFERENCES users (id),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (contact_id, question_id)
);
CREATE INDEX qualification_answers_by_question ON qualification_answers (question_id);
CREATE TABLE qualifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contact_id BIGINT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    qualified BOOLEAN NOT NULL,
    at TIMESTAMP NOT NULL,
    by_id BIGINT REFERENCES users (id),
    reason_id BIGINT REFERENCES close_reasons (id),
    note TEXT NOT NULL DEFAULT '',
    before TEXT NOT NULL,
    account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    deal_id BIGINT REFERENCES deals (id) ON DELETE SET NULL,
    task_id BIGINT REFERENCES tasks (id) ON DELETE SET NULL,
    undone BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX qualifications_by_contact ON qualifications (contact_id, id);
CREATE INDEX qualifications_by_account ON qualifications (account_id);
CREATE INDEX qualifications_by_deal ON qualifications (deal_id);
CREATE INDEX qualifications_by_task ON qualifications (task_id);
INSERT INTO frameworks (name, chosen) VALUES ('BANT', TRUE), ('MEDDIC', FALSE);
INSERT INTO framework_questions (framework_id, position, label, hint)
SELECT f.id, q.position, q.label, q.hint FROM frameworks f JOIN (
    SELECT 'BANT' AS framework, 1 AS position, 'Budget' AS label, 'What is it, and from whom?' AS hint
    UNION ALL SELECT 'BANT', 2, 'Authority', 'Who decides?'
    UNION ALL SELECT 'BANT', 3, 'Need', 'What has to change?'
    UNION ALL SELECT 'BANT', 4, 'Timeline', 'When must it be done?'
    UNION ALL SELECT 'MEDDIC', 1, 'Metrics', 'Which figures should get better, and by how much?'
    UNION ALL SELECT 'MEDDIC', 2, 'Economic buyer', 'Who can spend the money?'
    UNION ALL SELECT 'MEDDIC', 3, 'Decision criteria', 'What do they compare?'
    UNION ALL SELECT 'MEDDIC', 4, 'Decision process', 'Who signs, in which order, by when?'
    UNION ALL SELECT 'MEDDIC', 5, 'Identified pain', 'What does it cost them to do nothing?'
    UNION ALL SELECT 'MEDDIC', 6, 'Champion', 'Who wants it for their own sake?'
) q ON q.framework = f.name;
INSERT INTO close_reasons (name, outcome, position) VALUES
    ('No need', 'disqualified', 101), ('No budget', 'disqualified', 102), ('Not this year', 'disqualified', 103),
    ('Does not answer', 'disqualified', 104), ('Not a fit', 'disqualified', 105), ('Not a real person', 'disqualified', 106);
