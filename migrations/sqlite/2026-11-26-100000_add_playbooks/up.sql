-- Tasks that are added to a deal when it enters a stage, or by hand.
CREATE TABLE playbooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    version BIGINT NOT NULL DEFAULT 1
);
-- The stages that start it.
CREATE TABLE playbook_stages (
    playbook_id BIGINT NOT NULL REFERENCES playbooks (id) ON DELETE CASCADE,
    stage_id BIGINT NOT NULL REFERENCES stages (id) ON DELETE CASCADE,
    PRIMARY KEY (playbook_id, stage_id)
);
CREATE INDEX playbook_stages_by_stage ON playbook_stages (stage_id);
CREATE TABLE playbook_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    playbook_id BIGINT NOT NULL REFERENCES playbooks (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    priority TEXT NOT NULL,
    days INTEGER NOT NULL,
    working BOOLEAN NOT NULL,
    due_time TIME,
    owner TEXT NOT NULL,
    person_id BIGINT REFERENCES users (id),
    description TEXT NOT NULL DEFAULT '',
    again TEXT NOT NULL
);
CREATE INDEX playbook_steps_by_playbook ON playbook_steps (playbook_id, position);
-- Each time that one was started on a deal. A playbook that is deleted leaves its tasks and its name.
CREATE TABLE playbook_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    deal_id BIGINT NOT NULL REFERENCES deals (id) ON DELETE CASCADE,
    playbook_id BIGINT REFERENCES playbooks (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    by_id BIGINT REFERENCES users (id),
    at TIMESTAMP NOT NULL,
    added INTEGER NOT NULL,
    present INTEGER NOT NULL,
    fallen INTEGER NOT NULL
);
CREATE INDEX playbook_runs_by_deal ON playbook_runs (deal_id, at);
CREATE INDEX playbook_runs_by_playbook ON playbook_runs (playbook_id);
-- Which step a task is of.
CREATE TABLE playbook_tasks (
    task_id BIGINT PRIMARY KEY NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    run_id BIGINT NOT NULL REFERENCES playbook_runs (id) ON DELETE CASCADE,
    step_id BIGINT REFERENCES playbook_steps (id) ON DELETE SET NULL
);
CREATE INDEX playbook_tasks_by_run ON playbook_tasks (run_id);
CREATE INDEX playbook_tasks_by_step ON playbook_tasks (step_id);
