//! Background work with leases: each job idempotent, one runner however many servers.
