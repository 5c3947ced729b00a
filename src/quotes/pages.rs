//! The pages of quotes, as the people of the company see them.

use super::{
    State, drafts,
    form::{DraftForm, SendForm},
    list::{self, QUOTES, Row},
    sending,
    sheet::{self, Sheet},
    store::{self, Quote, Recipient},
};
use crate::{
    db::types::{DealId, QuoteId},
    deals::{self, Deal},
    error::{Error, Result},
    lists::{self, Request, Tab, Table},
    records::RecordRef,
    ui::{Flash, Page, format},
    web::{Answer, App, Fields, Query, Rep, SignedIn, conflict, page, redraw, see_other, see_other_with},
};
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "quotes/index.html")]
struct QuoteIndex {
    page: Page,
    table: Table,
    tabs: Vec<Tab>,
}

#[derive(Template)]
#[template(path = "quotes/show.html")]
struct QuoteShow {
    page: Page,
    quote: Quote,
    deal: Deal,
    state: State,
    sheet: Sheet,
    /// Every version of it, the newest first.
    versions: Vec<Quote>,
    /// A draft, and its deal offers something else by now.
    is_behind: bool,
}

impl QuoteShow {
    fn is_open(&self) -> bool {
        self.deal.status == deals::Status::Open
    }

    fn state_of(&self, quote: &Quote) -> State {
        quote.state(self.page.now)
    }

    /// The version that replaces it.
    fn newest(&self) -> Option<&Quote> {
        self.versions.first().filter(|newest| newest.id != self.quote.id)
    }
}

#[derive(Template)]
#[template(path = "quotes/form.html")]
struct QuoteEdit {
    page: Page,
    quote: Quote,
    form: DraftForm,
    people: Vec<Recipient>,
}

#[derive(Template)]
#[template(path = "quotes/send.html")]
struct QuoteSend {
    page: Page,
    quote: Quote,
    form: SendForm,
}

/// `GET /quotes`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    if let Some(url) = Request::settled("/quotes", &QUOTES, &query, &who) {
        return Ok(see_other(url));
    }
    let request = Request::parse(&QUOTES, &query);
    let (reader, asked, state) = (who.0.clone(), request.clone(), app.clone());
    let (slice, count) = app
        .db
        .read(move |conn| {
            let slice = list::fetch(conn, &asked, &reader)?;
            Ok((slice, lists::count(conn, &state, &QUOTES, &asked, &reader)?))
        })
        .await?;
    let views = [
        ("All", String::new()),
        ("Mine", "owner=me".to_owned()),
        ("Waiting for an answer", "state=sent,viewed".to_owned()),
        ("Drafts", "state=draft".to_owned()),
        ("Accepted", "state=accepted".to_owned()),
        ("Expired", "state=expired".to_owned()),
    ];
    let tabs = lists::tabs(&QUOTES, &request, &views);
    let table = Table::new(
        &QUOTES,
        "Quotes",
        &request,
        &who.0,
        slice,
        count,
        HashMap::from([("state", State::choices())]),
        |row: &Row, key| list::cell(&who.0, row, key),
        |row| (row.id.0, row.name()),
    );
    page(&QuoteIndex { page: who.0, table, tabs })
}

/// `GET /quotes.csv`
pub async fn export(who: SignedIn, app: App, query: Query) -> Answer {
    let request = Request::parse(&QUOTES, &query);
    Ok(lists::csv(app, who.0, &QUOTES, request, list::fetch, list::cell))
}

/// Where it leads, or why it was not done, on the page it was asked from.
fn told<T>(done: Result<T>, to: impl Fn(T) -> String, said: &str, back: String) -> Answer {
    match done {
        Ok(done) => Ok(see_other_with(to(done), Flash::new(said))),
        Err(Error::Refused(why)) => Ok(see_other_with(back, Flash::new(why))),
        Err(error) => Err(error),
    }
}

/// `POST /deals/{id}/quotes`
pub async fn create(who: Rep, app: App, id: Path<DealId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let made = app.db.write(move |conn| drafts::make(conn, &viewer, id, now)).await;
    told(made, |quote| format!("/quotes/{quote}"), "Draft made. Look at it, then send it", RecordRef::from(id).url())
}

/// `GET /quotes/{id}`
pub async fn show(who: SignedIn, app: App, id: Path<QuoteId>) -> Answer {
    let (reader, id) = (who.0, *id);
    let template = app
        .db
        .read(move |conn| {
            let (quote, deal) = store::get(conn, &reader.viewer, id)?;
            let sheet = Sheet::load(conn, &quote, reader.directory.company.time_zone)?;
            let mut versions = store::of_deal(conn, deal.id)?;
            versions.retain(|v| v.number == quote.number);
            versions.sort_by_key(|v| std::cmp::Reverse(v.revision));
            let state = quote.state(reader.now);
            let is_behind = state == State::Draft
                && match drafts::offered(conn, &deal) {
                    Ok(now) => now != sheet::lines(conn, id)?,
                    Err(Error::Refused(_)) => false,
                    Err(error) => return Err(error),
                };
            Ok(QuoteShow { page: reader, quote, deal, state, sheet, versions, is_behind })
        })
        .await?;
    page(&template)
}

