//! The page of the bin.

use super::{
    RecordKind, RecordRef,
    bin::{self, After, Binned},
};
use crate::{
    ui::Page,
    web::{Answer, App, Query, SignedIn, page},
};
use askama::Template;
use chrono::{DateTime, NaiveDateTime};

/// Records on one page.
const SIZE: usize = 50;

#[derive(Template)]
#[template(path = "bin/index.html")]
struct BinIndex {
    page: Page,
    /// (label, address, current)
    tabs: Vec<(&'static str, String, bool)>,
    records: Vec<Binned>,
    /// Address of the next page.
    older: Option<String>,
    /// Whether the latest are shown.
    newest: bool,
}

/// `GET /bin`
pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    let only = RecordKind::parse(query.one("kind")).filter(|kind| bin::kinds().any(|k| k == *kind));
    let after = read_place(query.one("after"));
    let viewer = who.viewer.clone();
    let most = i64::try_from(SIZE + 1).unwrap_or(i64::MAX);
    let mut records = app.db.read(move |conn| bin::list(conn, &viewer, only, after, most)).await?;
    let more = records.len() > SIZE;
    records.truncate(SIZE);
    let address = |kind: Option<RecordKind>| kind.map_or("/bin".to_owned(), |k| format!("/bin?kind={}", k.text()));
    let older = records.last().filter(|_| more).map(|last| {
        let url = address(only);
        format!("{url}{}after={}", if only.is_some() { '&' } else { '?' }, place(last))
    });
    let mut tabs = vec![("Everything", address(None), only.is_none())];
    tabs.extend(bin::kinds().map(|kind| (plural(kind), address(Some(kind)), only == Some(kind))));
    page(&BinIndex { page: who.0, tabs, records, older, newest: after.is_none() })
}

fn plural(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Contact => "Contacts",
        RecordKind::Account => "Accounts",
        RecordKind::Deal => "Deals",
        RecordKind::Task => "Tasks",
        RecordKind::Meeting => "Meetings",
        RecordKind::Product => "Products",
        other => other.label(),
    }
}

/// `micros_kind_id` of a record, for the address of the page after it.
fn place(last: &Binned) -> String {
    format!("{}_{}_{}", last.deleted_at.and_utc().timestamp_micros(), last.record.kind.text(), last.record.id)
}

fn read_place(text: &str) -> Option<After> {
    let mut parts = text.split('_');
    let at: NaiveDateTime = DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?.naive_utc();
    Some((at, RecordKind::parse(parts.next()?)?, parts.next()?.parse().ok()?))
}

impl BinIndex {
    /// Whether this reader may bring it back: products are the managers'.
    fn may_restore(&self, record: &RecordRef) -> bool {
        match record.kind {
            RecordKind::Product => self.page.viewer.leads(),
            RecordKind::Deal => self.page.viewer.sells(),
            _ => true,
        }
    }

    /// Days until it is erased.
    fn days_left(&self, record: &Binned) -> String {
        let left = bin::DAYS - (self.page.now - record.deleted_at).num_days();
        match left {
            ..=0 => "erased soon".into(),
            1 => "1 day left".into(),
            days => format!("{days} days left"),
        }
    }
}
