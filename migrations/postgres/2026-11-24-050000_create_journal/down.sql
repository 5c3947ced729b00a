DROP TABLE search_keys; DROP TABLE drafts; DROP TABLE mentions; DROP TABLE timeline_links; DROP TABLE timeline_entries; DROP TABLE changes;
