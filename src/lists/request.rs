//! What an address asks of a list.

use super::{Column, Filter, List, Test};
use crate::{ui::Page, web::Query};

/// Rows of a page, for people to choose from.
pub const SIZES: [i64; 4] = [25, 50, 100, 200];
const SIZE: i64 = 50;

/// A filter in use.
#[derive(Clone)]
pub struct Active {
    pub filter: &'static Filter,
    /// For ranges the two ends, the missing one empty; else what is looked for.
    pub values: Vec<String>,
}

/// A list request: everything of it stands in the address.
#[derive(Clone)]
pub struct Request {
    pub filters: Vec<Active>,
    pub columns: Vec<&'static Column>,
    /// Whether the reader chose the columns.
    pub chosen: bool,
    pub sort: &'static Column,
    pub descending: bool,
    pub size: i64,
    /// Sort key and id of the row to go on after, or before.
    pub cursor: Option<Cursor>,
}

/// Where a page starts.
#[derive(Clone, Debug)]
pub struct Cursor {
    pub key: String,
    pub id: i64,
    pub backwards: bool,
}

impl Cursor {
    pub fn text(key: &str, id: i64) -> String {
        format!("{id}.{}", data_encoding::BASE64URL_NOPAD.encode(key.as_bytes()))
    }

    pub fn parse(text: &str, backwards: bool) -> Option<Self> {
        let (id, key) = text.split_once('.')?;
        let key = String::from_utf8(data_encoding::BASE64URL_NOPAD.decode(key.as_bytes()).ok()?).ok()?;
        Some(Self { key, id: id.parse().ok()?, backwards })
    }
}

impl Test {
    pub fn is_range(self) -> bool {
        matches!(self, Self::Date(_) | Self::Moment(_) | Self::Due(..) | Self::Range(_) | Self::Money(..))
    }
}

impl Request {
    /// Reads the address; what it does not understand it leaves out.
    pub fn parse(list: &'static List, query: &Query) -> Self {
        let mut filters = Vec::new();
        for filter in list.filters {
            let values: Vec<String> = if filter.test.is_range() {
                let end = |name: &str| query.one(&format!("{}.{name}", filter.key)).trim().to_owned();
                vec![end("from"), end("to")]
            } else if matches!(filter.test, Test::Words | Test::Numbered { .. }) {
                vec![query.one(filter.key).trim().chars().take(200).collect()]
            } else {
                query
                    .all(filter.key)
                    .flat_map(split)
                    .map(|v| v.trim().to_owned())
                    .filter(|v| !v.is_empty())
                    .take(100)
                    .collect()
            };
            if values.iter().any(|v| !v.is_empty()) {
                filters.push(Active { filter, values });
            }
        }
        let mut columns: Vec<&'static Column> =
            query.all("columns").flat_map(|v| v.split(',')).filter_map(|key| list.column(key.trim())).collect();
        let chosen = !columns.is_empty();
        if !chosen {
            columns = list.columns.iter().filter(|c| c.shown).collect();
        } else if columns[0].key != list.columns[0].key {
            // The name always leads: it is the link to the record.
            columns.retain(|c| c.key != list.columns[0].key);
            columns.insert(0, &list.columns[0]);
        }
        let asked = query.one("sort");
        let (sort, descending) = [asked, list.sort]
            .into_iter()
            .find_map(|text| {
                let (key, descending) = text.strip_prefix('-').map_or((text, false), |key| (key, true));
                list.column(key).filter(|c| c.sort.is_some()).map(|c| (c, descending))
            })
            .unwrap_or((&list.columns[0], false));
        let size = query.id("size").filter(|n| SIZES.contains(n)).unwrap_or(SIZE);
        let cursor = Cursor::parse(query.one("after"), false).or_else(|| Cursor::parse(query.one("before"), true));
        Self { filters, columns, chosen, sort, descending, size, cursor }
    }

