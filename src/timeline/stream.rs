//! The timeline of one record as its page draws it: the composer, the filter, the entries by day.

use super::{
    EntryKind, Outcome, drafts,
    form::Composer,
    markdown,
    store::{self, Entry},
};
use crate::{
    auth::Scope,
    db::{
        Conn,
        types::{EntryId, Money},
    },
    error::Result,
    journal::{self, Action, FieldChange, Shape},
    records::{RecordKind, RecordRef, standing},
    ui::{Page, format},
    web::Query,
};
use chrono::NaiveDateTime;
use iso_currency::Currency;
use std::collections::HashSet;

/// Entries on one page of a timeline.
const SIZE: usize = 30;

/// A field's change, in the reader's format.
pub struct Line {
    pub field: String,
    /// Its values name a record that the reader does not see.
    pub hidden: bool,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// One entry, drawn.
pub struct Item {
    pub id: EntryId,
    pub kind: EntryKind,
    /// Heading of the day, on the first entry of it.
    pub day: Option<String>,
    pub icon: &'static str,
    pub who: String,
    /// What they did: "noted", "called, reached, 12 min", "moved to the bin".
    pub did: String,
    /// The record it is about, when that is not the one whose page this is.
    pub about: Option<(String, String)>,
    pub lines: Vec<Line>,
    /// The words as they were typed.
    pub text: String,
    /// Clean HTML of the words, already safe (see `markdown`).
    pub html: String,
    /// Relative, for pages that are not in order of days.
    pub ago: String,
    pub shown: String,
    pub exact: String,
    pub iso: String,
    pub edited: bool,
    /// May be edited or deleted by this reader.
    pub own: bool,
}

impl Item {
    /// The beginning of its words, on one line and without marks of Markdown.
    pub fn excerpt(&self) -> String {
        let line = markdown::to_line(&self.text, 160);
        if line.chars().count() > 160 { format!("{}…", line.chars().take(159).collect::<String>()) } else { line }
    }

    pub fn is_change(&self) -> bool {
        self.kind == EntryKind::Change
    }

    /// Its changed fields: those that stand in plain sight, and those that are folded away.
    pub fn split(&self) -> (&[Line], &[Line]) {
        const PLAIN: usize = 4;
        if self.lines.len() <= PLAIN { (&self.lines, &[]) } else { self.lines.split_at(PLAIN - 1) }
    }

    pub fn is_note(&self) -> bool {
        self.kind == EntryKind::Note
    }
}

/// What `templates/timeline/stream.html` draws.
pub struct Stream {
    pub record: RecordRef,
    pub composer: Composer,
    pub draft_kept: Option<String>,
    /// `all`, `notes`, `calls`, `meetings` or `changes`.
    pub filter: String,
    pub items: Vec<Item>,
    pub older: Option<String>,
    pub newest: bool,
}

impl Stream {
    /// Reads the timeline that the record's address asks for (`show`, `older`).
    pub fn load(conn: &mut Conn, page: &Page, record: RecordRef, query: &Query) -> Result<Self> {
        let filter = match query.one("show") {
            "notes" => "notes",
            "calls" => "calls",
            "meetings" => "meetings",
            "changes" => "changes",
            _ => "all",
        };
        let kinds: &[EntryKind] = match filter {
            "notes" => &[EntryKind::Note],
            "calls" => &[EntryKind::Call],
            "meetings" => &[EntryKind::Meeting],
            "changes" => &[EntryKind::Change],
            _ => &[],
        };
        let before = place(query.one("older"));
        let mut entries =
            store::of(conn, &page.viewer, record, kinds, before, i64::try_from(SIZE + 1).unwrap_or(i64::MAX))?;
        let more = entries.len() > SIZE;
        entries.truncate(SIZE);
        let older = entries.last().filter(|_| more).map(|e| {
            let show = if filter == "all" { String::new() } else { format!("show={filter}&") };
            format!("{}?{show}older={}_{}#timeline", record.url(), e.at.and_utc().timestamp_micros(), e.id)
        });
        let hidden = hidden(conn, page, &entries)?;
        let mut composer = Composer::blank(page);
        let mut draft_kept = None;
        if let Some((text, at)) = drafts::find(conn, page.me_id(), &Self::draft_key(record))? {
            composer.text = text;
            draft_kept = Some(page.locale.clock(&format::local(at, page.zone)));
        }
        Ok(Self {
            record,
            composer,
            draft_kept,
            filter: filter.into(),
            items: items(page, Some(record), entries, &hidden),
            older,
            newest: before.is_none(),
        })
    }

