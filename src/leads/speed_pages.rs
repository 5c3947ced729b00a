//! `/leads/speed`: how soon leads are answered, by source and by owner, in whole or as a file.

use super::speed::report::{self, Line, Period, Report};
use crate::{
    error::Error,
    ui::{Page, choices::Options, took},
    web::{Answer, App, Query, Rep, page},
};
use actix_web::{HttpResponse, http::header};
use askama::Template;
use chrono::{Datelike, Months, NaiveDate};

#[derive(Template)]
#[template(path = "leads/speed.html")]
struct Speed {
    page: Page,
    report: Report,
}

impl Speed {
    /// The last days and the last months.
    fn periods(&self) -> Options {
        let chosen = self.report.period.key.as_str();
        let mut options = vec![("30".to_owned(), "Last 30 days".to_owned()), ("90".into(), "Last 90 days".into())];
        let today = self.page.today();
        let month = today.with_day(1).unwrap_or(today);
        let months = (0..12).filter_map(|back| month.checked_sub_months(Months::new(back)));
        options.extend(months.map(|m| (m.format("%Y-%m").to_string(), m.format("%B %Y").to_string())));
        if !options.iter().any(|(key, _)| key == chosen) {
            options.push((chosen.to_owned(), self.report.period.from.format("%B %Y").to_string()));
        }
        options.into_iter().map(|(key, label)| (key.clone(), label, key == chosen)).collect()
    }

    fn groups(&self) -> [(&'static str, &'static str, &[Line]); 2] {
        [("By source", "Source", &self.report.sources), ("By owner", "Owner", &self.report.owners)]
    }

    fn share(&self, line: &Line) -> String {
        line.share().map_or_else(|| "–".into(), |percent| format!("{percent} %"))
    }

    fn median(&self, line: &Line) -> String {
        line.median().map_or_else(|| "–".into(), took)
    }

    fn ninetieth(&self, line: &Line) -> String {
        line.ninetieth().map_or_else(|| "–".into(), took)
    }
}

async fn read(who: &Page, app: &App, query: &Query) -> Result<Report, Error> {
    let (reader, period) = (who.clone(), Period::parse(query.one("period"), who.today()));
    app.db.read_slowly(move |conn| report::load(conn, &reader, period)).await
}

/// `GET /leads/speed?period=90`
pub async fn index(who: Rep, app: App, query: Query) -> Answer {
    let report = read(&who.0, &app, &query).await?;
    page(&Speed { page: who.0, report })
}

/// `GET /leads/speed.csv?period=90`
pub async fn export(who: Rep, app: App, query: Query) -> Answer {
    let report = read(&who.0, &app, &query).await?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    let failed = |e: csv::Error| Error::Internal(e.into());
    let head = ["By", "Name", "Arrived", "Answered", "In time %", "Median seconds", "90 % within seconds", "Waiting"];
    writer.write_record(head).map_err(failed)?;
    let all = std::iter::once(("All", &report.all));
    let lines =
        all.chain(report.sources.iter().map(|l| ("Source", l))).chain(report.owners.iter().map(|l| ("Owner", l)));
    for (by, line) in lines {
        let text = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let name = crate::lists::Cell::text(Some(&line.label)).plain();
        let numbers = [line.arrived, line.answered].map(|n| n.to_string());
        let [arrived, answered] = numbers;
        let row = [
            by.to_owned(),
            name,
            arrived,
            answered,
            text(line.share()),
            text(line.median()),
            text(line.ninetieth()),
            line.waiting.to_string(),
        ];
        writer.write_record(row).map_err(failed)?;
    }
    let body = writer.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    let (from, to): (NaiveDate, NaiveDate) = (report.period.from, report.period.to);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"speed-to-lead-{from}-{to}.csv\"")))
        .body(body))
}