    /// Where to go on when amounts were typed in the reader's way (`typed.amount.from`): the same address with them as
    /// every reader's addresses have them. What cannot be read stays as it was typed, for the sentence about it.
    pub fn settled(path: &str, list: &'static List, query: &Query, page: &Page) -> Option<String> {
        fn typed<'a>(list: &List, name: &'a str) -> Option<&'a str> {
            let key = name.strip_prefix("typed.")?;
            let filter = list.filter(key.rsplit_once('.')?.0)?;
            matches!(filter.test, Test::Money(..)).then_some(key)
        }
        if !query.0.0.iter().any(|(name, _)| typed(list, name).is_some()) {
            return None;
        }
        let pairs = query.0.0.iter().filter_map(|(name, value)| match typed(list, name) {
            _ if value.trim().is_empty() => None,
            Some(key) => {
                let read = page.locale.amount(value, page.currency());
                Some((key, read.map_or_else(|_| value.clone(), |money| money.plain())))
            }
            None => Some((name.as_str(), value.clone())),
        });
        let pairs: Vec<(&str, String)> = pairs.collect();
        Some(format!("{path}?{}", serde_urlencoded::to_string(pairs).unwrap_or_default()))
    }

    pub fn active(&self, key: &str) -> Option<&Active> {
        self.filters.iter().find(|a| a.filter.key == key)
    }

    /// The parameters of this request but for the cursor, with some left out.
    pub fn parameters(&self, list: &List, without: &[&str]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for active in &self.filters {
            if without.contains(&active.filter.key) {
                continue;
            }
            if active.filter.test.is_range() {
                for (value, end) in active.values.iter().zip(["from", "to"]) {
                    if !value.is_empty() {
                        found.push((format!("{}.{end}", active.filter.key), value.clone()));
                    }
                }
            } else {
                let values: Vec<String> = active.values.iter().map(|v| escaped(v)).collect();
                found.push((active.filter.key.to_owned(), values.join(",")));
            }
        }
        let sort = format!("{}{}", if self.descending { "-" } else { "" }, self.sort.key);
        if sort != list.sort && !without.contains(&"sort") {
            found.push(("sort".into(), sort));
        }
        if self.size != SIZE && !without.contains(&"size") {
            found.push(("size".into(), self.size.to_string()));
        }
        if self.chosen && !without.contains(&"columns") {
            let keys: Vec<&str> = self.columns.iter().map(|c| c.key).collect();
            found.push(("columns".into(), keys.join(",")));
        }
        found
    }

    /// The address of what is looked at, its page included, with more parameters.
    pub fn url_here(&self, path: &str, list: &List, with: &[(&str, String)]) -> String {
        let cursor = self.cursor.as_ref().map(|c| {
            let name = if c.backwards { "before" } else { "after" };
            (name, Cursor::text(&c.key, c.id))
        });
        let all: Vec<(&str, String)> = cursor.into_iter().chain(with.iter().cloned()).collect();
        self.url(path, list, &[], &all)
    }

    /// An address of this list: these parameters with some changed.
    pub fn url(&self, path: &str, list: &List, without: &[&str], with: &[(&str, String)]) -> String {
        let mut parameters = self.parameters(list, without);
        parameters.extend(with.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
        if parameters.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", serde_urlencoded::to_string(parameters).unwrap_or_default())
    }
}

/// A value as it stands among others, parted by commas: its own comma has a backslash before it ("Food\\, drinks").
pub fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace(',', "\\,")
}

/// Takes such values apart again.
fn split(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ',' => values.push(String::new()),
            '\\' => values.last_mut().into_iter().for_each(|v| v.extend(signs.next())),
            sign => values.last_mut().into_iter().for_each(|v| v.push(sign)),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_have_commas() {
        let values = ["Food, drinks", r"a\b", "plain"];
        let text = values.map(escaped).join(",");
        assert_eq!(split(&text), values);
        assert_eq!(split("1,2"), ["1", "2"]);
    }
}
