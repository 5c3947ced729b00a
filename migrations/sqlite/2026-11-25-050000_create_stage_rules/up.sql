-- What a deal must have to enter a stage, what is to be ticked before it moves on from one, and the ticks.
CREATE TABLE stage_rules (
    stage_id BIGINT NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
    requirement TEXT NOT NULL,
    PRIMARY KEY (stage_id, requirement)
);
CREATE TABLE stage_checks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    stage_id BIGINT NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX stage_checks_by_stage ON stage_checks (stage_id, position, id);
CREATE TABLE deal_checks (
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    check_id BIGINT NOT NULL REFERENCES stage_checks (id) ON DELETE CASCADE,
    by_id BIGINT REFERENCES users (id),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (deal_id, check_id)
);
CREATE INDEX deal_checks_by_check ON deal_checks (check_id);
