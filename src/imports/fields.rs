//! What a file can fill, kind by kind: each field's key, its label on the pages and the headers that
//! mean it in the exports people bring.
//!
//! Headers are compared by [`match_key`](super::words::match_key), so "E-mail", "EMAIL" and "e_mail"
//! are one alias. A field's label and key are aliases of it, which makes the product's own exports
//! readable. Earlier aliases are better: of two columns for one value, the better one is taken.

use std::fmt;
use std::str::FromStr;

/// The kinds of records that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Users,
    Products,
    Accounts,
    Contacts,
    Leads,
    Deals,
    Tasks,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Users, Self::Products, Self::Accounts, Self::Contacts, Self::Leads, Self::Deals, Self::Tasks];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Products => "products",
            Self::Accounts => "accounts",
            Self::Contacts => "contacts",
            Self::Leads => "leads",
            Self::Deals => "deals",
            Self::Tasks => "tasks",
        }
    }

    /// The fields in the order in which they are listed to people.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        let (own, shared): (&[Field], &[&[Field]]) = match self {
            Self::Users => (USERS, &[]),
            Self::Products => (PRODUCTS, &[DATES]),
            Self::Accounts => (ACCOUNTS, &[ADDRESSES, OWNER, DATES]),
            Self::Contacts => (CONTACTS, &[PERSON, ADDRESSES, OWNER, DATES]),
            Self::Leads => (LEADS, &[PERSON, ADDRESSES, OWNER, DATES]),
            Self::Deals => (DEALS, &[OWNER, DATES]),
            Self::Tasks => (TASKS, &[OWNER, DATES]),
        };
        own.iter().chain(shared.iter().copied().flatten())
    }

    /// The field with this key.
    pub fn field(self, key: &str) -> Option<&'static Field> {
        self.fields().find(|f| f.key == key)
    }

    /// The keys of which a row must fill at least one.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::Users => &["name", "given_name", "family_name", "email"],
            Self::Products => &["name"],
            Self::Accounts => &["name", "domain"],
            Self::Contacts | Self::Leads => &["name", "given_name", "family_name", "email", "phone"],
            Self::Deals => &["name", "product", "external_id"],
            Self::Tasks => &["subject", "description"],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|k| k.name() == text.trim().to_lowercase()).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("\"{text}\" cannot be imported: write one of {names}.")
        })
    }
}

/// How the cells of a field are read; see [`Record`](super::record::Record) for what each becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    Text,
    Date,
    Moment,
    Money,
    /// Money counted in millions.
    Millions,
    Integer,
    YesNo,
    Emails,
    Phones,
    Domains,
    Tags,
    Currency,
    Industry,
    Lifecycle,
    Role,
    DealStatus,
    TaskStatus,
    Priority,
}

/// One value that records of a kind have.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    pub key: &'static str,
    pub label: &'static str,
    pub value: Value,
    /// Whether several columns may fill it.
    pub many: bool,
    pub aliases: &'static [&'static str],
}

const fn one(key: &'static str, label: &'static str, value: Value, aliases: &'static [&'static str]) -> Field {
    Field { key, label, value, many: false, aliases }
}

const fn many(key: &'static str, label: &'static str, value: Value, aliases: &'static [&'static str]) -> Field {
    Field { key, label, value, many: true, aliases }
}

use Value::{
    Currency, Date, DealStatus, Domains, Emails, Industry, Integer, Lifecycle, Millions, Moment, Money, Phones,
    Priority, Role, Tags, TaskStatus, Text, YesNo,
};

#[rustfmt::skip]
const USERS: &[Field] = &[
    one("name", "Name", Text, &["full name", "display name", "sales agent", "user", "rep", "employee"]),
    one("given_name", "Given name", Text, &["first name"]),
    one("family_name", "Family name", Text, &["last name", "surname"]),
    one("email", "E-mail", Emails, &["email address", "username", "mail"]),
    one("role", "Role", Role, &["user role"]),
    one("team", "Team", Text, &["regional office", "region", "office", "department", "group"]),
    one("manager", "Manager", Text, &["team lead", "reports to", "supervisor"]),
    one("time_zone", "Time zone", Text, &["time zone sid key", "timezone"]),
    one("external_id", "External id", Text, &["id", "user id", "record id"]),
    one("deleted", "Deleted", YesNo, &["is deleted"]),
];

