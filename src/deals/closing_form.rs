//! The form that closes a deal: what was typed, and what is wrong with it.

use super::{
    Status,
    form::{amount, error},
    reasons::{self, Outcome, Reason},
    store::{Closing, Deal},
};
use crate::{
    db::types::{ReasonId, clean},
    ui::{Page, date},
    web::Fields,
};

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct ClosingForm {
    /// `won` or `lost`.
    pub outcome: String,
    pub on: String,
    pub amount: String,
    pub reason: String,
    pub competitor: String,
    pub note: String,
    pub errors: Vec<(String, String)>,
}

/// A valid closing.
pub struct Closed {
    pub outcome: Status,
    pub closing: Closing,
    pub amount: Option<i64>,
    pub competitor: Option<String>,
}

impl ClosingForm {
    pub fn blank(page: &Page, deal: &Deal, outcome: &str) -> Self {
        Self {
            outcome: outcome.to_owned(),
            on: deal.closed_on.unwrap_or_else(|| page.today()).to_string(),
            amount: deal.money().map(|m| page.locale.plain_amount(m)).unwrap_or_default(),
            reason: deal.close_reason_id.map(|id| id.to_string()).unwrap_or_default(),
            competitor: deal.competitor.clone().unwrap_or_default(),
            note: deal.close_note.clone().unwrap_or_default(),
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            outcome: own("outcome"),
            on: own("on"),
            amount: own("amount"),
            reason: own("reason"),
            competitor: own("competitor"),
            note: own("note"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }

    pub fn is_won(&self) -> bool {
        self.outcome == Status::Won.text()
    }

    /// The reasons on offer, by what they are for.
    pub fn reasons(&self, reasons: &[Reason]) -> Vec<(String, String, bool)> {
        Outcome::parse(&self.outcome)
            .map(|outcome| reasons::options(reasons, outcome, &self.reason))
            .unwrap_or_default()
    }

    pub fn check(&mut self, page: &Page, deal: &Deal, reasons: &[Reason]) -> Option<Closed> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        let outcome = Status::parse(&self.outcome).filter(|s| *s != Status::Open);
        if outcome.is_none() {
            wrong("outcome-won", "Say whether the deal is won or lost.".into());
        }
        // A day before the deal was added here is right too: what was signed on Friday is entered on Monday.
        let on = match date(&self.on) {
            Ok(Some(day)) if day <= page.today() => Some(day),
            Ok(Some(_)) => {
                wrong("on", "A deal closes today or on a day before: write the day it was decided.".into());
                None
            }
            Ok(None) => {
                wrong("on", "When was it decided? Write the day.".into());
                None
            }
            Err(sentence) => {
                wrong("on", sentence);
                None
            }
        };
        let amount = amount(page, &self.amount, deal.currency).unwrap_or_else(|sentence| {
            wrong("amount", sentence);
            None
        });
        if outcome == Some(Status::Won) && self.amount.trim().is_empty() {
            wrong("amount", "What is it worth? A won deal has an amount, if only 0.".into());
        }
        let reason_id = self.reason.parse().ok().map(ReasonId);
        let reason = reasons.iter().find(|r| Some(r.id) == reason_id);
        if outcome.is_some() && reason.map(|r| r.outcome) != outcome.and_then(Outcome::of) {
            wrong("reason", "Choose the main reason: what is learnt from closed deals rests on it.".into());
        }
        for (id, label, text, most) in
            [("competitor", "competitor", &self.competitor, 200), ("note", "note", &self.note, 5000)]
        {
            if text.chars().count() > most {
                wrong(id, format!("The {label} is longer than {most} signs: shorten it."));
            }
        }
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let note = self.note.trim();
        Some(Closed {
            outcome: outcome?,
            closing: Closing { on: on?, reason_id, note: (!note.is_empty()).then(|| note.to_owned()) },
            amount,
            competitor: clean(&self.competitor),
        })
    }
}
