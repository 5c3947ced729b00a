//! Conditions on a lead, as assignment and scoring rules have them: what can be asked, how it is compared, and the facts.

use crate::{
    accounts,
    auth::{How, Viewer},
    contacts::Contact,
    db::{
        Conn,
        schema::{form_submissions, products},
        types::{clean, fold},
    },
    error::{Error, Result},
    text_enum,
    ui::choices,
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Conditions that a rule has at most.
pub const MOST: usize = 8;

text_enum! {
    /// What can be asked about a lead.
    Field {
        Source = "source", "Source";
        Campaign = "campaign", "Campaign";
        Rating = "rating", "Rating";
        Country = "country", "Country";
        JobTitle = "job_title", "Job title";
        Domain = "domain", "Mail domain";
        Tag = "tag", "Tag";
        Industry = "industry", "Industry";
        Employees = "employees", "Employees";
        Interest = "interest", "Product of interest";
    }
}

text_enum! {
    /// How it is compared. Case and accents do not matter; commas part several values.
    Test {
        Is = "is", "is any of";
        Has = "has", "has the word";
        AtLeast = "at_least", "is at least";
        AtMost = "at_most", "is at most";
        Known = "known", "is known";
        Unknown = "unknown", "is not known";
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    field: String,
    test: String,
    /// As it was typed.
    pub value: String,
}

/// A condition with what the lead has, and whether it holds.
#[derive(Clone, Debug)]
pub struct Checked {
    pub words: String,
    pub has: String,
    pub holds: bool,
}

impl Condition {
    /// # Errors
    /// A sentence for the row.
    pub fn new(field: Field, test: Test, value: &str) -> Result<Self, String> {
        let value = clean(value).unwrap_or_default();
        let numeric = matches!(test, Test::AtLeast | Test::AtMost);
        if numeric && value.parse::<i64>().is_err() {
            return Err(format!("“{}” needs a whole number: write it like 250.", test.label()));
        }
        let counts = field == Field::Employees;
        if numeric && !counts {
            return Err(format!("{} is no number: choose “is any of” or “has the word”.", field.label()));
        }
        if counts && test == Test::Has {
            return Err(format!("{} is a number: choose “is at least” or “is at most”.", field.label()));
        }
        if field == Field::Country && test == Test::Is {
            // Names may be in any language; a code that there is not fits no lead.
            let codes = value.split(',').map(str::trim).filter(|v| v.len() == 2 && v.is_ascii());
            if let Some(wrong) = codes.into_iter().find(|code| choices::country_code(code).is_none()) {
                return Err(format!("There is no country “{wrong}”: write a name, or a code such as DE."));
            }
        }
        if value.is_empty() && !matches!(test, Test::Known | Test::Unknown) {
            return Err(format!("What should {} be compared with? Write it.", field.label().to_lowercase()));
        }
        if value.chars().count() > 500 {
            return Err("This is longer than 500 signs: shorten it.".into());
        }
        Ok(Self { field: field.text().into(), test: test.text().into(), value })
    }

    /// `None` when the program that wrote it knew more.
    pub fn parts(&self) -> Option<(Field, Test)> {
        Field::parse(&self.field).zip(Test::parse(&self.test))
    }

    /// "Country is any of Germany, Austria"
    pub fn words(&self) -> String {
        match self.parts() {
            Some((field, test @ (Test::Known | Test::Unknown))) => format!("{} {}", field.label(), test.label()),
            Some((field, test)) => format!("{} {} {}", field.label(), test.label(), self.value),
            None => "A condition that this version does not know".into(),
        }
    }

    pub fn check(&self, facts: &Facts) -> Checked {
        let Some((field, test)) = self.parts() else {
            return Checked { words: self.words(), has: String::new(), holds: false };
        };
        let own = facts.of(field);
        let numbers = || own.iter().filter_map(|v| v.parse::<i64>().ok());
        let asked = self.value.parse::<i64>().unwrap_or(i64::MAX);
        let wanted: Vec<String> = self.value.split(',').filter_map(clean).map(|v| fold(&v)).collect();
        let holds = match test {
            Test::Known => !own.is_empty(),
            Test::Unknown => own.is_empty(),
            Test::Is if field == Field::Country => {
                let code = |v: &str| choices::country_code(v).unwrap_or_else(|| fold(v));
                own.iter().any(|v| wanted.iter().any(|w| code(w) == code(v)))
            }
            Test::Is => own.iter().any(|v| wanted.contains(&fold(v))),
            Test::Has => own.iter().any(|v| {
                let text = fold(v);
                let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
                wanted.iter().any(|w| words.contains(&w.as_str()) || w.contains(' ') && text.contains(w.as_str()))
            }),
            Test::AtLeast => numbers().any(|n| n >= asked),
            Test::AtMost => numbers().any(|n| n <= asked),
        };
        Checked { words: self.words(), has: own.join(", "), holds }
    }
}

/// Reads the conditions that a rule keeps as JSON.
pub fn read(kept: &str) -> Result<Vec<Condition>> {
    serde_json::from_str(kept).map_err(|e| Error::Internal(e.into()))
}

pub fn write(conditions: &[Condition]) -> Result<String> {
    serde_json::to_string(conditions).map_err(|e| Error::Internal(e.into()))
}

/// What is known of a lead.
#[derive(Clone, Debug, Default)]
pub struct Facts(Vec<(Field, String)>);

impl Facts {
    /// Those of a lead and the account it belongs to, whoever may see that one: rules are the company's.
    pub fn load(conn: &mut Conn, lead: &Contact) -> Result<Self> {
        let mut facts = Self::default();
        let mut add = |field: Field, value: Option<String>| {
            facts.0.extend(value.filter(|v| !v.is_empty()).map(|value| (field, value)));
        };
        add(Field::Source, lead.source.clone());
        add(Field::Campaign, lead.campaign.clone());
        add(Field::Rating, lead.rating.map(|r| r.label().to_owned()));
        add(Field::JobTitle, lead.job_title.clone());
        add(Field::Country, Some(lead.address.country.clone()));
        for email in &lead.emails {
            add(Field::Domain, email.rsplit_once('@').map(|(_, host)| host.to_lowercase()));
        }
        for tag in &lead.tags {
            add(Field::Tag, Some(tag.clone()));
        }
        // What they said in a web form themselves.
        let said: Option<(Option<i64>, Option<String>)> = form_submissions::table
            .left_join(products::table.on(products::id.nullable().eq(form_submissions::product_id)))
            .filter(form_submissions::contact_id.eq(lead.id))
            .order(form_submissions::id.desc())
            .select((form_submissions::employees, products::name.nullable()))
            .first(conn)
            .optional()?;
        if let Some((employees, product)) = said {
            add(Field::Employees, employees.map(|n| n.to_string()));
            add(Field::Interest, product);
        }
        let rules = Viewer::system(How::System);
        match lead.account_id.map(|id| accounts::get(conn, &rules, id)) {
            Some(Ok(account)) => {
                add(Field::Industry, account.industry);
                add(Field::Employees, account.employees.map(|n| n.to_string()));
                for address in account.addresses {
                    add(Field::Country, Some(address.country));
                }
            }
            None | Some(Err(Error::NotFound)) => {}
            Some(Err(error)) => return Err(error),
        }
        Ok(facts)
    }

    fn of(&self, field: Field) -> Vec<String> {
        self.0.iter().filter(|(of, _)| *of == field).map(|(_, value)| value.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_compare_as_people_mean_them() {
        let facts = Facts(vec![
            (Field::Country, "Österreich".into()),
            (Field::JobTitle, "Head of Quality".into()),
            (Field::Employees, "250".into()),
        ]);
        for (field, test, value, holds) in [
            (Field::Country, Test::Is, "Deutschland, osterreich", true),
            (Field::Country, Test::Is, "Deutschland", false),
            (Field::JobTitle, Test::Has, "quality", true),
            (Field::JobTitle, Test::Has, "qual", false),
            (Field::JobTitle, Test::Has, "head of", true),
            (Field::Employees, Test::AtLeast, "250", true),
            (Field::Employees, Test::AtMost, "249", false),
            (Field::Source, Test::Unknown, "", true),
            (Field::Country, Test::Is, "AT, Germany", false),
        ] {
            let condition = Condition::new(field, test, value).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(condition.check(&facts).holds, holds, "{}", condition.words());
        }
        let austria = Facts(vec![(Field::Country, "Austria".into())]);
        assert!(Condition::new(Field::Country, Test::Is, "at").is_ok_and(|c| c.check(&austria).holds));
        assert!(Condition::new(Field::Country, Test::Is, "Austria, XX").is_err());
        assert!(Condition::new(Field::Employees, Test::Has, "250").is_err());
        assert!(Condition::new(Field::Source, Test::AtLeast, "1").is_err());
        assert!(Condition::new(Field::Employees, Test::AtLeast, "many").is_err());
        assert!(Condition::new(Field::Source, Test::Is, " , ").is_ok_and(|c| !c.check(&facts).holds));
    }
}
