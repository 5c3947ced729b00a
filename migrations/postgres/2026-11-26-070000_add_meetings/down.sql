ALTER TABLE mail_outbox DROP COLUMN calendar_method;
ALTER TABLE mail_outbox DROP COLUMN calendar;
DROP TABLE calendar_feeds;
DROP TABLE meeting_links;
DROP TABLE meeting_people;
DROP TABLE meetings;
