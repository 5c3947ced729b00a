//! People in the database.

use super::{Role, Viewer, directory::Person, links::Kind, password, session, teams};
use crate::{
    db::{
        Conn, dialect,
        schema::{links, users},
        types::{EmailAddress, TeamId, UserId, fold},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

/// A person to be added. Without an e-mail they exist, own records and stand in teams, but cannot sign in.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub name: String,
    pub email: Option<EmailAddress>,
    pub role: Role,
    pub team_id: Option<TeamId>,
    /// IANA name; the company's at first.
    pub time_zone: String,
    /// Plain; hashed here.
    pub password: Option<String>,
}

/// Adds a person.
///
/// # Errors
/// `Error::Refused` when the e-mail is taken.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &NewUser, at: NaiveDateTime) -> Result<UserId> {
    let key = new.email.as_ref().map(EmailAddress::key);
    if let Some(key) = &key
        && find_by_email(conn, key)?.is_some()
    {
        return Err(Error::Refused(format!("{key} belongs to someone already: use another address.")));
    }
    let hash = new.password.as_deref().map(password::hash).transpose()?;
    let id: UserId = diesel::insert_into(users::table)
        .values((
            users::name.eq(&new.name),
            users::name_folded.eq(fold(&new.name)),
            users::email.eq(new.email.as_ref().map(EmailAddress::as_str)),
            users::email_key.eq(key),
            users::role.eq(new.role),
            users::team_id.eq(new.team_id),
            users::password_hash.eq(hash),
            users::time_zone.eq(&new.time_zone),
            users::created_at.eq(at),
            users::updated_at.eq(at),
        ))
        .returning(users::id)
        .get_result(conn)
        .map_err(taken)?;
    let change = Change::new(id, Action::Created, &new.name)
        .field("Name", None, Some(new.name.clone()))
        .field("E-mail", None, new.email.as_ref().map(|e| e.as_str().to_owned()))
        .field("Role", None, Some(new.role.label().into()));
    journal::record(conn, viewer, change, at)?;
    Ok(id)
}

/// Two people adding one address at the same moment: the database lets one of them in.
fn taken(error: diesel::result::Error) -> Error {
    use diesel::result::{DatabaseErrorKind::UniqueViolation, Error as Cause};
    match error {
        Cause::DatabaseError(UniqueViolation, _) => {
            Error::Refused("This e-mail belongs to someone already: use another address.".into())
        }
        other => other.into(),
    }
}

/// A person, be it one who has left.
pub fn get(conn: &mut Conn, id: UserId) -> Result<Person> {
    Ok(users::table.find(id).select(Person::as_select()).first(conn)?)
}

/// What an admin decides about a person.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub email: Option<EmailAddress>,
    pub role: Role,
    pub team_id: Option<TeamId>,
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
///
/// # Errors
/// `Error::Refused` when the e-mail is taken, or the last admin would be none.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Person,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let stays = next.role == Role::Admin && next.email.is_some();
    if before.role == Role::Admin && before.is_active() && !stays {
        keep_an_admin(conn, before.id)?;
    }
    let rows = diesel::update(users::table.filter(users::id.eq(before.id)).filter(users::version.eq(version)))
        .set((
            users::name.eq(&next.name),
            users::name_folded.eq(fold(&next.name)),
            users::email.eq(next.email.as_ref().map(EmailAddress::as_str)),
            users::email_key.eq(next.email.as_ref().map(EmailAddress::key)),
            users::role.eq(next.role),
            users::team_id.eq(next.team_id),
            users::updated_at.eq(at),
            users::version.eq(version + 1),
        ))
        .execute(conn)
        .map_err(taken)?;
    if rows == 0 {
        return Ok(false);
    }
    if before.team_id != next.team_id {
        teams::renew_scopes(conn)?;
    }
    let email = next.email.as_ref().map(|e| e.as_str().to_owned());
    if email != before.email {
        forget_links(conn, before.id)?;
    }
    let (old_team, new_team) = (teams::name_of(conn, before.team_id)?, teams::name_of(conn, next.team_id)?);
    let change = Change::new(before.id, Action::Updated, &next.name)
        .field("Name", Some(before.name.clone()), Some(next.name.clone()))
        .field("E-mail", before.email.clone(), email)
        .field("Role", Some(before.role.label().into()), Some(next.role.label().into()))
        .field("Team", old_team, new_team);
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// Ends a person's access: no session and no link of theirs works from now on. Their records stay with them until they
/// are handed over.
///
/// # Errors
/// `Error::Refused` for the last admin.
pub fn deactivate(conn: &mut Conn, viewer: &Viewer, person: &Person, at: NaiveDateTime) -> Result<()> {
    if person.role == Role::Admin {
        keep_an_admin(conn, person.id)?;
    }
    session::end_others(conn, person.id, None)?;
    forget_links(conn, person.id)?;
    set_deactivated(conn, viewer, person, Some(at), at)
}

/// Gives a person their access back, with the password they had.
pub fn reactivate(conn: &mut Conn, viewer: &Viewer, person: &Person, at: NaiveDateTime) -> Result<()> {
    set_deactivated(conn, viewer, person, None, at)
}

fn set_deactivated(
    conn: &mut Conn,
    viewer: &Viewer,
    person: &Person,
    since: Option<NaiveDateTime>,
    at: NaiveDateTime,
) -> Result<()> {
    let rows = diesel::update(users::table.filter(users::id.eq(person.id)).filter(users::version.eq(person.version)))
        .set((users::deactivated_at.eq(since), users::updated_at.eq(at), users::version.eq(person.version + 1)))
        .execute(conn)?;
    if rows == 0 {
        return Err(Error::Refused("Someone else changed this person just now: look again.".into()));
    }
    let state = |active: bool| Some(if active { "active".to_owned() } else { "deactivated".to_owned() });
    let change = Change::new(person.id, Action::Updated, &person.name).field(
        "Access",
        state(person.is_active()),
        state(since.is_none()),
    );
    journal::record(conn, viewer, change, at)
}

