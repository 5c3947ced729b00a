//! Contacts: the people that the company knows. A lead is a contact at an early lifecycle, not another record.

pub mod handover;

mod bin;
mod form;
mod list;
pub mod pages;
mod store;

use crate::text_enum;
pub use bin::purge;
pub use store::{Contact, Input, Row, account_erased, account_renamed, create, find_by_email, get, of_account, update};

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
