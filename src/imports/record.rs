//! One row as a record: the cells of its columns read and brought into one form.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use iso_currency::Currency;

use super::fields::{Field, Kind, Value};
use super::mapping::{Column, Plan, either};
use super::reader::Row;
use super::values::{self, Amount};
use super::{dates, words};

const DATE: &str = "%Y-%m-%d";
const MOMENT: &str = "%Y-%m-%dT%H:%M:%SZ";

/// What cells mean that do not say it themselves: the company's settings.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    /// The currency of amounts without one.
    pub currency: Currency,
    /// The zone of times without one.
    pub zone: Tz,
}

/// Why a row cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The line of the file on which the row starts, from 1.
    pub line: u64,
    /// The header of the column, where one cell is to blame.
    pub column: Option<String>,
    pub sentence: String,
}

/// A row by field key. Text is trimmed; dates are `2026-11-24`, moments `2026-11-24T09:30:00Z`, money
/// `123450 USD` in minor units, yes and no `true` and `false`; e-mails, phones, domains, tags and
/// texts filled by several columns have one entry each. Fields without a value are absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line of the file on which the row starts, from 1.
    pub line: u64,
    values: BTreeMap<&'static str, Vec<String>>,
}

impl Plan {
    /// Reads a row's cells.
    ///
    /// # Errors
    /// Every cell that cannot be read, or the fields of which none is filled.
    pub fn record(&self, row: &Row, defaults: &Defaults) -> Result<Record, Vec<Issue>> {
        let mut record = Record { line: row.line, values: BTreeMap::new() };
        let mut issues = Vec::new();
        let currency = match self.currency_of(row) {
            Ok(written) => written.or(self.currency).unwrap_or(defaults.currency),
            Err(issue) => {
                issues.push(issue);
                defaults.currency
            }
        };
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            let Some(field) = column.field.filter(|_| !cell.trim().is_empty()) else { continue };
            match read(field, column, cell, currency, defaults.zone) {
                Ok(found) => record.add(field.key, found),
                Err(sentence) => issues.push(Issue { line: row.line, column: Some(column.header.clone()), sentence }),
            }
        }
        record.complete(self.kind);
        let required = self.kind.required();
        if issues.is_empty() && !required.iter().any(|key| record.values.contains_key(key)) {
            let labels: Vec<&str> = required.iter().filter_map(|k| self.kind.field(k)).map(|f| f.label).collect();
            let sentence = format!("The row has no {}.", either(&labels));
            issues.push(Issue { line: row.line, column: None, sentence });
        }
        if issues.is_empty() { Ok(record) } else { Err(issues) }
    }

    fn currency_of(&self, row: &Row) -> Result<Option<Currency>, Issue> {
        let is_currency = |c: &Column| c.field.is_some_and(|f| f.value == Value::Currency);
        let Some(at) = self.columns.iter().position(is_currency) else { return Ok(None) };
        let cell = row.cells[at].trim();
        if values::is_placeholder(cell) {
            return Ok(None);
        }
        values::currency(cell).map(Some).map_err(|sentence| {
            let column = Some(self.columns[at].header.clone());
            Issue { line: row.line, column, sentence }
        })
    }
}