async fn editing(reader: Page, app: &App, id: QuoteId) -> Result<QuoteEdit> {
    let viewer = reader.viewer.clone();
    let (quote, people) = app
        .db
        .read(move |conn| {
            let (quote, deal) = store::get(conn, &viewer, id)?;
            store::still_draft(&quote)?;
            Ok((quote, store::recipients(conn, &viewer, deal.id)?))
        })
        .await?;
    let form = DraftForm::of(&quote);
    Ok(QuoteEdit { page: reader, quote, form, people })
}

/// `GET /quotes/{id}/edit`
pub async fn edit(who: Rep, app: App, id: Path<QuoteId>) -> Answer {
    match editing(who.0, &app, *id).await {
        Err(Error::Refused(why)) => Ok(see_other_with(format!("/quotes/{id}"), Flash::new(why))),
        template => page(&template?),
    }
}

/// `POST /quotes/{id}`
pub async fn update(who: Rep, app: App, id: Path<QuoteId>, fields: Fields) -> Answer {
    let fields = fields.resolved();
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let today = format::local(now, who.directory.company.time_zone).date_naive();
    let mut template = editing(who.0, &app, id).await?;
    template.form = DraftForm::read(&fields);
    let Some(draft) = template.form.check(&template.quote, &template.people, today) else { return redraw(&template) };
    let version = template.form.version;
    let saved = app.db.write(move |conn| drafts::update(conn, &viewer, id, version, &draft, now)).await?;
    let url = template.quote.url();
    if saved {
        return Ok(see_other_with(url, Flash::new("Draft saved")));
    }
    let theirs = editing(template.page.clone(), &app, id).await?;
    let (mine, other) = (template.form.entries(), theirs.form.entries());
    let (title, version) = (theirs.quote.name(), theirs.quote.version);
    conflict::answer(template.page, &title, url.clone(), url, version, &template.form.was, mine, other)
}

/// `POST /quotes/{id}/lines`
pub async fn refresh(who: Rep, app: App, id: Path<QuoteId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let done = app.db.write(move |conn| drafts::refresh(conn, &viewer, id, now)).await;
    let here = format!("/quotes/{id}");
    told(done, |()| here.clone(), "The draft says what the deal offers now", here.clone())
}

/// `POST /quotes/{id}/revision`
pub async fn revise(who: Rep, app: App, id: Path<QuoteId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let made = app.db.write(move |conn| drafts::revise(conn, &viewer, id, now)).await;
    let said = "New version made as a draft. The one before holds until you send it";
    told(made, |next| format!("/quotes/{next}"), said, format!("/quotes/{id}"))
}

/// `POST /quotes/{id}/deletion`: of a version that was never sent.
pub async fn destroy(who: Rep, app: App, id: Path<QuoteId>) -> Answer {
    let (viewer, id, now) = (who.viewer.clone(), *id, who.now);
    let before = app.db.write(move |conn| drafts::discard(conn, &viewer, id, now)).await;
    told(before, |before| format!("/quotes/{before}"), "Draft thrown away", format!("/quotes/{id}"))
}

async fn sent(reader: Page, app: &App, id: QuoteId) -> Result<QuoteSend> {
    let viewer = reader.viewer.clone();
    let (quote, _) = app.db.read(move |conn| store::get(conn, &viewer, id)).await?;
    if let Some(why) = sending::hindrance(&quote, reader.now) {
        return Err(Error::Refused(why));
    }
    let form = SendForm::of(&quote, &reader);
    Ok(QuoteSend { page: reader, quote, form })
}

/// `GET /quotes/{id}/sending/new`
pub async fn new_sending(who: Rep, app: App, id: Path<QuoteId>) -> Answer {
    match sent(who.0, &app, *id).await {
        Err(Error::Refused(why)) => Ok(see_other_with(format!("/quotes/{id}"), Flash::new(why))),
        template => page(&template?),
    }
}

/// `POST /quotes/{id}/sending`
pub async fn send(who: Rep, app: App, id: Path<QuoteId>, fields: Fields) -> Answer {
    let (viewer, id, now, base) = (who.viewer.clone(), *id, who.now, app.base_url.clone());
    let mut template = sent(who.0, &app, id).await?;
    template.form = SendForm::read(&fields);
    let Some(mail) = template.form.check(&template.page) else { return redraw(&template) };
    let (to, version) = (mail.to.as_str().to_owned(), template.form.version);
    let done = app.db.write(move |conn| sending::send(conn, &viewer, (id, version), &mail, &base, now)).await;
    match done {
        Ok(_) => {
            app.mail_queued();
            let said = format!("{} is on its way to {to}", template.quote.name());
            Ok(see_other_with(RecordRef::from(template.quote.deal_id).url(), Flash::new(said)))
        }
        Err(Error::Refused(sentence)) => {
            template.form.errors.push((String::new(), sentence));
            redraw(&template)
        }
        Err(error) => Err(error),
    }
}
