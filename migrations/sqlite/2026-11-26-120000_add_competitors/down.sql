DROP TABLE deal_competitors;
DROP TABLE competitors;