impl Record {
    /// All values of a field, in the order of their columns.
    pub fn get(&self, key: &str) -> &[String] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// The first value of a field.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).first().map(String::as_str)
    }

    /// The values of a field under one another: the lines of a street, a description's columns.
    pub fn lines(&self, key: &str) -> Option<String> {
        let lines = self.get(key);
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// A field of dates.
    pub fn date(&self, key: &str) -> Option<NaiveDate> {
        NaiveDate::parse_from_str(self.text(key)?, DATE).ok()
    }

    /// A field of moments, in UTC.
    pub fn moment(&self, key: &str) -> Option<NaiveDateTime> {
        NaiveDateTime::parse_from_str(self.text(key)?, MOMENT).ok()
    }

    /// A field of whole numbers.
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.text(key)?.parse().ok()
    }

    /// A field of yes or no.
    pub fn yes(&self, key: &str) -> Option<bool> {
        self.text(key)?.parse().ok()
    }

    /// A field of money.
    pub fn amount(&self, key: &str) -> Option<Amount> {
        let (minor, code) = self.text(key)?.split_once(' ')?;
        Some(Amount { minor: minor.parse().ok()?, currency: Currency::from_code(code)? })
    }

    fn add(&mut self, key: &'static str, found: Vec<String>) {
        for value in found {
            let values = self.values.entry(key).or_default();
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }

    fn set_if_absent(&mut self, key: &'static str, value: String) {
        self.values.entry(key).or_insert_with(|| vec![value]);
    }

    /// Fills what other fields tell: both forms of a name, a deal's status and its closing day.
    fn complete(&mut self, kind: Kind) {
        match kind {
            Kind::Users | Kind::Contacts | Kind::Leads => self.complete_name(),
            Kind::Accounts => {
                if let Some(revenue) = self.values.remove("annual_revenue_millions") {
                    self.values.insert("annual_revenue", revenue);
                }
            }
            Kind::Deals => self.complete_deal(),
            Kind::Tasks => {
                let closed = self.values.remove("is_closed").is_some_and(|v| v == ["true"]);
                if closed || self.text("done").is_some() {
                    self.set_if_absent("status", "done".to_owned());
                }
            }
            Kind::Products => {}
        }
    }

    fn complete_name(&mut self) {
        let parts = ["prefix", "given_name", "middle_name", "family_name", "suffix"];
        let joined = parts.iter().filter_map(|key| self.text(key)).collect::<Vec<_>>().join(" ");
        let has_parts = self.text("given_name").is_some() || self.text("family_name").is_some();
        if has_parts {
            self.set_if_absent("name", joined);
        } else if let Some((given, family)) = self.text("name").and_then(values::split_name) {
            // "Souza, Ana" is how lists sort; people are shown as they are called.
            if self.text("name").is_some_and(|n| n.contains(", ")) {
                self.values.insert("name", vec![format!("{given} {family}")]);
            }
            self.set_if_absent("given_name", given);
            self.set_if_absent("family_name", family);
        }
    }

    fn complete_deal(&mut self) {
        let flag = |v: Option<Vec<String>>| v.map(|v| v == ["true"]);
        let closed = flag(self.values.remove("is_closed"));
        let won = flag(self.values.remove("is_won"));
        let said = match (closed, won) {
            (_, Some(true)) => Some("won"),
            (Some(true), _) => Some("lost"),
            (Some(false), _) => Some("open"),
            _ => self.text("stage").and_then(words::deal_status),
        };
        if let Some(status) = said {
            self.set_if_absent("status", status.to_owned());
        }
        // Exports have one column for the day a deal is expected to close and the day it did.
        if let Some(day) = self.values.remove("close_date") {
            let over = matches!(self.text("status"), Some("won" | "lost"));
            self.values.entry(if over { "closed_on" } else { "expected_close" }).or_insert(day);
        }
    }
}

fn read(field: &Field, column: &Column, cell: &str, currency: Currency, zone: Tz) -> Result<Vec<String>, String> {
    let text = cell.trim();
    // Lists for spreadsheets hide what would be a formula behind a quotation mark.
    let text = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text);
    if field.value != Value::Text && values::is_placeholder(text) {
        return Ok(Vec::new());
    }
    let money = |millions| -> Result<String, String> {
        let amount = values::amount(text, column.decimal, currency, millions)?;
        Ok(format!("{} {}", amount.minor, amount.currency.code()))
    };
    let one = match field.value {
        Value::Emails => return values::emails(text),
        Value::Domains => return values::domains(text),
        Value::Phones => return Ok(values::phones(text)),
        Value::Tags => return Ok(values::tags(text)),
        Value::Lifecycle => return Ok(words::lifecycle(text)?.map(str::to_owned).into_iter().collect()),
        Value::DealStatus => return Ok(words::deal_status(text).map(str::to_owned).into_iter().collect()),
        Value::Text => text.to_owned(),
        Value::Date => dates::date(text, column.days)?.format(DATE).to_string(),
        Value::Moment => dates::moment(text, column.days, zone)?.format(MOMENT).to_string(),
        Value::Money => money(false)?,
        Value::Millions => money(true)?,
        Value::Integer => values::integer(text, column.decimal)?.to_string(),
        Value::YesNo => values::boolean(text)?.to_string(),
        Value::Currency => values::currency(text)?.code().to_owned(),
        Value::Industry => words::industry(text),
        Value::Role => words::role(text)?.to_owned(),
        Value::TaskStatus => words::task_status(text).to_owned(),
        Value::Priority => words::priority(text).to_owned(),
    };
    Ok(vec![one])
}

#[cfg(test)]
mod tests {
    use super::super::reader::Table;
    use super::*;

