//! The figures at the head of the day, each with the list that it counts.

use crate::{
    db::Conn,
    deals::{
        rates::Rates,
        related::{self, Worth},
    },
    error::Result,
    tasks::Agenda,
    ui::Page,
};
use chrono::{Datelike, Months, NaiveDate};

/// A tile.
pub struct Figure {
    pub label: String,
    pub value: String,
    pub note: String,
    /// Where what it counts is listed.
    pub url: String,
    /// The note is something to act on.
    pub late: bool,
}

/// What the reader sold and has still to sell, and what waits for them. `wanting` are their deals that need them, counted
/// up to `most`.
pub fn load(conn: &mut Conn, page: &Page, agenda: &Agenda, wanting: i64, most: i64) -> Result<Vec<Figure>> {
    let rates = Rates::on(conn, page.currency(), page.today())?;
    let (from, to) = quarter(page.today(), page.directory.company.fiscal_month);
    let won = format!("owner=me&status=won&closed.from={from}&closed.to={to}");
    let open = "owner=me&status=open";
    let (sold, running) = (related::worth_of(conn, page, &won)?, related::worth_of(conn, page, open)?);
    let closing = related::worth_of(conn, page, &format!("{open}&close.to={to}"))?;
    let due = agenda.overdue + agenda.today;
    let left = match (to - page.today()).num_days() {
        0 => "last day".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    let sum = |worth: &Worth| page.money_short(worth.total(&rates).sum);
    let beside = |worth: &Worth| {
        let rest: Vec<String> = worth.total(&rates).without_rate.iter().map(|m| page.money_short(m)).collect();
        let rest = if rest.is_empty() { String::new() } else { format!(", {} without a rate", rest.join(" and ")) };
        format!("{}{rest}", worth.counted(page, &rates))
    };
    Ok(vec![
        Figure {
            label: format!("Won this quarter, {left}"),
            value: sum(&sold),
            note: beside(&sold),
            url: format!("/deals?{won}&sort=-closed"),
            late: false,
        },
        Figure {
            label: "Open pipeline".into(),
            value: sum(&running),
            note: match closing.deals {
                0 => beside(&running),
                _ => format!("{}, {} to close by {}", beside(&running), sum(&closing), page.date_short(to)),
            },
            url: format!("/deals?{open}&sort=close"),
            late: false,
        },
        Figure {
            label: "Deals that need you".into(),
            value: if wanting > most { format!("{most}+") } else { wanting.to_string() },
            note: format!("of {} open", page.number(running.deals)),
            url: "#deals".into(),
            late: false,
        },
        Figure {
            label: "To do by tonight".into(),
            value: if due >= Agenda::COUNTED { format!("{}+", Agenda::COUNTED) } else { due.to_string() },
            note: if agenda.overdue > 0 { format!("{} overdue", agenda.overdue) } else { "none overdue".into() },
            url: "/tasks?owner=me&status=open&due.to=today".into(),
            late: agenda.overdue > 0,
        },
    ])
}

/// First and last day of the quarter of the company's fiscal year in which a day lies.
fn quarter(day: NaiveDate, fiscal_month: u32) -> (NaiveDate, NaiveDate) {
    let into = (day.month() + 12 - fiscal_month) % 3;
    let first = day.with_day(1).and_then(|d| d.checked_sub_months(Months::new(into))).unwrap_or(day);
    let last = first.checked_add_months(Months::new(3)).and_then(|d| d.pred_opt()).unwrap_or(day);
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_begin_with_the_fiscal_year() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, month, from, to) in [
            ("2026-11-24", 1, "2026-10-01", "2026-12-31"),
            ("2026-01-31", 1, "2026-01-01", "2026-03-31"),
            ("2026-11-24", 2, "2026-11-01", "2027-01-31"),
            ("2027-01-01", 12, "2026-12-01", "2027-02-28"),
            ("2026-03-31", 4, "2026-01-01", "2026-03-31"),
        ] {
            assert_eq!(quarter(day(today), month), (day(from), day(to)), "{today}, year from month {month}");
        }
    }
}
