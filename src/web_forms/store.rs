//! Forms in the database.

use super::{Field, State, WebForm};
use crate::{
    auth::{Viewer, token},
    db::{
        Conn,
        schema::{form_submissions, web_form_consents, web_forms},
        types::{WebFormId, now},
    },
    error::{Error, Result},
    journal::{self, Action, Change},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Queryable, Selectable)]
#[diesel(table_name = web_forms)]
struct Base {
    id: WebFormId,
    token: String,
    secret: String,
    name: String,
    heading: String,
    introduction: String,
    fields: String,
    button: String,
    thanks: String,
    redirect: String,
    consent_required: bool,
    source: String,
    campaign: String,
    origins: String,
    least_seconds: i64,
    active: bool,
    deleted_at: Option<NaiveDateTime>,
    version: i64,
}

impl Base {
    fn with(self, consent: Option<(i64, String)>) -> Result<WebForm> {
        Ok(WebForm {
            id: self.id,
            token: self.token,
            secret: self.secret,
            name: self.name,
            heading: self.heading,
            introduction: self.introduction,
            fields: serde_json::from_str(&self.fields)?,
            button: self.button,
            thanks: self.thanks,
            redirect: self.redirect,
            consent: consent.filter(|(_, text)| !text.is_empty()),
            consent_required: self.consent_required,
            source: self.source,
            campaign: self.campaign,
            origins: self.origins.lines().map(str::to_owned).collect(),
            least_seconds: self.least_seconds,
            active: self.active,
            deleted_at: self.deleted_at,
            version: self.version,
        })
    }
}

/// What the admin's form gives: already valid.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub heading: String,
    pub introduction: String,
    pub fields: Vec<Field>,
    pub button: String,
    pub thanks: String,
    pub redirect: String,
    /// Empty asks nothing.
    pub consent: String,
    pub consent_required: bool,
    pub source: String,
    pub campaign: String,
    pub origins: Vec<String>,
    pub least_seconds: i64,
    pub active: bool,
}

/// A line of the list of forms.
pub struct Listed {
    pub id: WebFormId,
    pub name: String,
    pub active: bool,
    pub taken: i64,
    pub held: i64,
    pub last_at: Option<NaiveDateTime>,
}

/// Every form that was not deleted, by name, with what it has brought.
pub fn list(conn: &mut Conn) -> Result<Vec<Listed>> {
    let forms: Vec<(WebFormId, String, bool)> = web_forms::table
        .filter(web_forms::deleted_at.is_null())
        .order((web_forms::name, web_forms::id))
        .select((web_forms::id, web_forms::name, web_forms::active))
        .load(conn)?;
    let counts: Vec<(WebFormId, State, i64, Option<NaiveDateTime>)> = form_submissions::table
        .group_by((form_submissions::form_id, form_submissions::state))
        .select((
            form_submissions::form_id,
            form_submissions::state,
            diesel::dsl::count_star(),
            diesel::dsl::max(form_submissions::at),
        ))
        .load(conn)?;
    let of = |id: WebFormId, state: State| counts.iter().find(|(form, s, ..)| *form == id && *s == state);
    let listed = |(id, name, active)| Listed {
        id,
        name,
        active,
        taken: of(id, State::Taken).map_or(0, |c| c.2),
        held: of(id, State::Held).map_or(0, |c| c.2),
        last_at: of(id, State::Taken).and_then(|c| c.3),
    };
    Ok(forms.into_iter().map(listed).collect())
}

/// A form that was not deleted.
pub fn get(conn: &mut Conn, id: WebFormId) -> Result<WebForm> {
    any(conn, id).and_then(|form| if form.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(form) })
}

/// A form, be it deleted.
pub fn any(conn: &mut Conn, id: WebFormId) -> Result<WebForm> {
    let base: Base = web_forms::table.find(id).select(Base::as_select()).first(conn)?;
    let consent = consent(conn, base.id)?;
    base.with(consent)
}

/// The form of an address.
pub fn find(conn: &mut Conn, token: &str) -> Result<Option<WebForm>> {
    let base: Option<Base> =
        web_forms::table.filter(web_forms::token.eq(token)).select(Base::as_select()).first(conn).optional()?;
    let Some(base) = base else { return Ok(None) };
    let consent = consent(conn, base.id)?;
    base.with(consent).map(Some)
}

/// The wording that holds now.
fn consent(conn: &mut Conn, id: WebFormId) -> Result<Option<(i64, String)>> {
    Ok(web_form_consents::table
        .filter(web_form_consents::form_id.eq(id))
        .order(web_form_consents::id.desc())
        .select((web_form_consents::id, web_form_consents::text))
        .first(conn)
        .optional()?)
}

/// A wording of this form, also an earlier one: copies of the form on other sites may still show it.
pub fn wording(conn: &mut Conn, form: WebFormId, consent: i64) -> Result<Option<String>> {
    Ok(web_form_consents::table
        .find(consent)
        .filter(web_form_consents::form_id.eq(form))
        .select(web_form_consents::text)
        .first(conn)
        .optional()?)
}