#[rustfmt::skip]
const PRODUCTS: &[Field] = &[
    one("name", "Name", Text, &["product", "product name", "item"]),
    one("code", "Code", Text, &["product code", "sku", "stock keeping unit", "article number"]),
    one("family", "Family", Text, &["product family", "series", "category", "line"]),
    one("unit", "Unit", Text, &["quantity unit of measure", "unit of measure"]),
    one("price", "Price", Money, &["unit price", "sales price", "list price", "amount", "msrp"]),
    one("currency", "Currency", Currency, &["currency code", "currency iso code"]),
    one("active", "Active", YesNo, &["is active", "offered"]),
    many("description", "Description", Text, &["product description", "notes"]),
    one("external_id", "External id", Text, &["id", "product id", "record id"]),
];

#[rustfmt::skip]
const ACCOUNTS: &[Field] = &[
    one("name", "Name", Text, &["account name", "company name", "account", "company", "organization", "organisation", "organization name", "entreprise", "firma", "empresa"]),
    many("domain", "Domains", Domains, &["company domain name", "domain name", "website", "website url", "web page", "url", "web site", "company domain"]),
    one("industry", "Industry", Industry, &["sector", "branche", "vertical"]),
    one("employees", "Employees", Integer, &["number of employees", "employee count", "num emp", "headcount", "company size"]),
    one("annual_revenue", "Annual revenue", Money, &["revenue", "turnover", "yearly revenue", "umsatz"]),
    one("annual_revenue_millions", "Annual revenue (millions)", Millions, &["revenue in millions", "annual revenue in millions", "revenue millions", "revenue m"]),
    one("currency", "Currency", Currency, &["revenue currency", "currency code", "currency iso code"]),
    one("phone", "Phone", Phones, &["phone number", "company phone", "main phone", "telephone", "telefon", "work phone"]),
    one("parent", "Parent account", Text, &["parent", "subsidiary of", "parent company", "parent name", "parent account name"]),
    one("parent_external_id", "External id of the parent", Text, &["parent id", "parent account id", "parent company id"]),
    one("founded", "Founded", Text, &["year established", "year founded", "founded year"]),
    many("tags", "Tags", Tags, &["tag", "labels", "label"]),
    many("description", "Description", Text, &["notes", "about us", "about"]),
    one("external_id", "External id", Text, &["id", "record id", "company id", "account id"]),
];

/// What the exports of contacts and of leads name in different ways; the rest is in [`PERSON`].
#[rustfmt::skip]
const CONTACTS: &[Field] = &[
    one("lead_status", "Lead status", Text, &["lead stage"]),
    one("rating", "Rating", Text, &["lead rating"]),
    one("campaign", "Campaign", Text, &["campaign name", "utm campaign", "lead campaign"]),
    one("source", "Source", Text, &["lead source", "original source", "contact source", "how did you hear about us"]),
    one("external_id", "External id", Text, &["id", "record id", "contact id", "lead id"]),
];

#[rustfmt::skip]
const LEADS: &[Field] = &[
    one("lead_status", "Lead status", Text, &["status", "crm status", "lead stage", "stage", "statut"]),
    one("rating", "Rating", Text, &["lead rating"]),
    one("campaign", "Campaign", Text, &["campaign name", "utm campaign", "lead campaign"]),
    one("source", "Source", Text, &["lead source", "original source", "data source", "platform", "channel", "utm source", "how did you hear about us"]),
    one("industry", "Industry", Industry, &["sector"]),
    one("employees", "Employees", Integer, &["number of employees", "company size"]),
    one("annual_revenue", "Annual revenue", Money, &["revenue"]),
    one("external_id", "External id", Text, &["id", "record id", "lead id", "contact id"]),
];

