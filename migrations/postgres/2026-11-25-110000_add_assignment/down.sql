DROP INDEX contacts_in_queue;
ALTER TABLE contacts DROP COLUMN queue_id;
DROP TABLE availability; DROP TABLE assignment_rules; DROP TABLE queues;
