//! Accounts, contacts and products that rows name, found once and remembered.

use super::{Applied, Context};
use crate::{
    accounts, contacts,
    db::{
        Conn,
        types::{AccountId, ContactId, Domain, EmailAddress, Money, ProductId, clean, match_key},
    },
    error::Result,
    imports::record::Record,
    products,
    records::RecordKind,
};
use std::collections::HashMap;

/// What has been looked up so far.
#[derive(Default)]
pub struct Lookups {
    accounts: HashMap<String, AccountId>,
    domains: HashMap<String, AccountId>,
    products: HashMap<String, Option<Product>>,
}

/// A product as a deal's line needs it.
#[derive(Clone, Debug)]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    pub price: Option<Money>,
}

impl Lookups {
    /// The account with this name, however it is spelt.
    pub fn account_named(&mut self, conn: &mut Conn, name: &str) -> Result<Option<AccountId>> {
        let key = match_key(name);
        if let Some(id) = self.accounts.get(&key) {
            return Ok(Some(*id));
        }
        let found = accounts::find_by_match_key(conn, &key)?;
        if let Some(id) = found {
            self.accounts.insert(key, id);
        }
        Ok(found)
    }

    /// The account that has one of these domains.
    pub fn account_at(&mut self, conn: &mut Conn, domains: &[Domain]) -> Result<Option<AccountId>> {
        for domain in domains {
            if let Some(id) = self.domains.get(domain.as_str()) {
                return Ok(Some(*id));
            }
            if let Some(id) = accounts::find_by_domain(conn, domain)? {
                self.domains.insert(domain.as_str().to_owned(), id);
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    pub fn remember_account(&mut self, id: AccountId, name: &str, domains: &[Domain]) {
        self.accounts.entry(match_key(name)).or_insert(id);
        for domain in domains {
            self.domains.entry(domain.as_str().to_owned()).or_insert(id);
        }
    }

    /// The product with this name, however it is spelt: "GTXPro" is "GTX Pro".
    pub fn product(&mut self, conn: &mut Conn, name: &str) -> Result<Option<Product>> {
        let key = match_key(name);
        if let Some(known) = self.products.get(&key) {
            return Ok(known.clone());
        }
        let found = match products::find_by_match_key(conn, &key)? {
            Some(id) => {
                let product = products::get(conn, id)?;
                Some(Product { id, name: product.name, price: product.price })
            }
            None => None,
        };
        self.products.insert(key, found.clone());
        Ok(found)
    }
}

impl Context {
    /// The account that a row of another kind names by number, domain or name; made when only its name is known.
    pub(super) fn account_of(
        &mut self,
        conn: &mut Conn,
        record: &Record,
        domains: &[Domain],
    ) -> Applied<Option<AccountId>> {
        let external = record.text("account_external_id");
        if let Some(id) = self.linked(conn, RecordKind::Account, external)? {
            return Ok(Some(AccountId(id)));
        }
        if let Some(id) = self.lookups.account_at(conn, domains)? {
            return Ok(Some(id));
        }
        let Some(name) = record.text("account").and_then(clean) else {
            if let Some(unknown) = domains.first().map(Domain::as_str).or(external) {
                self.notes.missing("Accounts", unknown);
            }
            return Ok(None);
        };
        if let Some(id) = self.lookups.account_named(conn, &name)? {
            return Ok(Some(id));
        }
        if name.chars().count() > 250 {
            return Err(super::Failure::Row("The account's name is longer than 250 signs: shorten it.".to_owned()));
        }
        let new = accounts::Input { name, domains: domains.to_vec(), ..accounts::Input::default() };
        let id = accounts::create(conn, &self.viewer, &new, self.at)?;
        self.lookups.remember_account(id, &new.name, domains);
        self.notes.made("account", "accounts", &new.name);
        if external.is_some() {
            self.keys.keep(conn, id.into(), external)?;
        }
        Ok(Some(id))
    }

    /// The contact that a row of another kind names by number, e-mail or name.
    pub(super) fn contact_of(
        &mut self,
        conn: &mut Conn,
        record: &Record,
        emails: &[EmailAddress],
    ) -> Result<Option<ContactId>> {
        let external = record.text("contact_external_id");
        if let Some(id) = self.linked(conn, RecordKind::Contact, external)? {
            return Ok(Some(ContactId(id)));
        }
        for email in emails {
            if let Some(id) = contacts::find_by_email(conn, email)? {
                return Ok(Some(id));
            }
        }
        let name = record.text("contact").and_then(clean);
        if let Some(name) = &name
            && let [id] = contacts::find_by_name(conn, name)?.as_slice()
        {
            return Ok(Some(*id));
        }
        if let Some(unknown) = emails.first().map(EmailAddress::as_str).or(name.as_deref()).or(external) {
            self.notes.missing("Contacts", unknown);
        }
        Ok(None)
    }
}
