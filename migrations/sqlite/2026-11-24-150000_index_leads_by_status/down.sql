DROP INDEX contacts_leads_by_status;
