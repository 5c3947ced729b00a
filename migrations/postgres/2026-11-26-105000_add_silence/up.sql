-- When somebody of ours last called or met the people of a deal, and when they last answered: a call that reached them, a
-- meeting, a form, what they did with a quote.
ALTER TABLE deals ADD COLUMN touched_at TIMESTAMP;
ALTER TABLE deals ADD COLUMN answered_at TIMESTAMP;
UPDATE deals SET
    touched_at = (
        SELECT max(l.at) FROM timeline_links l JOIN timeline_entries e ON e.id = l.entry_id
        WHERE l.record_kind = 'deal' AND l.record_id = deals.id AND l.kind IN ('call', 'meeting')
            AND e.deleted_at IS NULL AND l.at <= CURRENT_TIMESTAMP
    ),
    answered_at = (
        SELECT max(l.at) FROM timeline_links l JOIN timeline_entries e ON e.id = l.entry_id
        LEFT JOIN changes c ON c.id = e.change_id
        WHERE l.record_kind = 'deal' AND l.record_id = deals.id AND e.deleted_at IS NULL AND l.at <= CURRENT_TIMESTAMP
            AND (l.kind IN ('meeting', 'form') OR (l.kind = 'call' AND e.outcome = 'reached') OR c.how = 'customer')
    );
-- Days without either after which an open deal counts as silent; none for never.
ALTER TABLE pipelines ADD COLUMN silent_days INTEGER DEFAULT 14;
-- Days that deals which were won lately spent here, in the middle of them; none while they are too few.
ALTER TABLE stages ADD COLUMN won_days INTEGER;
