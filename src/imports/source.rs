//! The program that a file comes from.

use std::collections::HashSet;

/// The program a file comes from, as its headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A list that Rapport itself wrote.
    Rapport,
    Maven,
    Salesforce,
    HubSpot,
    Google,
    Thunderbird,
    Unknown,
}

impl Source {
    /// Its name for people; `None` when it is not known.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Rapport => Some("Rapport"),
            Self::Maven => Some("Maven Analytics"),
            Self::Salesforce => Some("Salesforce"),
            Self::HubSpot => Some("HubSpot"),
            Self::Google => Some("Google Contacts"),
            Self::Thunderbird => Some("Thunderbird"),
            Self::Unknown => None,
        }
    }

    /// The program whose headers these are, as [`match_key`](super::words::match_key)s in the order of the columns.
    pub fn of(columns: &[String]) -> Self {
        // Every list that Rapport writes begins with the record's number.
        if columns.first().is_some_and(|first| first == "number") {
            return Self::Rapport;
        }
        let keys: HashSet<&str> = columns.iter().map(String::as_str).collect();
        let all = |names: &[&str]| names.iter().all(|n| keys.contains(n));
        if all(&["sector", "yearestablished", "subsidiaryof"])
            || all(&["salesagent", "regionaloffice"])
            || all(&["salesagent", "dealstage", "engagedate"])
            || all(&["product", "series", "salesprice"])
        {
            Self::Maven
        } else if all(&["systemmodstamp"]) || all(&["isdeleted"]) || all(&["ownerid"]) {
            Self::Salesforce
        } else if all(&["email1value"]) || all(&["fileas", "labels"]) || all(&["groupmembership"]) {
            Self::Google
        } else if all(&["primaryemail", "displayname"]) {
            Self::Thunderbird
        } else if all(&["recordid"])
            || keys.iter().any(|k| k.starts_with("associatedco"))
            || all(&["companydomainname", "createdate"])
        {
            Self::HubSpot
        } else {
            Self::Unknown
        }
    }
}
