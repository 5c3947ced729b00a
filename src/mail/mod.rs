//! Mail that leaves: the transactional outbox and what sends it.
