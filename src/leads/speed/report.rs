//! How soon leads were answered, reckoned from the very rows that the lists behind it show.

use crate::{
    contacts::list::CONTACTS,
    db::{Conn, types::UserId},
    error::Result,
    lists::{self, Request},
    ui::Page,
    web::Query,
};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use std::collections::BTreeMap;

/// Days that a report is about, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// As the address has it: `30`, `90` or `2026-11`.
    pub key: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// The last 30 days where nothing else is asked.
    pub fn parse(asked: &str, today: NaiveDate) -> Self {
        let month = format!("{asked}-01").parse::<NaiveDate>().ok().filter(|d| (1900..=2200).contains(&d.year()));
        if let Some(from) = month {
            let to = from.checked_add_months(chrono::Months::new(1)).and_then(|d| d.pred_opt()).unwrap_or(from);
            return Self { key: from.format("%Y-%m").to_string(), from, to };
        }
        let days = if asked == "90" { 90 } else { 30 };
        let from = today.checked_sub_days(Days::new(days - 1)).unwrap_or(today);
        Self { key: days.to_string(), from, to: today }
    }

    /// The part of a list's address that means it.
    fn query(&self) -> String {
        format!("arrived.from={}&arrived.to={}", self.from, self.to)
    }
}

/// Leads of one source, of one owner, or all.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pub label: String,
    /// What the lists are to be asked besides the time.
    filter: String,
    pub arrived: i64,
    pub answered: i64,
    /// Leads that had a target and were answered, or can be no more in time; and of these those that were in time.
    pub judged: i64,
    pub in_time: i64,
    /// Still waiting: leads that nothing is decided about.
    pub waiting: i64,
    /// Seconds until the first answer, from the quickest.
    took: Vec<i64>,
}

impl Line {
    /// Of those with a target, in whole percent, rounded down: 100 only says that all were.
    pub fn share(&self) -> Option<i64> {
        (self.judged > 0).then(|| self.in_time * 100 / self.judged)
    }

    /// The middle one; of an even number half way between the middle two.
    pub fn median(&self) -> Option<i64> {
        let n = self.took.len();
        let upper = *self.took.get(n / 2)?;
        if n % 2 == 1 { Some(upper) } else { Some((self.took.get(n / 2 - 1)? + upper) / 2) }
    }

    /// Nine in ten were answered within it (nearest rank).
    pub fn ninetieth(&self) -> Option<i64> {
        self.took.get((self.took.len() * 9).div_ceil(10).checked_sub(1)?).copied()
    }
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct Report {
    pub period: Period,
    pub all: Line,
    /// Each with the most leads first.
    pub sources: Vec<Line>,
    pub owners: Vec<Line>,
}

impl Report {
    /// Those that arrived.
    pub fn arrived_url(&self, line: &Line) -> String {
        self.list("/contacts", line, "")
    }

    pub fn answered_url(&self, line: &Line) -> String {
        self.list("/contacts", line, "&answered=yes")
    }

    pub fn waiting_url(&self, line: &Line) -> String {
        self.list("/leads", line, "&answered=no")
    }

    fn list(&self, path: &str, line: &Line, more: &str) -> String {
        format!("{path}?{}{}{more}", self.period.query(), line.filter)
    }
}

type Row = (Option<String>, Option<UserId>, NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, i64);
type RowTypes = (Nullable<Text>, Nullable<BigInt>, Timestamp, Nullable<Timestamp>, Nullable<Timestamp>, BigInt);

const SELECT: &str = "contacts.source, contacts.owner_id, contacts.arrived_at, contacts.first_touch_at, contacts.answer_by, \
     CAST(CASE WHEN contacts.lifecycle = 'lead' AND contacts.first_touch_at IS NULL AND coalesce(contacts.lead_status, '') \
     NOT IN (SELECT s.key FROM lead_statuses s WHERE s.kind = 'disqualified') THEN 1 ELSE 0 END AS BIGINT)";

/// Reads it: who arrived in this time, as far as the reader sees them, by the index of arrivals.
pub fn load(conn: &mut Conn, page: &Page, period: Period) -> Result<Report> {
    let request = Request::parse(&CONTACTS, &Query::of(&period.query()));
    let rows: Vec<Row> = lists::matching(&CONTACTS, &request, page, SELECT).load::<RowTypes, _>(conn)?;
    let mut all = Line { label: "All leads".into(), ..Line::default() };
    let mut sources: BTreeMap<Option<String>, Line> = BTreeMap::new();
    let mut owners: BTreeMap<Option<UserId>, Line> = BTreeMap::new();
    for row in &rows {
        all.count(row, page.now);
        sources.entry(row.0.clone()).or_default().count(row, page.now);
        owners.entry(row.1).or_default().count(row, page.now);
    }
    let sources = sources.into_iter().map(|(source, line)| {
        let filter = match &source {
            Some(name) => serde_urlencoded::to_string([("source", lists::escaped(name))]).unwrap_or_default(),
            None => "no_source=yes".into(),
        };
        Line { label: source.unwrap_or_else(|| "Not known".into()), filter: format!("&{filter}"), ..line }
    });
    let owners = owners.into_iter().map(|(owner, line)| {
        let filter = owner.map_or_else(|| "none".to_owned(), |id| id.to_string());
        let label = if owner.is_none() { "Nobody" } else { page.directory.name(owner) };
        Line { label: label.to_owned(), filter: format!("&owner={filter}"), ..line }
    });
    let sorted = |lines: Vec<Line>| {
        let mut lines: Vec<Line> = lines.into_iter().map(Line::finished).collect();
        lines.sort_by(|a, b| b.arrived.cmp(&a.arrived).then_with(|| a.label.cmp(&b.label)));
        lines
    };
    Ok(Report { sources: sorted(sources.collect()), owners: sorted(owners.collect()), all: all.finished(), period })
}

impl Line {
    fn count(&mut self, (_, _, arrived, touched, by, waits): &Row, now: NaiveDateTime) {
        self.arrived += 1;
        self.waiting += waits;
        if let Some(then) = touched {
            self.answered += 1;
            self.took.push((*then - *arrived).num_seconds());
        }
        if let Some(by) = by.filter(|by| touched.is_some() || (*waits == 1 && *by < now)) {
            self.judged += 1;
            self.in_time += i64::from(touched.is_some_and(|then| then <= by));
        }
    }

    fn finished(mut self) -> Self {
        self.took.sort_unstable();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_ninetieth_are_exact() {
        let line = |took: &[i64]| Line { took: took.to_vec(), ..Line::default() };
        assert_eq!((line(&[]).median(), line(&[]).ninetieth()), (None, None));
        assert_eq!((line(&[7]).median(), line(&[7]).ninetieth()), (Some(7), Some(7)));
        assert_eq!(line(&[1, 3]).median(), Some(2));
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!((line(&ten).median(), line(&ten).ninetieth()), (Some(5), Some(9)));
    }

    #[test]
    fn a_period_is_days_or_a_month() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        let shown = |asked| {
            let p = Period::parse(asked, today);
            format!("{} {} {}", p.key, p.from, p.to)
        };
        assert_eq!(shown(""), "30 2026-03-02 2026-03-31");
        assert_eq!(shown("90"), "90 2026-01-01 2026-03-31");
        assert_eq!(shown("2026-02"), "2026-02 2026-02-01 2026-02-28");
        assert_eq!(shown("9999-13"), "30 2026-03-02 2026-03-31");
    }
}
