DROP INDEX deals_by_owner_created;
DROP INDEX timeline_entries_by_author;
DROP TABLE goals;