#[rustfmt::skip]
const PERSON: &[Field] = &[
    one("name", "Name", Text, &["shown as", "full name", "display name", "contact name", "client name", "lead name", "customer name", "contact", "nom", "nombre completo"]),
    one("given_name", "Given name", Text, &["first name", "vorname", "prenom", "nombre"]),
    one("middle_name", "Middle name", Text, &["additional name"]),
    one("family_name", "Family name", Text, &["last name", "surname", "nachname", "nom de famille", "apellidos", "apellido"]),
    one("prefix", "Prefix", Text, &["name prefix", "salutation", "honorific", "anrede"]),
    one("suffix", "Suffix", Text, &["name suffix"]),
    many("email", "E-mail", Emails, &["email address", "e-mail address", "primary email", "work email", "secondary email", "mail", "lead email", "contact email", "additional email addresses", "home email", "other email", "correo", "courriel"]),
    many("phone", "Phone", Phones, &["phone number", "work phone", "mobile phone", "mobile phone number", "mobile", "mobile number", "cell", "cell phone", "home phone", "other phone", "telephone", "tel", "telefon", "telefono", "lead phone", "contact phone", "business phone", "handy", "whatsapp", "contact number"]),
    one("job_title", "Job title", Text, &["title", "position", "organization title", "job", "funktion"]),
    one("account", "Account", Text, &["account name", "company", "company name", "associated company", "organization name", "organization", "organisation", "business name", "employer", "entreprise", "societe", "firma", "empresa"]),
    many("account_domain", "Domain of the account", Domains, &["associated company domain", "company domain", "company domain name", "company website", "email domain"]),
    one("account_external_id", "External id of the account", Text, &["account id", "company id", "associated company ids", "associated company id"]),
    one("lifecycle", "Lifecycle", Lifecycle, &["lifecycle stage"]),
    one("no_call", "Do not call", YesNo, &["do not phone"]),
    one("no_mail", "Do not mail", YesNo, &["has opted out of email", "email opt out", "do not email", "unsubscribed", "opted out of email"]),
    one("no_ads", "Do not advertise", YesNo, &["no advertising"]),
    many("tags", "Tags", Tags, &["tag", "labels", "group membership", "categories", "contact tags"]),
    many("description", "Description", Text, &["notes", "note", "comments", "comment", "message", "bemerkung"]),
];

/// The first address and a second one; every column of a street is a line of it.
#[rustfmt::skip]
const ADDRESSES: &[Field] = &[
    many("street", "Street", Text, &["street address", "address", "address line 1", "address line 2", "address 2", "billing street", "mailing street", "work address", "work address 2", "business street", "address street", "straße", "strasse", "rue"]),
    one("locality", "City", Text, &["town", "billing city", "mailing city", "work city", "business city", "address city", "ort", "ville", "ciudad"]),
    one("region", "Region", Text, &["state", "state/region", "state/province", "province", "county", "billing state", "billing state/province", "mailing state", "mailing state/province", "work state", "address region"]),
    one("postal_code", "Postal code", Text, &["zip", "zip code", "zip/postal code", "postcode", "post code", "billing postal code", "billing zip/postal code", "mailing postal code", "mailing zip/postal code", "work zipcode", "address postal code", "plz", "code postal"]),
    one("country", "Country", Text, &["country/region", "billing country", "mailing country", "work country", "address country", "office location", "headquarters", "land", "pays"]),
    many("street_2", "Second street", Text, &["shipping street", "home address", "home address 2", "home street", "other street", "address 2 street"]),
    one("locality_2", "Second city", Text, &["shipping city", "home city", "other city", "address 2 city"]),
    one("region_2", "Second region", Text, &["shipping state", "shipping state/province", "home state", "other state", "address 2 region"]),
    one("postal_code_2", "Second postal code", Text, &["shipping postal code", "shipping zip/postal code", "home zipcode", "other postal code", "address 2 postal code"]),
    one("country_2", "Second country", Text, &["shipping country", "home country", "other country", "address 2 country"]),
];

#[rustfmt::skip]
const OWNER: &[Field] = &[
    one("owner", "Owner", Text, &["owner email", "owner name", "contact owner", "company owner", "account owner", "deal owner", "lead owner", "opportunity owner", "activity owner", "owner full name", "owner alias", "sales agent", "sales rep", "assigned to", "assigned", "assignee", "betreuer"]),
    one("owner_external_id", "External id of the owner", Text, &["owner id", "hubspot owner id"]),
];

#[rustfmt::skip]
const DATES: &[Field] = &[
    one("created", "Created", Moment, &["create date", "created date", "created at", "created time", "created on", "date created", "date added", "signup date", "conversion time", "submitted at", "timestamp", "added"]),
    one("updated", "Updated", Moment, &["last modified date", "modified date", "updated at", "last modified", "modified", "changed"]),
    one("deleted", "Deleted", YesNo, &["is deleted"]),
];

