//! The dialogs that qualify and disqualify: what was typed, and what is wrong with it.

use super::{Decision, NewDeal, Place};
use crate::{
    contacts::Contact,
    db::types::{AccountId, ReasonId, StageId, clean},
    deals::{
        Status,
        pipelines::Known,
        reasons::{Outcome, Reason},
    },
    leads::frameworks::Question,
    ui::{Page, choices, date},
    web::Fields,
};
use chrono::NaiveDate;
use iso_currency::Currency;

/// Signs that an answer has at most.
const LONGEST: usize = 2000;

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct QualifyForm {
    /// The number of an account, `new`, `other` or nothing.
    pub account: String,
    /// The name of the new one.
    pub account_name: String,
    /// The other one.
    pub account_other: String,
    pub deal_name: String,
    pub stage: String,
    pub amount: String,
    pub currency: String,
    pub expected_close: String,
    /// Each question with its answer.
    pub answers: Vec<(Question, String)>,
    pub errors: Vec<(String, String)>,
}

impl QualifyForm {
    /// As it first opens: the first candidate is chosen, else a new account where the company is known.
    pub fn blank(
        page: &Page,
        known: &Known,
        lead: &Contact,
        candidates: &[(AccountId, String, String)],
        company: &str,
        answers: Vec<(Question, String)>,
    ) -> Self {
        // Where they are they stay, be it out of this reader's sight.
        let first = candidates.first().filter(|(id, ..)| lead.account_id.is_none_or(|own| own == *id));
        let of = first.map_or(company, |(_, name, _)| name.as_str());
        let stage = known.0.first().and_then(|p| p.open().next());
        Self {
            account: match first {
                Some((id, ..)) => id.to_string(),
                None if !company.is_empty() && lead.account_id.is_none() => "new".into(),
                None => String::new(),
            },
            account_name: company.to_owned(),
            deal_name: if of.is_empty() { lead.name.clone() } else { of.to_owned() },
            stage: stage.map(|s| s.id.to_string()).unwrap_or_default(),
            currency: page.currency().code().into(),
            answers,
            ..Self::default()
        }
    }

    pub fn read(fields: &Fields, questions: &[Question]) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        let answers = questions.iter().map(|q| (q.clone(), own(&format!("q-{}", q.id)))).collect();
        Self {
            account: own("account"),
            account_name: own("account_name"),
            account_other: own("account_other"),
            deal_name: own("deal_name"),
            stage: own("stage"),
            amount: own("amount"),
            currency: own("currency"),
            expected_close: own("expected_close"),
            answers,
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }

