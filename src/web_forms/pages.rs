//! The pages by which admins design web forms and read what was sent.

use super::{
    FieldKind, State, WebForm,
    answers::TRAP,
    export,
    form::FormForm,
    public_pages::{Hosted, options},
    store::{self, Listed},
    submissions::{self, Submission},
};
use crate::{
    db::types::{ProductId, SubmissionId, WebFormId},
    error::Error,
    products,
    records::RecordRef,
    ui::{Flash, Page},
    web::{Admin, Answer, App, Fields, Query, conflict, page, redraw, see_other_with},
};
use actix_web::web::Path;
use askama::Template;

/// Submissions on one page.
const SIZE: usize = 50;

#[derive(Template)]
#[template(path = "web_forms/index.html")]
struct FormIndex {
    page: Page,
    forms: Vec<Listed>,
}

#[derive(Template)]
#[template(path = "web_forms/form.html")]
struct FormEdit {
    page: Page,
    /// `None` for a new one.
    form: Option<(WebFormId, String, i64)>,
    design: FormForm,
    /// Fields were moved, added or removed: nothing is saved yet.
    unsaved: bool,
}

#[derive(Template)]
#[template(path = "web_forms/show.html")]
struct FormShow {
    page: Page,
    form: WebForm,
    address: String,
    snippet: String,
    only_held: bool,
    rows: Vec<Submission>,
    older: Option<String>,
    newest: bool,
}

/// The form as plain HTML, for other web sites.
#[derive(Template)]
#[template(path = "web_forms/snippet.html")]
struct Snippet<'a> {
    form: &'a WebForm,
    address: &'a str,
    products: &'a [(ProductId, String)],
}

impl Snippet<'_> {
    fn options(&self, field: &super::Field) -> crate::ui::choices::Options {
        options(field, self.products, "")
    }
}

fn url(id: WebFormId) -> String {
    RecordRef::from(id).url()
}

/// `GET /settings/forms`
pub async fn index(who: Admin, app: App) -> Answer {
    let forms = app.db.read_slowly(store::list).await?;
    page(&FormIndex { page: who.0, forms })
}

/// `GET /settings/forms/new`
pub async fn new(who: Admin) -> Answer {
    page(&FormEdit { page: who.0, form: None, design: FormForm::blank(), unsaved: false })
}

/// `POST /settings/forms`
pub async fn create(who: Admin, app: App, fields: Fields) -> Answer {
    let mut design = FormForm::read(&fields);
    if design.rearrange(&fields) {
        return page(&FormEdit { page: who.0, form: None, design, unsaved: true });
    }
    let Some(input) = design.check() else {
        return redraw(&FormEdit { page: who.0, form: None, design, unsaved: false });
    };
    let (viewer, now) = (who.viewer.clone(), who.now);
    let id = app.db.write(move |conn| store::create(conn, &viewer, &input, now)).await?;
    Ok(see_other_with(url(id), Flash::new("Form added")))
}

/// `GET /settings/forms/{id}/edit`
pub async fn edit(who: Admin, app: App, id: Path<WebFormId>) -> Answer {
    let id = *id;
    let form = app.db.read(move |conn| store::get(conn, id)).await?;
    let mut design = FormForm::of(&form);
    design.was = conflict::was(&design.entries());
    page(&FormEdit { page: who.0, form: Some((id, form.name, form.version)), design, unsaved: false })
}

/// `POST /settings/forms/{id}`
pub async fn update(who: Admin, app: App, id: Path<WebFormId>, fields: Fields) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let fields = fields.resolved();
    let version = fields.version();
    let mut design = FormForm::read(&fields);
    let moved = design.rearrange(&fields);
    let checked = if moved { None } else { design.check() };
    let (form, saved) = app
        .db
        .write(move |conn| {
            let form = store::get(conn, id)?;
            let saved = match &checked {
                Some(input) => {
                    Some(form.version == version && store::update(conn, &viewer, &form, version, input, now)?)
                }
                None => None,
            };
            // Lost to someone who saved just now: theirs.
            Ok((if saved == Some(false) { store::get(conn, id)? } else { form }, saved))
        })
        .await?;
    let url = url(id);
    match saved {
        Some(true) => Ok(see_other_with(url, Flash::new("Form saved"))),
        Some(false) => {
            let theirs = FormForm::of(&form).entries();
            let back = format!("{url}/edit");
            conflict::answer(who.0, &form.name, url, back, form.version, &design.was, design.entries(), theirs)
        }
        None => {
            let template = FormEdit { page: who.0, form: Some((id, form.name, version)), design, unsaved: moved };
            if moved { page(&template) } else { redraw(&template) }
        }
    }
}

