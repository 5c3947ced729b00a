ALTER TABLE deals DROP COLUMN price_book_id;
DROP TABLE price_book_entries;
DROP TABLE price_books;
