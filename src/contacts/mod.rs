//! Contacts: the people that the company knows. A lead is a contact at an early lifecycle, not another record.

pub mod account_pages;
mod affiliations;
mod bin;
mod changes;
pub mod duplicates;
mod form;
pub mod handover;
pub mod list;
pub mod memory;
pub mod pages;
mod photo;
mod photo_metadata;
pub mod photo_pages;
pub mod selection_pages;
mod store;

use crate::text_enum;
pub use affiliations::of_account;
pub use bin::{delete, purge, restore};
pub use store::{
    Contact, Input, Row, account_erased, account_renamed, assign, campaigns, create, find_by_email, find_by_name, get,
    give_back, named_like, put_in_queue, update,
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
