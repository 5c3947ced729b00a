//! `/search?q=`: one page of hits, grouped by kind.

use super::store::{self, Hit};
use crate::{
    records::RecordKind,
    ui::{Avatar, Page},
    web::{Answer, App, Query, SignedIn, page},
};
use askama::Template;

/// Hits of a kind on one page.
const LIMIT: usize = 20;

struct Group {
    kind: RecordKind,
    label: &'static str,
    hits: Vec<Hit>,
    more: bool,
}

impl Group {
    fn avatar(&self, hit: &Hit) -> Avatar {
        match self.kind {
            RecordKind::Contact => Avatar::person(hit.record.id, &hit.title),
            _ => Avatar::company(hit.record.id, &hit.title),
        }
    }
}

#[derive(Template)]
#[template(path = "search/index.html")]
struct SearchIndex {
    page: Page,
    query: String,
    groups: Vec<Group>,
}

impl SearchIndex {
    /// The query as a query string, for the lists that show all hits.
    fn parameters(&self) -> String {
        serde_urlencoded::to_string([("q", self.query.as_str())]).unwrap_or_default()
    }
}

pub async fn index(who: SignedIn, app: App, query: Query) -> Answer {
    let wanted: String = query.one("q").trim().chars().take(200).collect();
    let (viewer, text) = (who.viewer.clone(), wanted.clone());
    let groups = app
        .db
        .read_slowly(move |conn| {
            let mut groups = Vec::new();
            for (kind, label) in
                [(RecordKind::Contact, "Contacts"), (RecordKind::Account, "Accounts"), (RecordKind::Deal, "Deals")]
            {
                let mut hits = store::find(conn, &viewer, kind, &text, LIMIT + 1)?;
                let more = hits.len() > LIMIT;
                hits.truncate(LIMIT);
                if !hits.is_empty() {
                    groups.push(Group { kind, label, hits, more });
                }
            }
            Ok(groups)
        })
        .await?;
    page(&SearchIndex { page: who.0, query: wanted, groups })
}
