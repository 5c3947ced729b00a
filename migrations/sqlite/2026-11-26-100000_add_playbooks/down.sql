DROP TABLE playbook_tasks;
DROP TABLE playbook_runs;
DROP TABLE playbook_steps;
DROP TABLE playbook_stages;
DROP TABLE playbooks;