    /// What is decided, or `None` with the errors filled in. Without `with_deal` the fields of the deal say nothing.
    pub fn check(&mut self, page: &Page, known: &Known, with_deal: bool) -> Option<Decision> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: &str| errors.push((id.to_owned(), sentence.to_owned()));
        let place = match self.account.as_str() {
            "" => Place::AsIs,
            "new" => match clean(&self.account_name) {
                Some(name) if name.chars().count() <= 250 => Place::New(name),
                Some(_) => {
                    wrong("account_name", "The name is longer than 250 signs: shorten it.");
                    Place::AsIs
                }
                None => {
                    wrong("account_name", "What is the company called? Write its name, or choose another line.");
                    Place::AsIs
                }
            },
            "other" => match self.account_other.parse() {
                Ok(id) => Place::At(AccountId(id)),
                Err(_) => {
                    wrong("account_other", "Choose the account, or another line.");
                    Place::AsIs
                }
            },
            id => id.parse().map_or(Place::AsIs, |id| Place::At(AccountId(id))),
        };
        let deal = if with_deal { self.deal(page, known, &mut wrong) } else { None };
        let mut answers = Vec::new();
        for (question, answer) in &self.answers {
            if answer.chars().count() > LONGEST {
                wrong(&format!("q-{}", question.id), "This is longer than 2,000 signs: shorten it.");
            }
            answers.push((question.id, answer.trim().to_owned()));
        }
        self.errors = errors;
        self.errors.is_empty().then_some(Decision { place, deal, answers })
    }

    fn deal(&self, page: &Page, known: &Known, wrong: &mut impl FnMut(&str, &str)) -> Option<NewDeal> {
        let name = clean(&self.deal_name).filter(|n| n.chars().count() <= 250);
        if name.is_none() {
            wrong("deal_name", "What might be sold? Write a name of at most 250 signs.");
        }
        let stage = self.stage.parse().ok().and_then(|id| known.stage(StageId(id)));
        let stage = stage.filter(|(_, stage)| stage.kind == Status::Open);
        if stage.is_none() {
            wrong("stage", "Choose the stage that the deal starts in.");
        }
        let currency = Currency::from_code(&self.currency).filter(|c| choices::circulates(*c));
        if currency.is_none() {
            wrong("currency", "Choose the currency of the amount.");
        }
        let mut amount = None;
        if let (Some(typed), Some(currency)) = (clean(&self.amount), currency) {
            match page.locale.amount(&typed, currency) {
                Ok(money) if money.minor < 0 => wrong("amount", "An amount is zero or more: take the minus away."),
                Ok(money) => amount = Some(money.minor),
                Err(sentence) => wrong("amount", &sentence),
            }
        }
        let expected_close = match date(&self.expected_close) {
            Ok(day) => day,
            Err(sentence) => {
                wrong("expected_close", &sentence);
                None
            }
        };
        let (pipeline, stage) = stage?;
        Some(NewDeal {
            name: name?,
            pipeline_id: pipeline.id,
            stage_id: stage.id,
            amount,
            currency: currency?,
            expected_close,
        })
    }

    /// Open stages, those of each pipeline under its name where there are several.
    pub fn stages(&self, known: &Known) -> Vec<(String, choices::Options)> {
        let name = |name: &str| if known.0.len() > 1 { name.to_owned() } else { String::new() };
        let of = |p: &crate::deals::pipelines::Pipeline| {
            p.open().map(|s| (s.id.to_string(), s.name.clone(), s.id.to_string() == self.stage)).collect()
        };
        known.0.iter().map(|p| (name(&p.name), of(p))).collect()
    }

    pub fn currencies(&self, first: &[Currency]) -> choices::Options {
        // The codes alone: they stand beside the amount.
        choices::currencies(&self.currency, first).into_iter().map(|(code, _, on)| (code.clone(), code, on)).collect()
    }
}

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct DisqualifyForm {
    pub reason: String,
    pub note: String,
    pub back_on: String,
    pub errors: Vec<(String, String)>,
}

impl DisqualifyForm {
    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self { reason: own("reason"), note: own("note"), back_on: own("back_on"), errors: Vec::new() }
    }

    pub fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }

    pub fn check(&mut self, page: &Page, reasons: &[Reason]) -> Option<(ReasonId, String, Option<NaiveDate>)> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: &str| errors.push((id.to_owned(), sentence.to_owned()));
        let reason = reasons
            .iter()
            .find(|r| r.outcome == Outcome::Disqualified && r.id.to_string() == self.reason)
            .map(|r| r.id);
        if reason.is_none() {
            wrong("reason", "Choose the reason: what is learnt about where leads come from rests on it.");
        }
        if self.note.chars().count() > 5000 {
            wrong("note", "The note is longer than 5,000 signs: shorten it.");
        }
        let back_on = match date(&self.back_on) {
            Ok(Some(on)) if on <= page.today() => {
                wrong("back_on", "Choose a day after today, or leave it empty.");
                None
            }
            Ok(on) => on,
            Err(sentence) => {
                wrong("back_on", &sentence);
                None
            }
        };
        self.errors = errors;
        if self.errors.is_empty() { Some((reason?, self.note.clone(), back_on)) } else { None }
    }
}

fn error<'a>(errors: &'a [(String, String)], id: &str) -> &'a str {
    errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
}
