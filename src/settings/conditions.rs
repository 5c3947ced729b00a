//! Conditions on leads as forms of rules have them: rows of what is asked, how, and with what.

use crate::{
    leads::conditions::{Condition, Field, MOST, Test},
    ui::choices::Options,
    web::Fields,
};

/// A condition as typed.
#[derive(Clone, Debug, Default)]
pub struct Row {
    field: String,
    test: String,
    pub value: String,
    pub error: String,
}

impl Row {
    pub fn fields(&self) -> Options {
        let mut options = vec![(String::new(), "Nothing more".to_owned(), self.field.is_empty())];
        options.extend(Field::choices().into_iter().map(|(value, label)| (value.clone(), label, value == self.field)));
        options
    }

    pub fn tests(&self) -> Options {
        Test::choices().into_iter().map(|(value, label)| (value.clone(), label, value == self.test)).collect()
    }
}

/// All of a rule.
#[derive(Clone, Debug, Default)]
pub struct Rows(pub Vec<Row>);

impl Rows {
    pub fn of(conditions: &[Condition]) -> Self {
        let row = |c: &Condition| {
            let (field, test) = c.parts()?;
            let (field, test) = (field.text().into(), test.text().into());
            Some(Row { field, test, value: c.value.clone(), error: String::new() })
        };
        Self(conditions.iter().filter_map(row).collect())
    }

    /// With blank rows for further conditions.
    pub fn pad(&mut self) {
        let wanted = (self.0.len() + 2).clamp(3, MOST);
        self.0.resize(wanted, Row::default());
    }

    pub fn read(fields: &Fields) -> Self {
        let all = |name: &str| fields.all(name).map(str::to_owned).collect::<Vec<_>>();
        let (tests, values) = (all("test"), all("value"));
        let rows = all("field")
            .into_iter()
            .enumerate()
            .filter(|(at, field)| !field.is_empty() || values.get(*at).is_some_and(|v| !v.trim().is_empty()))
            .map(|(at, field)| Row {
                field,
                test: tests.get(at).cloned().unwrap_or_default(),
                value: values.get(at).cloned().unwrap_or_default(),
                error: String::new(),
            });
        Self(rows.take(MOST).collect())
    }

    /// Those that are valid; what is wrong stands in its row and among the errors.
    pub fn check(&mut self, errors: &mut Vec<(String, String)>) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (at, row) in self.0.iter_mut().enumerate() {
            let made = match (Field::parse(&row.field), Test::parse(&row.test)) {
                (Some(field), Some(test)) => Condition::new(field, test, &row.value),
                _ => Err("Choose what is asked and how it is compared.".into()),
            };
            match made {
                Ok(condition) => conditions.push(condition),
                Err(sentence) => {
                    row.error.clone_from(&sentence);
                    errors.push((format!("value-{at}"), sentence));
                }
            }
        }
        conditions
    }
}