/// Adds a form, with an address of its own.
pub fn create(conn: &mut Conn, viewer: &Viewer, new: &Input, at: NaiveDateTime) -> Result<WebFormId> {
    let id: WebFormId = diesel::insert_into(web_forms::table)
        .values((
            columns(new)?,
            web_forms::token.eq(token::fresh()?),
            web_forms::secret.eq(token::fresh()?),
            web_forms::created_at.eq(at),
            web_forms::updated_at.eq(at),
        ))
        .returning(web_forms::id)
        .get_result(conn)?;
    if !new.consent.is_empty() {
        word(conn, id, &new.consent, at)?;
    }
    journal::record(conn, viewer, Change::new(id, Action::Created, &new.name), at)?;
    Ok(id)
}

/// Saves over the version that was read. `Ok(false)` when someone else saved in between.
pub fn update(
    conn: &mut Conn,
    viewer: &Viewer,
    before: &WebForm,
    version: i64,
    next: &Input,
    at: NaiveDateTime,
) -> Result<bool> {
    let rows =
        diesel::update(web_forms::table.filter(web_forms::id.eq(before.id)).filter(web_forms::version.eq(version)))
            .set((columns(next)?, web_forms::updated_at.eq(at), web_forms::version.eq(version + 1)))
            .execute(conn)?;
    if rows == 0 {
        return Ok(false);
    }
    let agreed = before.consent.as_ref().map(|(_, text)| text.clone()).unwrap_or_default();
    if agreed != next.consent {
        word(conn, before.id, &next.consent, at)?;
    }
    let yes = |flag: bool| Some(if flag { "yes".to_owned() } else { "no".to_owned() });
    let own = |text: &str| Some(text.to_owned());
    let asked = |fields: &[Field]| {
        let line = |f: &Field| if f.required { f.label.clone() } else { format!("{} (optional)", f.label) };
        Some(fields.iter().map(line).collect::<Vec<_>>().join(", "))
    };
    let change = Change::new(before.id, Action::Updated, &next.name)
        .field("Name", own(&before.name), own(&next.name))
        .field("Heading", own(&before.heading), own(&next.heading))
        .field("Introduction", own(&before.introduction), own(&next.introduction))
        .field("Fields", asked(&before.fields), asked(&next.fields))
        .field("Button", own(&before.button), own(&next.button))
        .field("Thanks", own(&before.thanks), own(&next.thanks))
        .field("Leads on to", own(&before.redirect), own(&next.redirect))
        .field("Consent", Some(agreed), own(&next.consent))
        .field("Consent required", yes(before.consent_required), yes(next.consent_required))
        .field("Source", own(&before.source), own(&next.source))
        .field("Campaign", own(&before.campaign), own(&next.campaign))
        .field("Web sites", Some(before.origins.join(", ")), Some(next.origins.join(", ")))
        .field("Least seconds", Some(before.least_seconds.to_string()), Some(next.least_seconds.to_string()))
        .field("Open", yes(before.active), yes(next.active));
    journal::record(conn, viewer, change, at)?;
    Ok(true)
}

/// Closes a form for good, or (`None`) brings it back. What was sent with it stays.
pub fn delete(conn: &mut Conn, viewer: &Viewer, id: WebFormId, gone: Option<NaiveDateTime>) -> Result<WebForm> {
    let form = any(conn, id)?;
    if form.deleted_at.is_some() == gone.is_some() {
        return Err(Error::NotFound);
    }
    diesel::update(web_forms::table.find(id))
        .set((web_forms::deleted_at.eq(gone), web_forms::version.eq(web_forms::version + 1)))
        .execute(conn)?;
    let action = if gone.is_some() { Action::Deleted } else { Action::Restored };
    journal::record(conn, viewer, Change::new(id, action, &form.name), gone.unwrap_or_else(now))?;
    Ok(form)
}

fn word(conn: &mut Conn, form: WebFormId, text: &str, at: NaiveDateTime) -> Result<()> {
    diesel::insert_into(web_form_consents::table)
        .values((
            web_form_consents::form_id.eq(form),
            web_form_consents::text.eq(text),
            web_form_consents::since.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = web_forms)]
struct Columns<'a> {
    name: &'a str,
    heading: &'a str,
    introduction: &'a str,
    fields: String,
    button: &'a str,
    thanks: &'a str,
    redirect: &'a str,
    consent_required: bool,
    source: &'a str,
    campaign: &'a str,
    origins: String,
    least_seconds: i64,
    active: bool,
}

fn columns(input: &Input) -> Result<Columns<'_>> {
    Ok(Columns {
        name: &input.name,
        heading: &input.heading,
        introduction: &input.introduction,
        fields: serde_json::to_string(&input.fields)?,
        button: &input.button,
        thanks: &input.thanks,
        redirect: &input.redirect,
        consent_required: input.consent_required,
        source: &input.source,
        campaign: &input.campaign,
        origins: input.origins.join("\n"),
        least_seconds: input.least_seconds,
        active: input.active,
    })
}
