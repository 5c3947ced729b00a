DROP INDEX contacts_by_campaign;
DROP INDEX deals_worth;
