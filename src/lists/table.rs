//! What the list template draws.

use super::{
    Again, Cell, Extra, Filter, List, Request, Slice, Test,
    counts::{COUNTED, Tally},
    query,
    request::{SIZES, escaped},
    selection::MOST,
};
use crate::{
    app::App,
    auth::Scope,
    db::{Conn, types::UserId},
    error::Result,
    ui::{Page, PersonField},
    web::Query,
};
use std::collections::HashMap;

/// The head of a column.
pub struct Head {
    pub label: &'static str,
    pub class: &'static str,
    /// Address that sorts by it, or turns the order round.
    pub url: Option<String>,
    /// `ascending` or `descending` when the list is sorted by it.
    pub sorted: &'static str,
}

pub struct Row {
    pub id: i64,
    pub name: String,
    pub ticked: bool,
    pub cells: Vec<(&'static str, Cell)>,
}

/// A filter in use, as a sentence with a way out.
pub struct Chip {
    pub label: String,
    pub operator: &'static str,
    pub value: String,
    pub remove: String,
}

/// A saved or standing view: a link with the parameters it stands for.
#[derive(Clone)]
pub struct Tab {
    pub label: String,
    pub url: String,
    pub current: bool,
    /// How many rows it holds; empty where that is not counted.
    pub count: String,
}

/// Tabs from (label, query string) pairs; the first whose parameters are exactly the request's is current.
pub fn tabs(list: &List, request: &Request, views: &[(&str, String)]) -> Vec<Tab> {
    let mut now = request.parameters(list, &["size", "columns", "sort"]);
    now.sort();
    let mut any = false;
    views
        .iter()
        .map(|(label, query)| {
            let mut wanted: Vec<(String, String)> =
                serde_urlencoded::from_str::<Vec<(String, String)>>(query).unwrap_or_default();
            wanted.retain(|(k, _)| k != "sort" && k != "columns");
            wanted.sort();
            let current = !any && wanted == now;
            any |= current;
            let url = if query.is_empty() { list.path() } else { format!("{}?{query}", list.path()) };
            Tab { label: (*label).to_owned(), url, current, count: String::new() }
        })
        .collect()
}

/// The same with their counts (see [`Tally`]); that of the current one is known from its list.
pub fn counted_tabs(
    conn: &mut Conn,
    app: &App,
    page: &Page,
    list: &'static List,
    request: &Request,
    views: &[(&str, String)],
    current: i64,
) -> Result<Vec<Tab>> {
    let requests: Vec<(&List, Request)> =
        views.iter().map(|(_, query)| (list, Request::parse(list, &Query::of(query)))).collect();
    // Within a scope no index holds the answer: every row that is counted is looked at.
    let most = if page.viewer.scope == Scope::Everyone { COUNTED } else { COUNTED / 10 };
    let counts = Tally::new(page, &requests, most).read(conn, app, page)?;
    let mut tabs = tabs(list, request, views);
    for (tab, count) in tabs.iter_mut().zip(counts) {
        tab.count = if tab.current { up_to(page, current, COUNTED) } else { up_to(page, count, most) };
    }
    Ok(tabs)
}

/// "2,041", or "10,000+" for what was counted no further.
fn up_to(page: &Page, count: i64, most: i64) -> String {
    if count > most { format!("{}+", page.number(most)) } else { page.number(count) }
}

/// A field of the filter panel.
pub struct Control {
    pub key: &'static str,
    pub label: String,
    /// `choices`, `words`, `dates`, `numbers` or `flag`.
    pub shape: &'static str,
    pub options: Vec<(String, String, bool)>,
    pub from: String,
    pub to: String,
    /// Before the names of `from` and `to`: of amounts, which are typed in the reader's way (`Request::settled`).
    pub prefix: &'static str,
    /// More people than the options hold, to be looked up or written by name.
    pub people: Option<PersonField>,
}

/// Choices of the filters that have some, as (value, label) by the filter's key.
pub type Choices = HashMap<&'static str, Vec<(String, String)>>;

/// A list, ready to be drawn.
pub struct Table {
    pub noun: &'static str,
    pub path: String,
    pub title: String,
    pub head: Vec<Head>,
    pub rows: Vec<Row>,
    pub chips: Vec<Chip>,
    pub clear: String,
    /// What of the filters cannot be read, each as a sentence.
    pub unreadable: Vec<String>,
    pub controls: Vec<Control>,
    /// Every column as (key, label, shown).
    pub columns: Vec<(&'static str, &'static str, bool)>,
    /// Parameters that a form must carry along, less those it sets: for filters, columns and size.
    pub keep_for_filters: Vec<(String, String)>,
    pub keep_for_columns: Vec<(String, String)>,
    pub keep_for_size: Vec<(String, String)>,
    pub sizes: Vec<(i64, bool)>,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub csv: String,
    /// Where a selection is posted to, with the request's own parameters.
    pub selection: String,
    pub count: String,
    /// How many match, counted as far as `COUNTED`.
    pub total: i64,
    pub filtered: bool,
    /// Rows can be ticked and changed together; see [`Table::selectable`].
    pub bulk: Option<Bulk>,
}

/// What the bar under a table with ticked rows offers.
pub struct Bulk {
    /// Where it posts to, with the request's own parameters.
    pub action: String,
    /// Who the rows can be given to.
    pub owners: PersonField,
    /// What else can be done with them.
    pub extras: &'static [Extra],
    /// "All 641 contacts that match", when there are more than those on the page and not too many.
    pub all: Option<String>,
    /// How many can be changed at once, when more than these match.
    pub most: Option<String>,
    /// Whether all of those were ticked before.
    pub all_ticked: bool,
    /// Why nothing was done with what is ticked, or empty.
    pub error: String,
}

impl Table {
    /// Gives every row a box and the table a bar that posts to `/{noun}/selection` (see `lists::Selection`), with what
    /// was ticked already when that was not accepted.
    pub fn selectable(mut self, page: &Page, again: Option<&Again>) -> Self {
        for row in &mut self.rows {
            row.ticked = again.is_some_and(|a| a.ids.contains(&row.id));
        }
        let owner = again.map_or("", |a| a.owner.as_str());
        let more = self.next.is_some() || self.previous.is_some();
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        self.bulk = Some(Bulk {
            action: self.selection.clone(),
            owners: page.person_field(owner, &[("", "Choose an owner"), ("none", "Nobody")]),
            extras: &[],
            error: again.map(|a| a.sentence.clone()).unwrap_or_default(),
            all_ticked: again.is_some_and(|a| a.all),
            all: (more && self.total <= most).then(|| {
                if self.filtered { format!("All that match: {}", self.count) } else { format!("All: {}", self.count) }
            }),
            most: (more && self.total > most).then(|| page.number(most)),
        });
        self
    }