/// # Errors
/// `Error::Refused` unless another admin can sign in.
fn keep_an_admin(conn: &mut Conn, except: UserId) -> Result<()> {
    // Two admins may demote each other at the same moment.
    dialect::hold(conn, "the last admin")?;
    let others: i64 = users::table
        .filter(users::role.eq(Role::Admin))
        .filter(users::id.ne(except))
        .filter(users::deactivated_at.is_null())
        .filter(users::password_hash.is_not_null())
        .filter(users::email_key.is_not_null())
        .count()
        .get_result(conn)?;
    if others > 0 {
        return Ok(());
    }
    Err(Error::Refused("This is the last admin who can sign in: make someone else an admin first.".into()))
}

fn forget_links(conn: &mut Conn, id: UserId) -> Result<()> {
    diesel::delete(links::table.filter(links::user_id.eq(id)).filter(links::used_at.is_null())).execute(conn)?;
    Ok(())
}

/// What a person decides about themselves.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: String,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag, one of `ui::format::LOCALES`.
    pub locale: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    pub keys_on: bool,
}

impl Profile {
    pub fn of(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            time_zone: person.time_zone.clone(),
            locale: person.locale.clone(),
            theme: person.theme.clone(),
            keys_on: person.keys_on,
        }
    }
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
pub fn update_profile(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &Person,
    version: i64,
    next: &Profile,
    at: NaiveDateTime,
) -> Result<bool> {
    let rows = diesel::update(users::table.filter(users::id.eq(before.id)).filter(users::version.eq(version)))
        .set((
            users::name.eq(&next.name),
            users::name_folded.eq(fold(&next.name)),
            users::time_zone.eq(&next.time_zone),
            users::locale.eq(&next.locale),
            users::theme.eq(&next.theme),
            users::keys_on.eq(next.keys_on),
            users::updated_at.eq(at),
            users::version.eq(version + 1),
        ))
        .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let change = Change::new(before.id, Action::Updated, &next.name)
        .field("Name", Some(before.name.clone()), Some(next.name.clone()))
        .field("Time zone", Some(before.time_zone.clone()), Some(next.time_zone.clone()));
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// Whether and since when a person comes in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub has_password: bool,
    pub last_seen_at: Option<NaiveDateTime>,
    /// Until when an invitation works that they have not used.
    pub invited_until: Option<NaiveDateTime>,
}

/// Of everyone.
pub fn standings(conn: &mut Conn, at: NaiveDateTime) -> Result<HashMap<UserId, Standing>> {
    let invited: Vec<(Option<UserId>, Option<NaiveDateTime>)> = links::table
        .filter(links::kind.eq(Kind::Invitation))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(at))
        .select((links::user_id, links::expires_at))
        .load(conn)?;
    let rows: Vec<(UserId, Option<NaiveDateTime>, bool)> =
        users::table.select((users::id, users::last_seen_at, users::password_hash.is_not_null())).load(conn)?;
    let mut standings: HashMap<UserId, Standing> = rows
        .into_iter()
        .map(|(id, last_seen_at, has_password)| (id, Standing { has_password, last_seen_at, invited_until: None }))
        .collect();
    for (id, until) in invited {
        if let Some(standing) = id.and_then(|id| standings.get_mut(&id)) {
            standing.invited_until = until;
        }
    }
    Ok(standings)
}

/// What signing in needs to know.
#[derive(Clone, Debug, Queryable)]
pub struct Credentials {
    pub id: UserId,
    pub password_hash: Option<String>,
    pub deactivated_at: Option<NaiveDateTime>,
}

/// The person with this address (in lower case).
pub fn find_by_email(conn: &mut Conn, key: &str) -> Result<Option<Credentials>> {
    Ok(users::table
        .filter(users::email_key.eq(key))
        .select((users::id, users::password_hash, users::deactivated_at))
        .first(conn)
        .optional()?)
}

/// Keeps a hash made elsewhere.
pub fn keep_hash(conn: &mut Conn, id: UserId, hash: &str) -> Result<()> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn)?;
    Ok(())
}

/// The hash of a person's password, if they have one.
pub fn hash_of(conn: &mut Conn, id: UserId) -> Result<Option<String>> {
    Ok(users::table.find(id).select(users::password_hash).first(conn)?)
}

/// Sets a new password and ends every session of the person but `keep`. Links for a new password stop working.
pub fn set_password(
    conn: &mut Conn,
    viewer: &Viewer,
    person: &Person,
    hash: &str,
    keep: Option<i64>,
    at: NaiveDateTime,
) -> Result<()> {
    keep_hash(conn, person.id, hash)?;
    forget_links(conn, person.id)?;
    session::end_others(conn, person.id, keep)?;
    let change = Change::new(person.id, Action::Updated, &person.name).field("Password", None, Some("set".into()));
    journal::record(conn, viewer, change, at)
}

/// Signs a person out everywhere but in the session `keep`.
pub fn end_sessions(
    conn: &mut Conn,
    viewer: &Viewer,
    person: &Person,
    keep: Option<i64>,
    at: NaiveDateTime,
) -> Result<()> {
    if session::end_others(conn, person.id, keep)? == 0 {
        return Ok(());
    }
    let change = Change::new(person.id, Action::Updated, &person.name).field("Sessions", None, Some("ended".into()));
    journal::record(conn, viewer, change, at)
}
