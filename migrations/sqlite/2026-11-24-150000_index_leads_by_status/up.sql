-- Leads that nobody has answered yet are counted on every page.
CREATE INDEX contacts_leads_by_status ON contacts (lead_status, owner_id, id)
    WHERE deleted_at IS NULL AND lifecycle = 'lead';