    /// Adds a noun's own deeds to the bar.
    pub fn offering(mut self, extras: &'static [Extra]) -> Self {
        if let Some(bulk) = &mut self.bulk {
            bulk.extras = extras;
        }
        self
    }

    /// Turns one page of rows into what is drawn. `cells` gives a row's number, name and the cell of a column.
    #[allow(clippy::too_many_arguments, reason = "all that a table is made of, each once")]
    pub fn new<R>(
        list: &'static List,
        title: &str,
        request: &Request,
        page: &Page,
        slice: Slice<R>,
        count: i64,
        mut choices: Choices,
        cells: impl Fn(&R, &str) -> Cell,
        identity: impl Fn(&R) -> (i64, String),
    ) -> Self {
        let path = list.path();
        people_and_teams(list, request, page, &mut choices);
        let url = |without: &[&str], with: &[(&str, String)]| request.url(&path, list, without, with);
        let head = request
            .columns
            .iter()
            .map(|column| {
                let sorted = column.key == request.sort.key;
                let turned = if sorted && !request.descending { format!("-{}", column.key) } else { column.key.into() };
                Head {
                    label: column.label,
                    class: column.class,
                    url: column.sort.map(|_| url(&["sort"], &[("sort", turned)])),
                    sorted: match (sorted, request.descending) {
                        (true, true) => "descending",
                        (true, false) => "ascending",
                        (false, _) => "",
                    },
                }
            })
            .collect();
        let rows = slice
            .rows
            .iter()
            .map(|row| {
                let (id, name) = identity(row);
                Row {
                    id,
                    name,
                    ticked: false,
                    cells: request.columns.iter().map(|c| (c.class, cells(row, c.key))).collect(),
                }
            })
            .collect();
        let chips = request
            .filters
            .iter()
            .map(|active| {
                let (operator, value) = words_of(active, &choices, page);
                Chip { label: label(active.filter, page), operator, value, remove: url(&[active.filter.key], &[]) }
            })
            .collect();
        let filter_keys: Vec<&str> = list.filters.iter().map(|f| f.key).collect();
        Self {
            noun: list.noun,
            title: title.to_owned(),
            head,
            rows,
            chips,
            clear: url(&filter_keys, &[]),
            unreadable: query::unreadable(request, page),
            controls: controls(list, request, page, &choices),
            columns: list
                .columns
                .iter()
                .map(|c| (c.key, c.label, request.columns.iter().any(|shown| shown.key == c.key)))
                .collect(),
            keep_for_filters: request.parameters(list, &filter_keys),
            keep_for_columns: request.parameters(list, &["columns"]),
            keep_for_size: request.parameters(list, &["size"]),
            sizes: SIZES.iter().map(|n| (*n, *n == request.size)).collect(),
            next: slice.next.map(|cursor| url(&[], &[("after", cursor)])),
            previous: slice.previous.map(|cursor| url(&[], &[("before", cursor)])),
            csv: request.url(&format!("{path}.csv"), list, &["size"], &[]),
            selection: request.url_here(&format!("{path}/selection"), list, &[]),
            count: counted(page, count, list),
            total: count,
            filtered: !request.filters.is_empty(),
            bulk: None,
            path,
        }
    }
}

/// What a filter asks about: of an amount, in which currency.
fn label(filter: &Filter, page: &Page) -> String {
    match filter.test {
        Test::Money(..) => format!("{} in {}", filter.label, page.currency().code()),
        _ => filter.label.to_owned(),
    }
}

fn counted(page: &Page, count: i64, list: &List) -> String {
    match count {
        0 => format!("No {}", list.noun),
        1 => format!("1 {}", list.one),
        n if n > COUNTED => format!("More than {} {}", page.number(COUNTED), list.noun),
        n => format!("{} {}", page.number(n), list.noun),
    }
}

/// What filters of owners and teams can be asked: of many people, those who are asked about.
fn people_and_teams(list: &List, request: &Request, page: &Page, choices: &mut Choices) {
    for filter in list.filters {
        match filter.test {
            Test::Owner => {
                let mut people = vec![("me".to_owned(), "Me".to_owned()), ("none".to_owned(), "Nobody".to_owned())];
                let asked = request.active(filter.key).map_or(&[][..], |a| &a.values);
                if page.directory.is_large() {
                    let by_number = asked.iter().filter_map(|v| page.directory.person(UserId(v.parse().ok()?)));
                    let seen = by_number.filter(|p| page.viewer.sees(Some(p.id)));
                    people.extend(seen.map(|p| (p.id.to_string(), p.name.clone())));
                    let written = asked.iter().filter(|v| v.parse::<i64>().is_err() && *v != "me" && *v != "none");
                    people.extend(written.map(|name| (name.clone(), name.clone())));
                } else {
                    let seen = page.directory.people.iter().filter(|p| page.viewer.sees(Some(p.id)));
                    people.extend(seen.map(|p| (p.id.to_string(), p.name.clone())));
                }
                choices.insert(filter.key, people);
            }
            Test::Team => {
                let teams = page.directory.teams.iter().map(|t| (t.id.to_string(), t.name.clone())).collect();
                choices.insert(filter.key, teams);
            }
            _ => {}
        }
    }
}

/// The operator and the value of a chip, in words.
fn words_of(active: &super::Active, choices: &Choices, page: &Page) -> (&'static str, String) {
    let shown = |value: &String| match active.filter.test {
        Test::Date(_) | Test::Moment(_) | Test::Due(..) => {
            value.parse::<chrono::NaiveDate>().map_or_else(|_| value.clone(), |d| page.date(d))
        }
        Test::Money(..) => query::shown_amount(value, page).unwrap_or_else(|| value.clone()),
        _ => choices
            .get(active.filter.key)
            .and_then(|c| c.iter().find(|(v, _)| v == value))
            .map_or_else(|| value.clone(), |(_, label)| label.clone()),
    };
    match (active.filter.test.is_range(), active.values.as_slice()) {
        (true, [from, to]) if from.is_empty() => ("up to", shown(to)),
        (true, [from, to]) if to.is_empty() => ("from", shown(from)),
        (true, [from, to]) => ("from", format!("{} to {}", shown(from), shown(to))),
        (_, [one]) => match active.filter.test {
            Test::Words | Test::Numbered { .. } => ("has", one.clone()),
            Test::Shelf(..) => ("are", if one == "yes" { "shown alone".into() } else { "shown too".into() }),
            Test::Flag(_) | Test::Past(..) => ("is", if one == "no" { "no".into() } else { "yes".into() }),
            _ => ("is", shown(one)),
        },
        (_, several) => ("is any of", several.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}

fn controls(list: &List, request: &Request, page: &Page, choices: &Choices) -> Vec<Control> {
    list.filters
        .iter()
        .map(|filter| {
            let values: &[String] = request.active(filter.key).map_or(&[], |a| &a.values);
            let value = |at: usize| {
                let text = values.get(at).cloned().unwrap_or_default();
                match filter.test {
                    // A date field takes no words.
                    Test::Date(_) | Test::Moment(_) | Test::Due(..) => {
                        query::day(&text, page).map_or(text, |d| d.to_string())
                    }
                    Test::Money(..) => query::shown_amount(&text, page).unwrap_or(text),
                    _ => text,
                }
            };
            let shape = match filter.test {
                Test::Words | Test::Numbered { .. } => "words",
                Test::Date(_) | Test::Moment(_) | Test::Due(..) => "dates",
                Test::Range(_) | Test::Money(..) => "numbers",
                Test::Flag(_) | Test::Past(..) => "flag",
                Test::Shelf(..) => "shelf",
                _ => "choices",
            };
            let options = match filter.test {
                Test::Shelf(..) => vec![
                    ("yes".into(), "Only these".into(), values.iter().any(|v| v == "yes")),
                    ("all".into(), "These too".into(), values.iter().any(|v| v == "all")),
                ],
                Test::Flag(_) | Test::Past(..) => vec![
                    ("yes".into(), "Yes".into(), values.iter().any(|v| v == "yes")),
                    ("no".into(), "No".into(), values.iter().any(|v| v == "no")),
                ],
                _ => choices
                    .get(filter.key)
                    .map(|c| c.iter().map(|(v, l)| (escaped(v), l.clone(), values.contains(v))).collect())
                    .unwrap_or_default(),
            };
            let people = (matches!(filter.test, Test::Owner) && page.directory.is_large()).then(|| {
                let mut field = page.person_field("", &[("", "Someone else")]);
                field.options.retain(|(id, ..)| {
                    let seen = id.parse().map_or(true, |id| page.viewer.sees(Some(UserId(id))));
                    seen && !values.contains(id)
                });
                field
            });
            let (label, from, to) = (label(filter, page), value(0), value(1));
            let prefix = if matches!(filter.test, Test::Money(..)) { "typed." } else { "" };
            Control { key: filter.key, label, shape, options, from, to, prefix, people }
        })
        .collect()
}