    fn records(kind: Kind, text: &str) -> Vec<Result<Record, Vec<Issue>>> {
        let table = Table::from_bytes(text.as_bytes().to_vec()).expect("a readable file");
        let mut plan = Plan::detect(kind, table.headers());
        plan.survey(&table, true);
        let defaults = Defaults { currency: Currency::EUR, zone: Tz::Europe__Berlin };
        table.rows().filter_map(Result::ok).map(|row| plan.record(&row, &defaults)).collect()
    }

    fn shown(record: &Record) -> String {
        record.values.iter().map(|(key, values)| format!("{key}={}", values.join("|"))).collect::<Vec<_>>().join("; ")
    }

    fn first(kind: Kind, text: &str) -> String {
        match records(kind, text).remove(0) {
            Ok(record) => shown(&record),
            Err(issues) => issues.into_iter().map(|i| i.sentence).collect::<Vec<_>>().join(" "),
        }
    }

    #[test]
    fn a_deal_closes_on_the_day_it_was_won_or_is_expected_to() {
        let text = "Deal Name,Stage,Close Date,Amount,Currency\nA,Closed Won,24.12.2025,\"1.234,50\",USD\n";
        assert_eq!(
            first(Kind::Deals, text),
            "amount=123450 USD; closed_on=2025-12-24; currency=USD; name=A; stage=Closed Won; status=won"
        );
        assert_eq!(
            first(Kind::Deals, "Name,Is Closed,Is Won,Close Date\nA,true,false,2025-12-24\n"),
            "closed_on=2025-12-24; name=A; status=lost"
        );
        assert_eq!(
            first(Kind::Deals, "Name,Stage,Close Date,Amount\nA,Offer,2025-12-24,5 £\n"),
            "amount=500 GBP; expected_close=2025-12-24; name=A; stage=Offer"
        );
    }

    #[test]
    fn revenue_in_millions_is_written_out() {
        let text = "account,sector,year_established,revenue,employees,office_location,subsidiary_of\nA,technolgy,1996,1100.04,2822,Kenya,B\n";
        assert_eq!(
            first(Kind::Accounts, text),
            "annual_revenue=110004000000 USD; country=Kenya; employees=2822; founded=1996; industry=Technology; name=A; parent=B"
        );
    }

    #[test]
    fn a_contact_has_both_forms_of_the_name_and_several_addresses() {
        let text = "Name,E-mail 1 - Value,E-mail 2 - Value,Phone,Group Membership\n\"Souza, Ana\",a@b.co ::: c@d.co,a@b.co,030 901820,* My Contacts ::: VIP\n";
        assert_eq!(
            first(Kind::Contacts, text),
            "email=a@b.co|c@d.co; family_name=Souza; given_name=Ana; name=Ana Souza; phone=030 901820; tags=VIP"
        );
        assert_eq!(
            first(Kind::Contacts, "First Name,Last Name\nAna,Souza\n"),
            "family_name=Souza; given_name=Ana; name=Ana Souza"
        );
    }

    #[test]
    fn every_bad_cell_is_named_with_its_column() {
        let found = records(Kind::Contacts, "Name,Email,Created\nA,nobody,soon\n,,\n");
        let issues = found[0].as_ref().err().cloned().unwrap_or_default();
        let columns: Vec<_> = issues.iter().map(|i| (i.line, i.column.as_deref().unwrap_or_default())).collect();
        assert_eq!(columns, [(2, "Email"), (2, "Created")]);
        assert_eq!(first(Kind::Accounts, "Name,Website,Employees\nA,n/a,-\n"), "name=A");
        assert_eq!(first(Kind::Accounts, "Name,Phone\n,030 901820\n"), "The row has no Name or Domains.");
    }

    #[test]
    fn typed_values_are_read_back() {
        let found = records(Kind::Deals, "Name,Amount,Engaged,Created\nA,12,2025-01-02,2025-01-02 10:00\n");
        let record = found[0].as_ref().expect("a good row");
        assert_eq!(record.amount("amount"), Some(Amount { minor: 1200, currency: Currency::EUR }));
        assert_eq!(record.date("engaged").map(|d| d.to_string()).as_deref(), Some("2025-01-02"));
        assert_eq!(record.moment("created").map(|d| d.to_string()).as_deref(), Some("2025-01-02 09:00:00"));
        assert_eq!(record.yes("deleted"), None);
    }
}