/// `GET /settings/forms/{id}`: its address, and what was sent with it.
pub async fn show(who: Admin, app: App, id: Path<WebFormId>, query: Query) -> Answer {
    let id = *id;
    let only_held = query.one("show") == "held";
    let before = query.id("before").map(SubmissionId);
    let (form, products, mut rows) = app
        .db
        .read(move |conn| {
            let form = store::get(conn, id)?;
            let products = if form.has(FieldKind::Interest) { products::options(conn)? } else { Vec::new() };
            let most = i64::try_from(SIZE + 1).unwrap_or(i64::MAX);
            let rows = submissions::list(conn, id, only_held.then_some(State::Held), before, most)?;
            Ok((form, products, rows))
        })
        .await?;
    let more = rows.len() > SIZE;
    rows.truncate(SIZE);
    let show = if only_held { "show=held&" } else { "" };
    let older = rows.last().filter(|_| more).map(|row| format!("{}?{show}before={}", url(id), row.id));
    let address = format!("{}{}", app.base_url, form.path());
    let snippet = Snippet { form: &form, address: &address, products: &products }.render()?;
    page(&FormShow { page: who.0, address, snippet, only_held, rows, older, newest: before.is_none(), form })
}

/// `GET /settings/forms/{id}/preview`
pub async fn preview(who: Admin, app: App, id: Path<WebFormId>) -> Answer {
    let id = *id;
    let (form, products) = app
        .db
        .read(move |conn| {
            let form = store::get(conn, id)?;
            let products = if form.has(FieldKind::Interest) { products::options(conn)? } else { Vec::new() };
            Ok((form, products))
        })
        .await?;
    page(&Hosted::preview(form, who.directory.company.name.clone(), products))
}

/// `GET /settings/forms/{id}/submissions.csv`
pub async fn export(who: Admin, app: App, id: Path<WebFormId>) -> Answer {
    let id = *id;
    let form = app.db.read(move |conn| store::get(conn, id)).await?;
    Ok(export::csv(app, who.0, form))
}

/// `POST /settings/forms/{id}/deletion`
pub async fn destroy(who: Admin, app: App, id: Path<WebFormId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let form = app.db.write(move |conn| store::delete(conn, &viewer, id, Some(now))).await?;
    let flash = Flash::new(format!("{} deleted: its address says that it is closed", form.name))
        .with_undo(format!("{}/restoration", url(id)));
    Ok(see_other_with("/settings/forms", flash))
}

/// `POST /settings/forms/{id}/restoration`
pub async fn restore(who: Admin, app: App, id: Path<WebFormId>) -> Answer {
    let (viewer, id) = (who.viewer.clone(), *id);
    app.db.write(move |conn| store::delete(conn, &viewer, id, None)).await?;
    Ok(see_other_with(url(id), Flash::new("Form restored")))
}

/// `POST /settings/forms/{id}/submissions/{submission}/acceptance`
pub async fn accept(who: Admin, app: App, ids: Path<(WebFormId, SubmissionId)>) -> Answer {
    let ((id, submission), reader) = (*ids, who.0);
    let done = app
        .db
        .write(move |conn| {
            let form = store::get(conn, id)?;
            let country = reader.directory.company.country.clone();
            submissions::accept(conn, &reader.viewer, &form, submission, &country, reader.now)
        })
        .await;
    let flash = match done {
        Ok(contact) => return Ok(see_other_with(RecordRef::from(contact).url(), Flash::new("Taken over"))),
        Err(Error::Refused(sentence)) => Flash::new(sentence),
        Err(error) => return Err(error),
    };
    Ok(see_other_with(url(id), flash))
}

/// `POST /settings/forms/{id}/submissions/{submission}/deletion`
pub async fn destroy_submission(who: Admin, app: App, ids: Path<(WebFormId, SubmissionId)>) -> Answer {
    let ((id, submission), viewer, now) = (*ids, who.viewer.clone(), who.now);
    app.db
        .write(move |conn| {
            let form = store::get(conn, id)?;
            submissions::delete(conn, &viewer, &form, submission, now)
        })
        .await?;
    Ok(see_other_with(format!("{}?show=held", url(id)), Flash::new("Submission deleted")))
}

impl FormShow {
    /// Who sent it.
    fn who(&self, row: &Submission) -> String {
        row.who()
    }

    /// What brought them, in words.
    fn way(&self, row: &Submission) -> String {
        let way = &row.came_by;
        let parts = [&way.utm_campaign, &way.utm_source, &way.utm_medium, &way.utm_term, &way.utm_content];
        parts.into_iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }
}
