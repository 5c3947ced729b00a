//! Contacts: the people that the company knows. A lead is a contact at an early lifecycle, not another record.

pub mod account_pages;
mod affiliations;
pub mod answering;
mod bin;
mod changes;
pub mod duplicates;
mod form;
mod giving;
pub mod handover;
pub mod list;
pub mod memory;
pub mod pages;
mod photo;
mod photo_metadata;
pub mod photo_pages;
pub mod selection_pages;
mod store;
pub mod suggestion_pages;
pub mod suggestions;

use crate::{db::types::EmailAddress, records::addresses::Address, text_enum};
pub use affiliations::of_account;
pub use answering::Answering;
pub use bin::{delete, purge, restore};
pub use duplicates::is_public_mail;
pub use giving::{assign, claim, give_back, put_in_queue};
pub use store::{
    Contact, Input, Row, account_erased, account_renamed, campaigns, create, find_by_email, find_by_name, get,
    named_like, update,
};

text_enum! {
    /// How far a person is with us (HubSpot's stages, shortened to those a CRM acts on).
    Lifecycle {
        Subscriber = "subscriber", "Subscriber";
        Lead = "lead", "Lead";
        Qualified = "qualified", "Qualified";
        Customer = "customer", "Customer";
        Former = "former", "Former customer";
    }
}

text_enum! {
    /// How promising a lead is to whoever works on it.
    Rating {
        Hot = "hot", "Hot";
        Warm = "warm", "Warm";
        Cold = "cold", "Cold";
    }
}

impl Lifecycle {
    /// Class of `.status`, each with a shape of its own.
    pub fn status(self) -> &'static str {
        match self {
            Self::Subscriber => "off",
            Self::Lead => "new",
            Self::Qualified => "open",
            Self::Customer => "done",
            Self::Former => "failed",
        }
    }
}

impl Input {
    /// A lead of whom nothing is known but what to call them.
    pub fn named(name: String) -> Self {
        Self {
            name,
            given_name: None,
            family_name: None,
            emails: Vec::new(),
            phones: Vec::new(),
            account_id: None,
            job_title: None,
            owner_id: None,
            lifecycle: Lifecycle::Lead,
            lead_status: None,
            source: None,
            campaign: None,
            rating: None,
            no_call: false,
            no_mail: false,
            no_ads: false,
            address: Address::default(),
            tags: Vec::new(),
            description: String::new(),
        }
    }

    /// The contact as it is, to change some of it.
    ///
    /// # Errors
    /// The sentence about a kept address that would not be taken today.
    pub fn of(contact: &Contact) -> Result<Self, String> {
        let emails: Result<Vec<_>, _> = contact.emails.iter().map(|e| EmailAddress::parse(e)).collect();
        Ok(Self {
            name: contact.name.clone(),
            given_name: contact.given_name.clone(),
            family_name: contact.family_name.clone(),
            emails: emails?,
            phones: contact.phones.clone(),
            account_id: contact.account_id,
            job_title: contact.job_title.clone(),
            owner_id: contact.owner_id,
            lifecycle: contact.lifecycle,
            lead_status: contact.lead_status.clone(),
            source: contact.source.clone(),
            campaign: contact.campaign.clone(),
            rating: contact.rating,
            no_call: contact.no_call,
            no_mail: contact.no_mail,
            no_ads: contact.no_ads,
            address: contact.address.clone(),
            tags: contact.tags.clone(),
            description: contact.description.clone(),
        })
    }
}
