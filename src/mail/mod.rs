//! Mail that leaves: the transactional outbox and what sends it.
//!
//! A mail is a row that the journal writes with the change that causes it; the job `mail` hands the rows on, one server
//! at a time. A mail is sent at least once: a server killed between the mail server's "accepted" and our note of it
//! sends it again, with the same Message-ID, by which mailboxes drop the second.

pub mod job;
pub mod outbox;
pub mod send;
