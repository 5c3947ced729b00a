//! People of the company as files name them: by e-mail, by name, by their number in the other system.

use super::{Context, keys::Keys, notes::Notes};
use crate::{
    auth::directory::{Directory, Person},
    db::{
        Conn,
        types::{UserId, match_key},
    },
    error::Result,
    imports::record::Record,
    records::RecordKind,
};
use std::collections::HashMap;

/// Everyone, found quickly.
#[derive(Default)]
pub struct People {
    by_email: HashMap<String, UserId>,
    by_name: HashMap<String, UserId>,
}

impl People {
    /// Of two people with one name the one who is active counts, then the one who came first.
    pub fn new(directory: &Directory) -> Self {
        let mut people = Self::default();
        let mut known: Vec<&Person> = directory.people.iter().collect();
        known.sort_by_key(|p| (!p.is_active(), p.id));
        for person in known {
            people.add(person.id, &person.name, person.email.as_deref());
        }
        people
    }

    pub fn add(&mut self, id: UserId, name: &str, email: Option<&str>) {
        self.by_name.entry(match_key(name)).or_insert(id);
        if let Some(email) = email {
            self.by_email.entry(email.to_lowercase()).or_insert(id);
        }
    }

    /// Rises with everyone who is added.
    pub fn len(&self) -> usize {
        self.by_name.len() + self.by_email.len()
    }

    pub fn with_email(&self, email: &str) -> Option<UserId> {
        self.by_email.get(&email.trim().to_lowercase()).copied()
    }

    pub fn named(&self, name: &str) -> Option<UserId> {
        self.by_name.get(&match_key(name)).copied()
    }

    /// The owner that the row names. One who is nobody here is noted, and the record is left as it is.
    pub fn owner(
        &self,
        conn: &mut Conn,
        keys: &mut Keys,
        notes: &mut Notes,
        record: &Record,
    ) -> Result<Option<UserId>> {
        let named = record.text("owner");
        let external = record.text("owner_external_id");
        let found = match named {
            Some(named) => self.with_email(named).or_else(|| self.named(named)),
            None => None,
        };
        let found = match (found, external) {
            (None, Some(external)) => keys.find(conn, RecordKind::User, external)?.map(UserId),
            (found, _) => found,
        };
        if let (None, Some(name)) = (found, named.or(external)) {
            notes.unknown_owner(name);
        }
        Ok(found)
    }
}

impl Context {
    /// The owner that the row names, if that is someone here.
    pub(super) fn owner(&mut self, conn: &mut Conn, record: &Record) -> Result<Option<UserId>> {
        self.people.owner(conn, &mut self.keys, &mut self.notes, record)
    }
}