    /// The key of the composer's draft.
    pub fn draft_key(record: RecordRef) -> String {
        format!("{}:{}", record.kind.text(), record.id)
    }

    pub fn key(&self) -> String {
        Self::draft_key(self.record)
    }

    pub fn filters(&self) -> [(&'static str, &'static str, String); 5] {
        let url = self.record.url();
        [
            ("all", "Everything", format!("{url}#timeline")),
            ("notes", "Notes", format!("{url}?show=notes#timeline")),
            ("calls", "Calls", format!("{url}?show=calls#timeline")),
            ("meetings", "Meetings", format!("{url}?show=meetings#timeline")),
            ("changes", "Changes", format!("{url}?show=changes#timeline")),
        ]
    }
}

/// `micros_id` of the last entry seen.
fn place(text: &str) -> Option<(NaiveDateTime, i64)> {
    let (micros, id) = text.split_once('_')?;
    let at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?.naive_utc();
    Some((at, id.parse().ok()?))
}

/// The records named by changed fields that the reader does not see.
pub(super) fn hidden(conn: &mut Conn, page: &Page, entries: &[Entry]) -> Result<HashSet<RecordRef>> {
    let fields = entries.iter().filter_map(|e| e.change.as_ref()).flat_map(|(_, _, fields)| fields);
    let named: Vec<RecordRef> = fields.flat_map(|f| f.of.iter().copied()).collect();
    match page.viewer.scope {
        Scope::Everyone => Ok(HashSet::new()),
        Scope::Owners(_) => standing::unseen(conn, &page.viewer, &named),
    }
}

/// Draws entries, on the page of a record or (`None`) away from any.
pub(super) fn items(
    page: &Page,
    record: Option<RecordRef>,
    entries: Vec<Entry>,
    hidden: &HashSet<RecordRef>,
) -> Vec<Item> {
    let mut day = None;
    entries
        .into_iter()
        .map(|entry| {
            let local = format::local(entry.at, page.zone);
            let date = local.date_naive();
            let heading = (day != Some(date)).then(|| capital(&page.day(date)));
            day = Some(date);
            let name = entry.by.and_then(|id| page.directory.person(id)).map(|p| p.name.as_str());
            let how = entry.change.as_ref().map_or(crate::auth::How::Page, |c| c.0);
            let (icon, did) = words(&entry);
            let sent = entry.kind == EntryKind::Form;
            Item {
                id: entry.id,
                kind: entry.kind,
                day: heading,
                icon,
                who: if sent { entry.title.clone() } else { journal::signature(name, entry.by, how) },
                did,
                about: (Some(entry.about) != record && !entry.title.is_empty())
                    .then(|| (entry.about.url(), entry.title.clone())),
                // What came of a task stands below, as words.
                lines: match entry.change {
                    Some((_, Action::Closed | Action::Reopened, _))
                        if matches!(entry.about.kind, RecordKind::Task | RecordKind::Meeting) =>
                    {
                        Vec::new()
                    }
                    Some(change) => lines(page, &change.2, hidden),
                    None => Vec::new(),
                },
                html: if entry.body.is_empty() {
                    String::new()
                } else if sent {
                    markdown::plain(&entry.body)
                } else {
                    markdown::to_html(&entry.body, &page.directory.people)
                },
                text: entry.body,
                ago: page.ago(entry.at),
                shown: page.locale.clock(&local),
                exact: page.moment(entry.at),
                iso: page.iso(entry.at),
                edited: entry.edited,
                own: entry.kind.is_written() && (entry.by == page.viewer.id || page.viewer.is_admin()),
            }
        })
        .collect()
}

fn words(entry: &Entry) -> (&'static str, String) {
    let length = entry.minutes.map(|m| format!(", {m} min")).unwrap_or_default();
    match entry.kind {
        EntryKind::Note => ("note", "noted".into()),
        EntryKind::Call => {
            let outcome = Outcome::parse(&entry.outcome).map(|o| format!(", {}", o.label().to_lowercase()));
            ("phone", format!("called{}{length}", outcome.unwrap_or_default()))
        }
        EntryKind::Meeting => ("meeting", format!("met{length}")),
        // What the form is called stands where a call has its outcome.
        EntryKind::Form => ("form", format!("sent the form “{}”", entry.outcome)),
        EntryKind::Change => {
            let kind = entry.about.kind.label().to_lowercase();
            match entry.change.as_ref().map(|c| c.1) {
                Some(Action::Closed) if entry.about.kind == RecordKind::Task => ("check", "completed a task".into()),
                Some(Action::Reopened) if entry.about.kind == RecordKind::Task => {
                    ("undo", "opened a task again".into())
                }
                Some(action) if entry.about.kind == RecordKind::Meeting => of_meeting(action, entry),
                Some(Action::Created) => ("plus", format!("added this {kind}")),
                Some(Action::Updated) | None => ("edit", "changed".into()),
                Some(Action::Deleted) => ("trash", "moved it to the bin".into()),
                Some(Action::Restored) => ("undo", "restored it from the bin".into()),
                Some(Action::Erased) => ("trash", "erased it".into()),
                Some(Action::Closed) => ("flag", "closed it".into()),
                Some(Action::Reopened) => ("undo", "opened it again".into()),
            }
        }
    }
}

/// What was done to a meeting, as the timelines of those it is about tell it.
fn of_meeting(action: Action, entry: &Entry) -> (&'static str, String) {
    let fields = entry.change.as_ref().map_or(&[][..], |c| &c.2);
    let (icon, words) = match action {
        Action::Created => ("calendar", "planned"),
        Action::Updated if fields.iter().any(|f| f.field == "Starts") => ("calendar", "moved"),
        Action::Updated => ("edit", "changed"),
        Action::Closed if fields.iter().any(|f| f.after.as_deref() == Some("Cancelled")) => ("close", "cancelled"),
        Action::Closed => ("close", "noted that it did not take place"),
        Action::Reopened => ("undo", "planned again"),
        Action::Deleted => ("trash", "moved to the bin"),
        Action::Restored => ("undo", "restored from the bin"),
        Action::Erased => ("trash", "erased"),
    };
    (icon, words.into())
}

/// Fields whose values name other records. Rows from before that was kept name none: their values stay hidden from whoever
/// does not see all.
const NAMING: [&str; 5] = ["Account", "Parent account", "Place", "About", "Person"];

fn lines(page: &Page, fields: &[FieldChange], hidden: &HashSet<RecordRef>) -> Vec<Line> {
    let scoped = page.viewer.scope != Scope::Everyone;
    fields
        .iter()
        .map(|f| Line {
            field: f.field.clone(),
            hidden: f.of.iter().any(|r| hidden.contains(r))
                || (scoped && f.of.is_empty() && NAMING.contains(&f.field.as_str())),
            before: f.before.as_deref().map(|t| clipped(&shaped(page, t, f.shape))),
            after: f.after.as_deref().map(|t| clipped(&shaped(page, t, f.shape))),
        })
        .collect()
}

/// The beginning of a long text: the whole of it stands in the change log.
fn clipped(text: &str) -> String {
    const SHOWN: usize = 160;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// A kept value in the reader's format.
pub fn shaped(page: &Page, text: &str, shape: Shape) -> String {
    match shape {
        Shape::Text => text.to_owned(),
        Shape::Date => text.parse::<chrono::NaiveDate>().map_or_else(|_| text.to_owned(), |d| page.date(d)),
        Shape::Moment => text.parse::<NaiveDateTime>().map_or_else(|_| text.to_owned(), |at| page.moment(at)),
        Shape::Money => text
            .split_once(' ')
            .and_then(|(code, amount)| Money::parse(amount, Currency::from_code(code)?))
            .map_or_else(|| text.to_owned(), |m| page.money(m)),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().collect::<String>() + chars.as_str())
}
