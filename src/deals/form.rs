//! The deal form: what was typed, and what is wrong with it.

use super::{
    Category, Status,
    pipelines::{Known, Pipeline},
    store::{self, Deal, Input},
};
use crate::{
    db::types::{AccountId, PipelineId, StageId, UserId, clean},
    records::tags,
    ui::{Page, PersonField, choices, date},
    web::{Fields, conflict::Entry},
};
use chrono::NaiveDate;
use iso_currency::Currency;

/// As typed.
#[derive(Clone, Debug, Default)]
pub struct DealForm {
    pub name: String,
    pub account: String,
    /// Name of the chosen account, for the select.
    pub account_name: String,
    /// It decides the pipeline as well.
    pub stage: String,
    pub amount: String,
    pub currency: String,
    pub expected_close: String,
    pub owner: String,
    pub source: String,
    pub category: String,
    pub next_step: String,
    pub next_step_on: String,
    pub competitor: String,
    pub description: String,
    pub tags: String,
    /// The values that the form was first drawn with (`web::conflict::was`); empty for a new record.
    pub was: String,
    /// (id of the field, sentence)
    pub errors: Vec<(String, String)>,
}

impl DealForm {
    /// A blank form, owned by whoever opens it, at the start of the pipeline.
    pub fn blank(page: &Page, known: &Known, fields: &Fields) -> Self {
        let asked = fields.id("pipeline").and_then(|id| known.pipeline(PipelineId(id)));
        let pipeline = asked.or_else(|| known.0.first());
        let first = pipeline.and_then(|p| p.open().next());
        let stage = fields.id("stage").and_then(|id| pipeline?.open().find(|s| s.id.0 == id)).or(first);
        Self {
            name: fields.one("name").to_owned(),
            account: fields.one("account").to_owned(),
            stage: stage.map(|s| s.id.to_string()).unwrap_or_default(),
            currency: page.currency().code().into(),
            owner: page.me.id.to_string(),
            ..Self::default()
        }
    }