#[rustfmt::skip]
const DEALS: &[Field] = &[
    one("name", "Name", Text, &["deal name", "opportunity name", "deal", "opportunity", "title"]),
    one("account", "Account", Text, &["account name", "company", "company name", "associated company", "organization", "customer"]),
    many("account_domain", "Domain of the account", Domains, &["associated company domain", "company domain", "company domain name"]),
    one("account_external_id", "External id of the account", Text, &["account id", "company id", "associated company ids", "associated company id"]),
    many("contact", "Contacts", Text, &["contact", "contact name", "associated contact", "primary contact"]),
    many("contact_email", "E-mail of the contact", Emails, &["associated contact email", "contact email", "primary contact email"]),
    one("contact_external_id", "External id of the contact", Text, &["contact id", "associated contact ids", "associated contact id"]),
    one("pipeline", "Pipeline", Text, &["sales pipeline", "pipeline name"]),
    one("stage", "Stage", Text, &["deal stage", "stage name", "sales stage", "opportunity stage"]),
    one("status", "Status", DealStatus, &["deal status", "outcome"]),
    one("is_closed", "Closed", YesNo, &["is closed"]),
    one("is_won", "Won", YesNo, &["is won", "is closed won"]),
    one("amount", "Amount", Money, &["close value", "deal amount", "deal value", "value", "opportunity amount", "amount in deal currency"]),
    one("currency", "Currency", Currency, &["deal currency", "currency code", "currency iso code", "deal currency code"]),
    one("engaged", "Engaged", Date, &["engage date", "engaged on", "stage since", "last stage change date"]),
    one("close_date", "Close date", Date, &["closing date"]),
    one("expected_close", "Expected close", Date, &["expected close date", "expected closing"]),
    one("closed_on", "Closed on", Date, &["closed date", "date closed", "actual close date"]),
    one("next_step", "Next step", Text, &["next action"]),
    one("next_step_on", "Next step on", Date, &["next step date", "next activity date"]),
    one("source", "Source", Text, &["lead source", "original source", "deal source"]),
    one("close_reason", "Reason", Text, &["main reason", "close reason", "closed lost reason", "closed won reason", "loss reason", "lost reason"]),
    one("competitor", "Competitor", Text, &["lost to", "main competitor"]),
    many("product", "Products", Text, &["product", "product name", "line item"]),
    many("tags", "Tags", Tags, &["tag", "labels"]),
    many("description", "Description", Text, &["notes", "deal description", "comments"]),
    one("external_id", "External id", Text, &["id", "record id", "deal id", "opportunity id"]),
];

#[rustfmt::skip]
const TASKS: &[Field] = &[
    one("subject", "Subject", Text, &["title", "task", "task title", "task name", "name", "call/meeting title/subject", "activity subject"]),
    many("description", "Description", Text, &["notes", "notes/description", "comments", "body", "details"]),
    one("kind", "Kind", Text, &["type", "activity type", "task type", "task subtype", "event subtype"]),
    one("happened", "When", Moment, &["activity date time", "start date time", "activity date", "start", "date"]),
    one("due", "Due", Date, &["due date", "task due date", "due on", "deadline"]),
    one("status", "Status", TaskStatus, &["task status"]),
    one("is_closed", "Closed", YesNo, &["is closed", "completed", "is done"]),
    one("done", "Done on", Moment, &["completed date time", "completed at", "completed on", "date completed"]),
    one("priority", "Priority", Priority, &["task priority"]),
    many("outcome", "Outcome", Text, &["call outcome", "meeting outcome", "call disposition", "result"]),
    many("contact_email", "E-mail of the contact", Emails, &["associated contact email", "contact email", "who contact email", "who email"]),
    one("contact", "Contact", Text, &["contact name", "associated contact", "who name", "with"]),
    one("contact_external_id", "External id of the contact", Text, &["who id", "contact id", "associated contact ids", "associated contact id"]),
    one("account", "Account", Text, &["account name", "company", "associated company", "company name"]),
    one("account_external_id", "External id of the account", Text, &["account id", "company id"]),
    one("deal", "Deal", Text, &["deal name", "opportunity", "opportunity name", "associated deal"]),
    one("related_external_id", "External id of the deal or account", Text, &["what id", "related to id", "deal id", "associated deal ids"]),
    one("external_id", "External id", Text, &["id", "record id", "activity id", "task id"]),
];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::words::match_key;
    use super::*;

    #[test]
    fn every_header_means_one_field_of_a_kind() {
        for kind in Kind::ALL {
            let mut meant: HashMap<String, &str> = HashMap::new();
            for field in kind.fields() {
                for alias in [field.key, field.label].iter().chain(field.aliases) {
                    let before = meant.insert(match_key(alias), field.key);
                    assert!(before.is_none_or(|b| b == field.key), "{kind}: {alias} is {before:?} and {}", field.key);
                }
            }
        }
    }

    #[test]
    fn required_fields_exist_and_kinds_are_found_by_name() {
        for kind in Kind::ALL {
            assert!(kind.required().iter().all(|key| kind.field(key).is_some()), "{kind}");
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!("tickets".parse::<Kind>().is_err());
    }
}
