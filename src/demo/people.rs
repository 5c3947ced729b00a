//! Who works at the demo company.

use crate::{
    auth::{How, Role, Viewer, password, teams, users},
    db::{
        Conn,
        schema::{teams as team_rows, users as user_rows},
        types::{EmailAddress, TeamId, UserId},
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;

/// Everyone signs in with this.
pub const PASSWORD: &str = "seven lanterns on the pier";

/// Teams, each after the one above it: (name, above, leader's place in `STAFF`).
const TEAMS: [(&str, Option<&str>, usize); 6] = [
    ("Sales", None, 2),
    ("North", Some("Sales"), 3),
    ("South", Some("Sales"), 8),
    ("Asia Pacific", Some("Sales"), 13),
    ("Americas", Some("Sales"), 17),
    ("Service", None, 21),
];

/// (name, mailbox, role, team, time zone).
const STAFF: [(&str, &str, Role, &str, &str); 25] = [
    ("Ingrid Solvang", "ingrid", Role::Admin, "", "Europe/Copenhagen"),
    ("Tomás Herreros", "tomas", Role::Admin, "", "Europe/Madrid"),
    ("Karim Benhaddou", "karim", Role::Manager, "Sales", "Europe/Copenhagen"),
    ("Freja Lindegaard", "freja", Role::Manager, "North", "Europe/Copenhagen"),
    ("Elina Rautavaara", "elina", Role::Rep, "North", "Europe/Helsinki"),
    ("Piotr Zawilski", "piotr", Role::Rep, "North", "Europe/Warsaw"),
    ("Jürgen Maßholder", "juergen", Role::Rep, "North", "Europe/Berlin"),
    ("Callum Redfern", "callum", Role::Rep, "North", "Europe/London"),
    ("Giulia Ferrabosco", "giulia", Role::Manager, "South", "Europe/Rome"),
    ("Mateo Serrano-Vila", "mateo", Role::Rep, "South", "Europe/Madrid"),
    ("Amélie Roussillon", "amelie", Role::Rep, "South", "Europe/Paris"),
    ("Νίκος Παπαθεοδώρου", "nikos", Role::Rep, "South", "Europe/Athens"),
    ("ليان الحداد", "layan", Role::Rep, "South", "Asia/Dubai"),
    ("Haruto Kisaragi", "haruto", Role::Manager, "Asia Pacific", "Asia/Tokyo"),
    ("陈思源", "siyuan", Role::Rep, "Asia Pacific", "Asia/Shanghai"),
    ("Priya Raghunathan", "priya", Role::Rep, "Asia Pacific", "Asia/Kolkata"),
    ("Nguyễn Thị Thanh Huyền", "huyen", Role::Rep, "Asia Pacific", "Asia/Ho_Chi_Minh"),
    ("Dana Whitlock", "dana", Role::Manager, "Americas", "America/New_York"),
    ("Luís Andrade", "luis", Role::Rep, "Americas", "America/Sao_Paulo"),
    ("Zoë Tremblay-Côté", "zoe", Role::Rep, "Americas", "America/Toronto"),
    ("Marcus Bellweather", "marcus", Role::Rep, "Americas", "America/Denver"),
    ("Oluwaseun Adeyinka", "seun", Role::Manager, "Service", "Africa/Lagos"),
    ("Leila Haddadi", "leila", Role::Agent, "Service", "Europe/Copenhagen"),
    ("Sukma", "sukma", Role::Agent, "Service", "Asia/Jakarta"),
    ("Katarzyna Nowowiejska", "kasia", Role::Agent, "Service", "Europe/Warsaw"),
];

/// The host of everyone's mailbox.
pub(super) const HOST: &str = "varde.example";

/// The mailbox by which a demo company is known again.
pub(super) fn first_email() -> String {
    format!("{}@{HOST}", STAFF[0].1)
}

/// A person of the demo company.
#[derive(Clone, Debug)]
pub(super) struct Colleague {
    pub id: UserId,
    pub name: &'static str,
    pub role: Role,
    pub team: &'static str,
    pub zone: Tz,
}

impl Colleague {
    /// As this person works by hand.
    pub fn viewer(&self) -> Viewer {
        Viewer { id: Some(self.id), role: self.role, scope: crate::auth::Scope::Everyone, how: How::Page }
    }

    /// Owns accounts and deals.
    pub fn sells(&self) -> bool {
        self.role == Role::Rep || (self.role == Role::Manager && self.team != "Service" && self.team != "Sales")
    }
}

/// Role, name and mailbox of one person of each role, for those who try the demo: those who have the fullest day.
pub fn sign_ins() -> Vec<(Role, &'static str, String)> {
    [0, 3, 4, 22].map(|at| (STAFF[at].2, STAFF[at].0, format!("{}@{HOST}", STAFF[at].1))).to_vec()
}

/// Adds everyone and their teams.
pub(super) fn add(conn: &mut Conn, at: NaiveDateTime) -> Result<Vec<Colleague>> {
    let system = Viewer::system(How::System);
    for (name, above, _) in TEAMS {
        let id: TeamId = teams::find_or_make(conn, &system, name, at)?;
        let parent = above.map(|above| teams::find_or_make(conn, &system, above, at)).transpose()?;
        diesel::update(team_rows::table.find(id)).set(team_rows::parent_id.eq(parent)).execute(conn)?;
    }
    // One hash for all: a hash takes a while on purpose, and this password is no secret.
    let hash = password::hash(PASSWORD)?;
    let mut everyone = Vec::new();
    for (name, mailbox, role, team, zone) in STAFF {
        let new = users::NewUser {
            name: name.into(),
            email: Some(EmailAddress::parse(&format!("{mailbox}@{HOST}")).map_err(Error::internal)?),
            role,
            team_id: if team.is_empty() { None } else { Some(teams::find_or_make(conn, &system, team, at)?) },
            time_zone: zone.into(),
            password: None,
        };
        let id = users::create(conn, &system, &new, at)?;
        diesel::update(user_rows::table.find(id)).set(user_rows::password_hash.eq(&hash)).execute(conn)?;
        everyone.push(Colleague { id, name, role, team, zone: zone.parse().unwrap_or(Tz::UTC) });
    }
    for (name, _, leader) in TEAMS {
        let id = teams::find_or_make(conn, &system, name, at)?;
        diesel::update(team_rows::table.find(id)).set(team_rows::manager_id.eq(everyone[leader].id)).execute(conn)?;
    }
    Ok(everyone)
}
