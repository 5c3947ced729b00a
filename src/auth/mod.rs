//! Who asks, and what they may see: people, roles, teams, sessions.
//!
//! [`Viewer`] is an argument of every query, so that a scope cannot be forgotten.

pub mod agent;
pub mod company;
pub mod directory;
pub mod entrance;
pub mod letters;
pub mod limits;
pub mod links;
pub mod pages;
pub mod password;
pub mod session;
pub mod teams;
pub mod token;
pub mod users;

use crate::{db::types::UserId, text_enum};

text_enum! {
    /// What a person may do. Managers and admins may do what reps and agents may.
    Role {
        /// Everything, the settings included.
        Admin = "admin", "Admin";
        /// Sales and service, hand-overs, final erase.
        Manager = "manager", "Manager";
        /// Sales: leads, deals, products' use.
        Rep = "rep", "Rep";
        /// Service; reads deals, does not change them.
        Agent = "agent", "Agent";
    }
}

text_enum! {
    /// Company-wide: whose records a rep or agent sees. Admins see all; records without an owner are everyone's.
    Visibility {
        Everyone = "everyone", "Everyone sees all records";
        /// A manager of a team, and everyone in it, sees that team and those below it.
        Team = "team", "People see their own team and the teams below";
        Own = "own", "People see their own records; managers see their teams";
    }
}

text_enum! {
    /// How a change came about, as the journal keeps it.
    How {
        Page = "page", "by hand";
        Import = "import", "by import";
        Mail = "mail", "by mail";
        Sync = "sync", "by sync";
        Api = "api", "by API";
        WebForm = "web_form", "by web form";
        /// A customer, on a page that they have a link to.
        Customer = "customer", "by the customer";
        System = "system", "by Rapport";
    }
}

/// Whose records a viewer sees, besides those without an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everyone,
    /// These people's, sorted.
    Owners(Vec<i64>),
}

/// Who looks or acts.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// `None` when the program itself acts (imports from the command line, jobs).
    pub id: Option<UserId>,
    pub role: Role,
    pub scope: Scope,
    pub how: How,
}

impl Viewer {
    /// The program itself: sees everything, signs with how.
    pub fn system(how: How) -> Self {
        Self { id: None, role: Role::Admin, scope: Scope::Everyone, how }
    }

    /// Whether a record with this owner may be seen (and then changed, where the role allows).
    pub fn sees(&self, owner: Option<UserId>) -> bool {
        match (&self.scope, owner) {
            (Scope::Everyone, _) | (_, None) => true,
            (Scope::Owners(ids), Some(owner)) => ids.binary_search(&owner.0).is_ok(),
        }
    }

    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// May erase for good and hand over other people's records.
    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Admin | Role::Manager)
    }

    /// May change deals and leads.
    pub fn sells(&self) -> bool {
        self.role != Role::Agent
    }
}
