DROP TABLE deal_moves; DROP TABLE deal_items; DROP TABLE deal_contacts; DROP TABLE deals; DROP TABLE close_reasons;
DROP TABLE stages; DROP TABLE pipelines; DROP TABLE products;
