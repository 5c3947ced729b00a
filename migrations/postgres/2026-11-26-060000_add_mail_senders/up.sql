-- The colleague in whose name a mail leaves, and who gets the answer: none for what Rapport itself says.
ALTER TABLE mail_outbox ADD COLUMN sender_name TEXT;
ALTER TABLE mail_outbox ADD COLUMN reply_to TEXT;
