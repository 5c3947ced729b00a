//! What is done with several rows of a list at once: the boxes that were ticked, or all that match.

use super::{List, Request, query};
use crate::{
    db::{Conn, types::UserId},
    error::{Error, Result},
    ui::{Flash, Page},
    web::{Fields, Query, see_other_with},
};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use std::collections::BTreeMap;

/// Rows that one action takes at most: one transaction that others wait for no longer than a second or two.
pub const MOST: usize = 1000;

/// The longest address of an undo: it travels in a cookie, of which a browser keeps 4096 bytes.
const LONGEST: usize = 2800;

/// A selection that was not accepted: why, and what was ticked and typed, to draw the list again with.
#[derive(Clone, Debug)]
pub struct Again {
    pub(super) sentence: String,
    pub(super) ids: Vec<i64>,
    pub(super) all: bool,
    pub(super) owner: String,
}

impl Again {
    pub fn new(sentence: String, fields: &Fields) -> Self {
        let ids = fields.all("id").filter_map(|id| id.parse().ok()).collect();
        Self { sentence, ids, all: fields.has("all"), owner: fields.person("owner") }
    }
}

/// The status of a list, which may be one drawn again.
pub fn status(again: Option<&Again>) -> StatusCode {
    if again.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// What is done with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// To the bin.
    Delete,
    /// To this owner, or nobody.
    Assign(Option<UserId>),
    /// One of the noun's own.
    Extra(&'static Extra),
}

/// What a noun offers for its rows besides those two, as a button of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Extra {
    /// What the button sends as `do`.
    pub key: &'static str,
    pub label: &'static str,
    /// In the sprite.
    pub icon: &'static str,
    /// After the number of rows: "done".
    pub done: &'static str,
}

/// The rows and what is to be done with them.
pub struct Selection {
    ids: Vec<i64>,
    deed: Deed,
    request: Request,
    /// Whether whoever acts still sees the rows afterwards.
    seen: bool,
}

impl Selection {
    /// Reads the form round a table: `id` for every ticked row or `all` for all that match the address, `do`, `owner`.
    ///
    /// # Errors
    /// `Error::Refused` with a sentence when nothing, too much or something unknown is asked.
    pub fn read(conn: &mut Conn, list: &'static List, page: &Page, address: &Query, fields: &Fields) -> Result<Self> {
        Self::read_with(conn, list, page, address, fields, &[])
    }

    /// The same for a noun with deeds of its own.
    pub fn read_with(
        conn: &mut Conn,
        list: &'static List,
        page: &Page,
        address: &Query,
        fields: &Fields,
        extras: &'static [Extra],
    ) -> Result<Self> {
        let request = Request::parse(list, address);
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let ids = if fields.has("all") {
            query::first_ids(conn, list, &request, page, most + 1)?
        } else {
            let mut ids: Vec<i64> = fields.all("id").filter_map(|id| id.parse().ok()).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        if ids.is_empty() {
            return Err(Error::Refused(format!("No {} is selected: tick the boxes of those you mean.", list.one)));
        }
        if ids.len() > MOST {
            return Err(Error::Refused(format!(
                "At most {} {} can be changed at once: filter the list further.",
                page.number(most),
                list.noun
            )));
        }
        let deed = match fields.one("do") {
            "delete" => Deed::Delete,
            "assign" => {
                let owner = match fields.person("owner").as_str() {
                    "none" => None,
                    "" => return Err(Error::Refused("Choose who they are for, then press Assign.".into())),
                    typed => page.owner(typed, None).map_err(Error::Refused)?,
                };
                Deed::Assign(owner)
            }
            own if extras.iter().any(|e| e.key == own) => {
                extras.iter().find(|e| e.key == own).map(Deed::Extra).ok_or(Error::NotFound)?
            }
            _ => return Err(Error::Refused("Choose what to do with the selected.".into())),
        };
        let seen = match deed {
            Deed::Assign(owner) => page.viewer.sees(owner),
            _ => true,
        };
        Ok(Self { ids, deed, request, seen })
    }

    /// Does it with each row and hears whose it was. Those that are gone or out of sight meanwhile are left out.
    pub fn each(self, mut act: impl FnMut(i64, Deed) -> Result<Option<UserId>>) -> Result<Done> {
        let deed = self.deed;
        let mut owners: BTreeMap<Option<UserId>, Vec<i64>> = BTreeMap::new();
        let ids = run(self.ids, |id| {
            let owner = act(id, deed)?;
            owners.entry(owner).or_default().push(id);
            Ok(())
        })?;
        let owners = if self.seen { owners } else { BTreeMap::new() };
        Ok(Done { ids, outcome: Outcome::Did(deed), owners, request: self.request })
    }
}

/// How an undo brings a row back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// Out of the bin, or back from one of the noun's own deeds.
    Restored,
    /// From the owner that it was given to, to the one before.
    Given { from: Option<UserId>, to: Option<UserId> },
}

/// The rows that an undo brings back.
pub struct Undo {
    rows: Vec<(i64, Back)>,
    request: Request,
}