    pub fn of(deal: &Deal, page: &Page) -> Self {
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        Self {
            name: deal.name.clone(),
            account: deal.account_id.map(|id| id.to_string()).unwrap_or_default(),
            account_name: deal.account.as_ref().map(|a| a.name.clone()).unwrap_or_default(),
            stage: deal.stage_id.to_string(),
            amount: deal.money().map(|m| page.locale.plain_amount(m)).unwrap_or_default(),
            currency: deal.currency.code().into(),
            expected_close: day(deal.expected_close),
            owner: deal.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            source: own(&deal.source),
            category: deal.category.map(|c| c.text().to_owned()).unwrap_or_default(),
            next_step: own(&deal.next_step),
            next_step_on: day(deal.next_step_on),
            competitor: own(&deal.competitor),
            description: deal.description.clone(),
            tags: deal.tags.join(", "),
            was: String::new(),
            errors: Vec::new(),
        }
    }

    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.one(name).to_owned();
        Self {
            name: own("name"),
            account: own("account"),
            account_name: String::new(),
            stage: own("stage"),
            amount: own("amount"),
            currency: own("currency"),
            expected_close: own("expected_close"),
            owner: fields.person("owner"),
            source: own("source"),
            category: own("category"),
            next_step: own("next_step"),
            next_step_on: own("next_step_on"),
            competitor: own("competitor"),
            description: own("description"),
            tags: own("tags"),
            was: own("was"),
            errors: Vec::new(),
        }
    }

    pub fn error(&self, id: &str) -> &str {
        error(&self.errors, id)
    }

    /// The valid input, or `None` with the errors filled in. `before` is the deal that is edited.
    pub fn check(&mut self, page: &Page, known: &Known, before: Option<&Deal>) -> Option<Input> {
        let mut errors: Vec<(String, String)> = Vec::new();
        let mut wrong = |id: &str, sentence: String| errors.push((id.to_owned(), sentence));
        let name = clean(&self.name);
        if name.is_none() {
            wrong("name", "What is being sold? Write a name, such as “Line 4 retrofit”.".into());
        }
        for (id, label, text, most) in [
            ("name", "name", &self.name, 250),
            ("source", "source", &self.source, 120),
            ("next_step", "next step", &self.next_step, 250),
            ("competitor", "competitor", &self.competitor, 200),
            ("description", "description", &self.description, 20_000),
        ] {
            if text.chars().count() > most {
                wrong(id, format!("The {label} is longer than {most} signs: shorten it."));
            }
        }
        let currency = match currency(&self.currency, page, before.map(|b| b.currency)) {
            Ok(currency) => currency,
            Err(sentence) => {
                wrong("currency", sentence);
                page.currency()
            }
        };
        if let Some(deal) = before.filter(|b| b.priced && b.currency != currency) {
            wrong("currency", store::currency_stays(deal));
        }
        let amount = amount(page, &self.amount, currency).unwrap_or_else(|sentence| {
            wrong("amount", sentence);
            None
        });
        let mut day = |id: &str, typed: &str| {
            date(typed).unwrap_or_else(|sentence| {
                wrong(id, sentence);
                None
            })
        };
        let expected_close = day("expected_close", &self.expected_close);
        let next_step_on = day("next_step_on", &self.next_step_on);
        if next_step_on.is_some() && clean(&self.next_step).is_none() {
            wrong("next_step", "What happens on that day? Write the step, or take its date away.".into());
        }
        let owner_id = page.owner(&self.owner, before.and_then(|b| b.owner_id)).unwrap_or_else(|sentence| {
            wrong("owner", sentence);
            None
        });
        if let Some(owner) = owner_id {
            self.owner = owner.to_string();
        }
        let place = self.place(known, before).map_err(|(id, sentence)| wrong(id, sentence)).ok();
        self.errors = errors;
        if !self.errors.is_empty() {
            return None;
        }
        let (pipeline_id, stage_id) = place?;
        Some(Input {
            name: name?,
            account_id: self.account.parse().ok().map(AccountId),
            pipeline_id,
            stage_id,
            amount,
            currency,
            expected_close,
            owner_id,
            source: clean(&self.source),
            // Closing says that a deal is closed, not its category.
            category: Category::parse(&self.category).filter(|c| *c != Category::Closed),
            next_step: clean(&self.next_step),
            next_step_on,
            competitor: clean(&self.competitor),
            closing: None,
            description: self.description.trim().to_owned(),
            tags: tags::parse(&self.tags),
        })
    }

    /// The pipeline and the stage: a closed deal keeps its own, an open one may take any open stage.
    fn place(&self, known: &Known, before: Option<&Deal>) -> Result<(PipelineId, StageId), (&'static str, String)> {
        if let Some(deal) = before.filter(|d| d.status != Status::Open) {
            return Ok((deal.pipeline_id, deal.stage_id));
        }
        match self.stage.parse().ok().and_then(|id| known.stage(StageId(id))) {
            Some((pipeline, stage)) if stage.kind == Status::Open => Ok((pipeline.id, stage.id)),
            Some((_, stage)) => Err((
                "stage",
                format!("{} closes the deal, which asks for a reason: choose an open stage.", stage.name),
            )),
            None => Err(("stage", "Choose the stage that the deal is in.".into())),
        }
    }

    /// Every field with its label, for comparing two versions.
    pub fn entries(&self, page: &Page, known: &Known) -> Vec<Entry> {
        let owner = self.owner.parse().ok().map(UserId);
        let stage = self.stage.parse().ok().and_then(|id| known.stage(StageId(id)));
        let category = Category::parse(&self.category).map_or("From the stage", Category::label);
        vec![
            Entry::new("name", "Name", &self.name),
            Entry::choice("account", "Account", &self.account, &self.account_name),
            Entry::choice("stage", "Stage", &self.stage, stage.map_or(String::new(), |(p, s)| known.label(p, s))),
            Entry::new("amount", "Amount", &self.amount),
            Entry::new("currency", "Currency", &self.currency),
            Entry::new("expected_close", "Expected close", &self.expected_close),
            Entry::choice("owner", "Owner", &self.owner, page.directory.name(owner)),
            Entry::new("source", "Source", &self.source),
            Entry::choice("category", "Forecast", &self.category, category),
            Entry::new("next_step", "Next step", &self.next_step),
            Entry::new("next_step_on", "Next step on", &self.next_step_on),
            Entry::new("competitor", "Competitor", &self.competitor),
            Entry::new("tags", "Tags", &self.tags),
            Entry::new("description", "Description", &self.description),
        ]
    }

    pub fn owners(&self, page: &Page) -> PersonField {
        page.owners(&self.owner)
    }

    pub fn categories(&self) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "From the stage".to_owned(), self.category.is_empty())];
        let open = Category::choices().into_iter().filter(|(value, _)| value != Category::Closed.text());
        options.extend(open.map(|(value, label)| (value.clone(), label, value == self.category)));
        options
    }

    /// The open stages to choose from, those of each pipeline under its name where there are several; a closed deal's
    /// own.
    pub fn stages(&self, known: &Known, closed: bool) -> Vec<(String, choices::Options)> {
        let of = |pipeline: &Pipeline| -> choices::Options {
            let all = pipeline.stages.iter().map(|s| (s.kind, s.id.to_string(), s.name.clone()));
            all.map(|(kind, id, name)| (kind, id == self.stage, id, name))
                .filter(|(kind, chosen, ..)| if closed { *chosen } else { *kind == Status::Open })
                .map(|(_, chosen, id, name)| (id, name, chosen))
                .collect()
        };
        let name = |pipeline: &Pipeline| if known.0.len() > 1 { pipeline.name.clone() } else { String::new() };
        known.0.iter().map(|p| (name(p), of(p))).filter(|(_, stages)| !stages.is_empty()).collect()
    }

    /// Every currency, those that the company has a rate of first.
    pub fn currencies(&self, used: &[Currency]) -> Vec<(String, String, bool)> {
        choices::currencies(&self.currency, used)
    }

    /// The first options of the account select; typing asks for more.
    pub fn accounts(&self, known: &[(AccountId, String)]) -> Vec<(String, String, bool)> {
        let mut options = vec![(String::new(), "No account".to_owned(), self.account.is_empty())];
        if !self.account.is_empty() && !known.iter().any(|(id, _)| id.to_string() == self.account) {
            options.push((self.account.clone(), self.account_name.clone(), true));
        }
        options.extend(known.iter().map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == self.account)));
        options
    }
}

/// The sentence for a field, empty when it is right.
pub(super) fn error<'a>(errors: &'a [(String, String)], id: &str) -> &'a str {
    errors.iter().find(|(field, _)| field == id).map_or("", |(_, sentence)| sentence.as_str())
}

/// An ISO 4217 code that people pay with, or the one it was `before`; nothing typed means the company's.
fn currency(typed: &str, page: &Page, before: Option<Currency>) -> Result<Currency, String> {
    match clean(typed) {
        None => Ok(page.currency()),
        Some(code) => Currency::from_code(&code.to_uppercase())
            .filter(|c| choices::circulates(*c) || Some(*c) == before)
            .ok_or_else(|| format!("“{code}” is not a currency: write its code, such as EUR.")),
    }
}

/// An amount of zero or more, in minor units; nothing typed is none.
pub(super) fn amount(page: &Page, typed: &str, currency: Currency) -> Result<Option<i64>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    match page.locale.amount(typed, currency)?.minor {
        minor if minor < 0 => Err("An amount is zero or more: take the minus away.".into()),
        minor => Ok(Some(minor)),
    }
}
