//! `/`: my day.

use super::{
    attention::{self, Wanting},
    figures::{self, Figure},
};
use crate::{
    auth::directory::Person,
    db::{
        Conn,
        sql::Sql,
        types::{EntryId, UserId},
    },
    error::{Error, Result},
    goals,
    leads::{self, Waiting},
    meetings,
    tasks::Agenda,
    timeline::{self, Item},
    ui::{Page, format},
    web::{Answer, App, Manager, SignedIn, page, see_other},
};
use actix_web::web::Path;
use askama::Template;
use diesel::sql_types::BigInt;

/// Rows of each block; a link leads to the rest.
const TASKS: usize = 12;
const DEALS: i64 = 8;
const LEADS: i64 = 6;
const LATELY: i64 = 8;
const MENTIONS: i64 = 6;
/// Deals that need their owner are counted up to here.
const COUNTED: i64 = 99;

/// Something an admin does first in a new company.
struct Step {
    url: &'static str,
    icon: &'static str,
    title: &'static str,
    text: &'static str,
    done: bool,
}

#[derive(Template)]
#[template(path = "day/index.html")]
struct Day {
    page: Page,
    /// Whose day it is, when not the reader's own.
    of: Option<Person>,
    /// Empty for those who do not sell.
    figures: Vec<Figure>,
    agenda: Agenda,
    leads: Vec<Waiting>,
    meetings: Vec<meetings::Entry>,
    deals: Vec<Wanting>,
    /// All of them, not only those in `deals`.
    wanting: i64,
    /// This week's, as far as any were set.
    goals: Vec<goals::Progress>,
    lately: Vec<Item>,
    mentions: Vec<Item>,
    /// Empty once the company has begun, and for everyone but admins.
    steps: Vec<Step>,
}

impl Day {
    /// How lists are asked for what belongs to whom the day is of.
    fn whose(&self) -> String {
        self.of.as_ref().map_or_else(|| "me".to_owned(), |person| person.id.to_string())
    }

    /// "Elina’s day", or the date.
    fn heading(&self) -> String {
        self.of.as_ref().map_or_else(|| self.date(), |person| format!("{}: {}", person.name, self.date()))
    }

    fn date(&self) -> String {
        self.page.today().format("%A %-d %B").to_string()
    }

    /// "3 overdue, 6 for today"
    fn summary(&self) -> String {
        let Agenda { overdue, today, .. } = self.agenda;
        let shown = |n: usize| if n >= Agenda::COUNTED { format!("{n} or more") } else { n.to_string() };
        match (overdue, today) {
            (0, 0) => "Nothing is due".into(),
            (0, n) => format!("{} for today", shown(n)),
            (n, 0) => format!("{} overdue", shown(n)),
            (late, today) => format!("{} overdue, {} for today", shown(late), shown(today)),
        }
    }

    fn more_tasks(&self) -> bool {
        self.agenda.overdue + self.agenda.today > self.agenda.rows.len()
    }

    fn more_deals(&self) -> bool {
        self.wanting > DEALS
    }

    fn wanting(&self) -> String {
        if self.wanting > COUNTED { format!("{COUNTED}+") } else { self.wanting.to_string() }
    }

    fn is_empty(&self) -> bool {
        let planned = !self.agenda.rows.is_empty() || !self.meetings.is_empty() || !self.leads.is_empty();
        !planned && self.deals.is_empty() && self.lately.is_empty() && self.mentions.is_empty()
    }
}

/// `GET /`
pub async fn index(who: SignedIn, app: App) -> Answer {
    drawn(who.0, &app, None).await
}

/// `GET /day/{id}`: the day of somebody whose records the manager sees.
pub async fn show(who: Manager, app: App, id: Path<UserId>) -> Answer {
    let person = who.directory.person(*id).filter(|p| p.is_active() && who.viewer.sees(Some(p.id))).cloned();
    let person = person.ok_or(Error::NotFound)?;
    if person.id == who.me_id() {
        return Ok(see_other("/"));
    }
    drawn(who.0, &app, Some(person)).await
}

async fn drawn(reader: Page, app: &App, of: Option<Person>) -> Answer {
    let day = app
        .db
        .read(move |conn| {
            // Theirs by owner, and only what the reader may see of it.
            let mut theirs = reader.clone();
            theirs.me = of.clone().unwrap_or(theirs.me);
            let sells = of.as_ref().map_or(reader.viewer.sells(), |person| reader.directory.viewer_of(person).sells());
            let agenda = Agenda::load(conn, &theirs, TASKS)?;
            let (mut deals, mut wanting, mut figures) = (Vec::new(), 0, Vec::new());
            let mut leads = Vec::new();
            if sells {
                leads = leads::waiting(conn, &theirs, LEADS)?;
                deals = attention::load(conn, &theirs, DEALS)?;
                wanting = attention::count(conn, &theirs, COUNTED)?;
                figures = figures::load(conn, &theirs, &agenda, wanting, COUNTED)?;
            }
            if let Some(person) = &of {
                for figure in &mut figures {
                    figure.url = figure.url.replace("owner=me", &format!("owner={}", person.id));
                }
            }
            let (own, mut steps, mut mentions) = (of.is_none(), Vec::new(), Vec::new());
            if own {
                steps = begin(conn, &reader)?;
                mentions = timeline::unseen(conn, &reader, MENTIONS)?;
            }
            Ok(Day {
                figures,
                agenda,
                leads,
                meetings: meetings::of_day(conn, &theirs)?,
                deals,
                wanting,
                goals: goals_of(conn, &theirs)?,
                lately: timeline::lately(conn, &theirs, LATELY)?,
                mentions,
                steps,
                of,
                page: reader,
            })
        })
        .await?;
    page(&day)
}

/// `POST /mentions/{id}/dismissal`: seen.
pub async fn dismiss(who: SignedIn, app: App, id: Path<EntryId>) -> Answer {
    let (reader, id) = (who.0.clone(), *id);
    app.db.write(move |conn| timeline::see(conn, &reader, id)).await?;
    Ok(see_other("/"))
}

fn goals_of(conn: &mut Conn, page: &Page) -> Result<Vec<goals::Progress>> {
    let zone = page.me.time_zone.parse().unwrap_or(page.zone);
    let monday = goals::monday_of(format::local(page.now, zone).date_naive());
    let own = goals::of_week(conn, std::slice::from_ref(&page.me), monday)?;
    let own = own.into_values().flatten();
    Ok(own.filter(|progress| progress.target.is_some()).collect())
}

/// What an admin has still to do before the others can begin.
fn begin(conn: &mut Conn, page: &Page) -> Result<Vec<Step>> {
    if !page.viewer.is_admin() {
        return Ok(Vec::new());
    }
    let people = page.directory.people.len() > 1;
    let any: Vec<(i64,)> = Sql::new("SELECT id FROM contacts LIMIT 1").load::<(BigInt,), _>(conn)?;
    let records = !any.is_empty();
    if people && records {
        return Ok(Vec::new());
    }
    Ok(vec![
        Step {
            url: "/settings/people",
            icon: "user-plus",
            title: "Invite people",
            text: "They set their own password by a link in the mail.",
            done: people,
        },
        Step {
            url: "/imports",
            icon: "import",
            title: "Import what you have",
            text: "Accounts, contacts and deals from any CSV file, without doubles.",
            done: records,
        },
        Step {
            url: "/settings/pipelines",
            icon: "board",
            title: "Look at the pipeline",
            text: "It has the usual stages; rename them to how you sell.",
            done: false,
        },
    ])
}