/// An owner in the address of an undo.
fn owner_text(owner: Option<UserId>) -> String {
    owner.map_or_else(|| "none".to_owned(), |id| id.to_string())
}

impl Undo {
    /// Reads the address that [`Done::answer`] wrote: the numbers, and the list that was looked at.
    pub fn read(list: &'static List, address: &Query) -> Self {
        let person = |text: &str| text.parse().ok().map(UserId);
        let from = person(address.one("undo.from"));
        let rows = address.0.0.iter().flat_map(|(name, ids)| {
            let back = match (name.as_str(), name.strip_prefix("undo.owner.")) {
                ("id", _) => Some(Back::Restored),
                (_, Some(owner)) => Some(Back::Given { from, to: person(owner) }),
                _ => None,
            };
            let ids = ids.split(',').filter_map(|id| id.parse().ok());
            back.into_iter().flat_map(move |back| ids.clone().map(move |id| (id, back)))
        });
        Self { rows: rows.take(MOST).collect(), request: Request::parse(list, address) }
    }

    /// Brings each back. One that has another owner by now than the one it was given to answers `Error::NotFound`.
    pub fn each(self, mut act: impl FnMut(i64, Back) -> Result<()>) -> Result<Done> {
        let given = self.rows.iter().any(|(_, back)| *back != Back::Restored);
        let backs: BTreeMap<i64, Back> = self.rows.iter().copied().collect();
        let ids = run(self.rows.iter().map(|(id, _)| *id).collect(), |id| match backs.get(&id) {
            Some(back) => act(id, *back),
            None => Err(Error::NotFound),
        })?;
        let outcome = if given { Outcome::GaveBack } else { Outcome::Restored };
        Ok(Done { ids, outcome, owners: BTreeMap::new(), request: self.request })
    }
}

fn run(ids: Vec<i64>, mut act: impl FnMut(i64) -> Result<()>) -> Result<Vec<i64>> {
    let mut done = Vec::with_capacity(ids.len());
    for id in ids {
        match act(id) {
            Ok(()) => done.push(id),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

#[derive(Clone, Copy)]
enum Outcome {
    Did(Deed),
    Restored,
    GaveBack,
}

/// What was done, for the answer.
pub struct Done {
    ids: Vec<i64>,
    outcome: Outcome,
    /// Whose the rows were, by owner.
    owners: BTreeMap<Option<UserId>, Vec<i64>>,
    /// The list that was looked at.
    request: Request,
}

impl Done {
    /// What was done; `None` when it was undone.
    pub fn deed(&self) -> Option<Deed> {
        match self.outcome {
            Outcome::Did(deed) => Some(deed),
            Outcome::Restored | Outcome::GaveBack => None,
        }
    }

    /// The list that was looked at.
    pub fn back(&self, list: &List) -> String {
        self.request.url_here(&list.path(), list, &[])
    }

    /// Back to the list, with a sentence and, where it can be, a way back.
    pub fn answer(self, list: &List) -> HttpResponse {
        self.answer_with(list, None)
    }

    /// The same with a way back that the noun made.
    pub fn answer_with(self, list: &List, own_undo: Option<String>) -> HttpResponse {
        let counted = match self.ids.len() {
            1 => format!("1 {}", list.one),
            n => format!("{n} {}", list.noun),
        };
        let joined = |ids: &[i64]| ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let mut rows: Vec<(String, String)> = vec![("id".into(), joined(&self.ids))];
        if let Outcome::Did(Deed::Assign(to)) = self.outcome {
            rows = vec![("undo.from".into(), owner_text(to))];
            let others = self.owners.iter().filter(|(owner, _)| **owner != to);
            rows.extend(others.map(|(owner, ids)| (format!("undo.owner.{}", owner_text(*owner)), joined(ids))));
        }
        let rows: Vec<(&str, String)> = rows.iter().map(|(name, ids)| (name.as_str(), ids.clone())).collect();
        let undo = self.request.url_here(&format!("{}/restoration", list.path()), list, &rows);
        let short = undo.len() <= LONGEST && !self.ids.is_empty();
        let flash = match self.outcome {
            Outcome::Did(Deed::Delete) if short => Flash::new(format!("{counted} moved to the bin")).with_undo(undo),
            Outcome::Did(Deed::Delete) => Flash::new(format!("{counted} moved to the bin, where they can be restored")),
            Outcome::Did(deed) => {
                let did = if let Deed::Extra(extra) = deed { extra.done } else { "assigned" };
                let flash = Flash::new(format!("{counted} {did}"));
                let short = short && (matches!(deed, Deed::Extra(_)) || rows.len() > 1);
                match own_undo.or_else(|| short.then_some(undo)).filter(|_| !self.ids.is_empty()) {
                    Some(url) => flash.with_undo(url),
                    None => flash,
                }
            }
            Outcome::Restored => Flash::new(format!("{counted} restored")),
            Outcome::GaveBack => Flash::new(format!("{counted} given back")),
        };
        let back = self.request.url_here(&list.path(), list, &[]);
        see_other_with(back, flash)
    }
}
