-- Prices in one currency, while they hold. An entry says what one costs from a quantity on (in thousandths); 0 is from
-- the first.
CREATE TABLE price_books (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE price_book_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    book_id BIGINT NOT NULL REFERENCES price_books (id) ON DELETE CASCADE,
    product_id BIGINT NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    from_quantity BIGINT NOT NULL DEFAULT 0,
    unit_price BIGINT NOT NULL,
    UNIQUE (book_id, product_id, from_quantity)
);
CREATE INDEX price_book_entries_by_product ON price_book_entries (product_id);
-- The book that a deal names; without one, the newest that holds.
ALTER TABLE deals ADD COLUMN price_book_id BIGINT REFERENCES price_books (id);
