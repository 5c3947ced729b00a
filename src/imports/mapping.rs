//! Which column fills which field: found out from the headers, overruled by a mapping file.

use std::collections::{HashMap, HashSet};

use iso_currency::Currency;

use super::dates::{self, DayOrder};
use super::fields::{Field, Kind, Value};
use super::reader::Table;
use super::source::Source;
use super::values::DecimalMark;
use super::words::{is_slip_of, match_key, nearest};

/// The last two columns of a file of bad rows, which are left out when it comes back mended.
pub const BAD_ROW_COLUMNS: (&str, &str) = ("Line", "Reason");

/// How a column came to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The header is one of the field's names.
    Named,
    /// The header looks like one of them with a slip in it.
    Guessed,
    /// The mapping file says so.
    Told,
}

/// What is done with one column of the file.
#[derive(Debug, Clone)]
pub struct Column {
    pub header: String,
    /// `None` when the column is left out.
    pub field: Option<&'static Field>,
    pub found: Found,
    /// The order of day and month in its dates, once [`Plan::survey`] has seen all of them.
    pub days: DayOrder,
    /// The decimal mark in its numbers, likewise.
    pub decimal: Option<DecimalMark>,
}

/// How a file's columns fill the fields of one kind of record.
#[derive(Debug, Clone)]
pub struct Plan {
    pub kind: Kind,
    pub source: Source,
    /// One for each header of the file, in its order.
    pub columns: Vec<Column>,
    /// The currency that amounts without one are known to be in.
    pub currency: Option<Currency>,
}

/// What a whole file holds, counted before anything is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Rows with as many cells as the header.
    pub rows: u64,
    /// Rows that cannot be read.
    pub bad_rows: u64,
    /// What was decided for lack of proof, as sentences.
    pub notes: Vec<String>,
}

impl Plan {
    /// Maps the columns by their headers alone.
    pub fn detect(kind: Kind, headers: &[String]) -> Self {
        Self::build(kind, headers, &[])
    }

    /// Maps the columns by a mapping file's pairs of header and field ("-" leaves a column out), and
    /// the columns it does not name by their headers.
    ///
    /// # Errors
    /// One sentence when a pair names a header or field that does not exist.
    pub fn with_mapping(kind: Kind, headers: &[String], told: &[(String, String)]) -> Result<Self, String> {
        let pairs =
            told.iter().map(|(header, field)| Ok((position(header, headers)?, told_field(kind, header, field)?)));
        Ok(Self::build(kind, headers, &pairs.collect::<Result<Vec<_>, String>>()?))
    }

    fn build(kind: Kind, headers: &[String], told: &[(usize, Option<&'static Field>)]) -> Self {
        let keys: Vec<String> = headers.iter().map(|h| match_key(h)).collect();
        let source = Source::of(&keys);
        let mut columns: Vec<Column> = headers.iter().map(|h| Column::left_out(h)).collect();
        if let [.., line, reason] = columns.as_mut_slice()
            && (line.header.as_str(), reason.header.as_str()) == BAD_ROW_COLUMNS
        {
            (line.found, reason.found) = (Found::Told, Found::Told);
        }
        for &(at, field) in told {
            (columns[at].field, columns[at].found) = (field, Found::Told);
        }
        let mut matches = named_matches(kind, source, &keys);
        // The best name first, so that of two columns for one value the better one is taken.
        matches.sort_by_key(|m| m.rank);
        for Match { column, field, .. } in matches {
            if columns[column].is_open() && has_room(&columns, field) {
                columns[column].field = Some(field);
            }
        }
        let guesses = Guesses::new(kind);
        for at in 0..columns.len() {
            if let Some(field) = guesses.field(&headers[at], &keys[at])
                && columns[at].is_open()
                && has_room(&columns, field)
            {
                (columns[at].field, columns[at].found) = (Some(field), Found::Guessed);
            }
        }
        let currency = (source == Source::Maven).then_some(Currency::USD);
        Self { kind, source, columns, currency }
    }

    /// The headers of columns that fill nothing, without those that the mapping file leaves out.
    pub fn unmapped(&self) -> Vec<&str> {
        let open = self.columns.iter().filter(|c| c.is_open());
        open.map(|c| c.header.as_str()).collect()
    }

    /// Says what is missing when no column fills any of the fields without which no row can be used.
    pub fn missing(&self) -> Option<String> {
        let wanted = self.kind.required();
        let filled = self.columns.iter().filter_map(|c| c.field).any(|f| wanted.contains(&f.key));
        (!filled).then(|| {
            let labels: Vec<&str> = wanted.iter().filter_map(|k| self.kind.field(k)).map(|f| f.label).collect();
            let kind = self.kind;
            format!("No column can fill {} of the {kind}: name one in a mapping file.", either(&labels))
        })
    }

    /// Reads the whole file once: counts its rows, and finds out the order of day and month and the
    /// decimal mark of each column. `day_first` is what dates mean that could be either.
    pub fn survey(&mut self, table: &Table, day_first: bool) -> Survey {
        let mut survey = Survey::default();
        let mut shown: Vec<Shown> = self.columns.iter().map(|_| Shown::default()).collect();
        for row in table.rows() {
            let Ok(row) = row else {
                survey.bad_rows += 1;
                continue;
            };
            survey.rows += 1;
            for ((column, shown), cell) in self.columns.iter().zip(&mut shown).zip(&row.cells) {
                match column.field.map(|f| f.value) {
                    Some(Value::Date | Value::Moment) => shown.see_date(cell),
                    Some(Value::Money | Value::Millions | Value::Integer) => {
                        shown.decimal = shown.decimal.or_else(|| DecimalMark::of(cell));
                    }
                    _ => {}
                }
            }
        }
        let (usual, first) = if day_first { (DayOrder::DayFirst, "day") } else { (DayOrder::MonthFirst, "month") };
        for (column, shown) in self.columns.iter_mut().zip(shown) {
            column.days = shown.days.unwrap_or(usual);
            column.decimal = shown.decimal;
            if shown.days.is_none() && shown.ambiguous {
                let header = &column.header;
                survey.notes.push(format!("The dates in \"{header}\" are read with the {first} first."));
            }
        }
        survey
    }
}

/// What the cells of one column have shown so far.
#[derive(Default)]
struct Shown {
    days: Option<DayOrder>,
    ambiguous: bool,
    decimal: Option<DecimalMark>,
}

impl Shown {
    fn see_date(&mut self, cell: &str) {
        self.ambiguous = self.ambiguous || dates::is_ambiguous(cell);
        self.days = match (self.days, DayOrder::of(cell)) {
            (Some(before), Some(now)) if before != now => Some(DayOrder::Mixed),
            (before, now) => before.or(now),
        };
    }
}

impl Column {
    /// Whether it fills nothing and nobody said so.
    fn is_open(&self) -> bool {
        self.field.is_none() && self.found != Found::Told
    }

    fn left_out(header: &str) -> Self {
        let header = header.to_owned();
        Self { header, field: None, found: Found::Named, days: DayOrder::MonthFirst, decimal: None }
    }
}

/// Reads a mapping file: a JSON object of header and field, or two CSV columns of them.
///
/// # Errors
/// One sentence when it is neither.
pub fn read_mapping(text: &str) -> Result<Vec<(String, String)>, String> {
    if text.trim_start().starts_with('{') {
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(text).map_err(|e| format!("The mapping file is not valid JSON: {e}."))?;
        let pair = |(header, field): (String, serde_json::Value)| match field {
            serde_json::Value::String(field) => Ok((header, field)),
            serde_json::Value::Null => Ok((header, "-".to_owned())),
            _ => Err(format!("The mapping of \"{header}\" is not a text: write the name of a field, or \"-\".")),
        };
        return object.into_iter().map(pair).collect();
    }
    let mut pairs = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    let reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    for (index, record) in reader.into_records().enumerate() {
        let record = record.map_err(|e| format!("The mapping file cannot be read: {e}."))?;
        let cells: Vec<&str> = record.iter().collect();
        match cells.as_slice() {
            [header, field] if index == 0 && match_key(header) == "header" && match_key(field) == "field" => {}
            [header, field] => pairs.push(((*header).to_owned(), (*field).to_owned())),
            _ => {
                let (row, n) = (index + 1, cells.len());
                return Err(format!("Row {row} of the mapping file has {n} cells: write a header and a field."));
            }
        }
    }
    Ok(pairs)
}

fn position(header: &str, headers: &[String]) -> Result<usize, String> {
    let key = match_key(header);
    let exact = headers.iter().position(|h| h == header.trim());
    exact.or_else(|| headers.iter().position(|h| match_key(h) == key)).ok_or_else(|| {
        let near = nearest(header, headers.iter().map(String::as_str), 3).join(", ");
        format!("The mapping names the column \"{header}\", which the file does not have; the nearest are {near}.")
    })
}

fn told_field(kind: Kind, header: &str, name: &str) -> Result<Option<&'static Field>, String> {
    if name.trim() == "-" {
        return Ok(None);
    }
    let key = match_key(name);
    let found = kind.fields().find(|f| match_key(f.key) == key || match_key(f.label) == key);
    found.map(Some).ok_or_else(|| {
        let near = nearest(name, kind.fields().map(|f| f.key), 3);
        format!(
            "The mapping gives \"{header}\" the field \"{name}\", which {kind} do not have; the nearest are {}.",
            near.join(", ")
        )
    })
}

fn has_room(columns: &[Column], field: &Field) -> bool {
    field.many || !columns.iter().any(|c| c.field.is_some_and(|f| f.key == field.key))
}

struct Match {
    column: usize,
    field: &'static Field,
    /// How far down the field's names the header stands; numbered columns follow their number.
    rank: usize,
}

/// Names compared as in [`match_key`], each with its field and place among the field's names.
fn names(kind: Kind) -> HashMap<String, (&'static Field, usize)> {
    let mut names = HashMap::new();
    for field in kind.fields() {
        for (rank, name) in [field.key, field.label].iter().chain(field.aliases).enumerate() {
            names.entry(match_key(name)).or_insert((field, rank));
        }
    }
    names
}

fn named_matches(kind: Kind, source: Source, keys: &[String]) -> Vec<Match> {
    let names = names(kind);
    let mut matches = Vec::new();
    for (column, key) in keys.iter().enumerate() {
        // What the Data Loader says about its own run is not the status of a deal.
        if source == Source::Salesforce && key == "status" && kind == Kind::Deals {
            continue;
        }
        let name = match (source, key.as_str()) {
            (Source::Maven, "revenue") => "revenueinmillions",
            // There the record's own id is "id"; this is what it is called in yet another program.
            (Source::Salesforce, "externalid") => continue,
            (Source::Rapport, "number") => "externalid",
            (Source::Rapport, "done") if kind == Kind::Tasks => "isclosed",
            (_, key) => key,
        };
        if let Some(&(field, rank)) = names.get(name) {
            matches.push(Match { column, field, rank });
        } else if let Some((base, number)) = numbered(name) {
            // "E-mail 2" is one more e-mail; "Name 2" is not one more name.
            if let Some(&(field, rank)) = names.get(&base).filter(|(field, _)| field.many || number == 1) {
                matches.push(Match { column, field, rank: rank + number });
            }
        }
    }
    matches
}

/// `email2value` is the second `email`, `organization1name` the first `organizationname`.
fn numbered(key: &str) -> Option<(String, usize)> {
    let start = key.find(|c: char| c.is_ascii_digit())?;
    let digits = key[start..].bytes().take_while(u8::is_ascii_digit).count();
    let number: usize = key[start..start + digits].parse().ok().filter(|n| (1..100).contains(n))?;
    let (before, after) = (&key[..start], &key[start + digits..]);
    if before.is_empty() || after.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let after = after.strip_suffix("value").unwrap_or(after);
    Some((format!("{before}{after}"), number))
}

/// Finds headers with a slip in them.
struct Guesses {
    names: HashMap<String, (&'static Field, usize)>,
    /// What headers mean in files of any kind: no slips.
    known: HashSet<String>,
}

impl Guesses {
    fn new(kind: Kind) -> Self {
        let known = Kind::ALL.into_iter().flat_map(|k| names(k).into_keys()).collect();
        Self { names: names(kind), known }
    }

    /// The one field whose name the header may be. Custom fields ("status__c") are no slips.
    fn field(&self, header: &str, key: &str) -> Option<&'static Field> {
        let custom = header.to_ascii_lowercase().ends_with("_c");
        if custom || key.contains(|c: char| c.is_ascii_digit()) || self.known.contains(key) {
            return None;
        }
        // "Statu" is nearer to "Status" than to "State".
        self.only(key, |_| true).or_else(|| self.only(key, |name| name.starts_with(key)))
    }

    fn only(&self, key: &str, near: impl Fn(&str) -> bool) -> Option<&'static Field> {
        let like = self.names.iter().filter(|(name, _)| is_slip_of(key, name) && near(name));
        let mut fields = like.map(|(_, (field, _))| *field);
        let first = fields.next()?;
        fields.all(|f| f.key == first.key).then_some(first)
    }
}

/// "Name", "Name or Phone", "Name, E-mail or Phone".
pub(super) fn either(labels: &[&str]) -> String {
    match labels {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(kind: Kind, headers: &[&str]) -> Plan {
        Plan::detect(kind, &headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>())
    }

    fn keys(plan: &Plan) -> Vec<&str> {
        plan.columns.iter().map(|c| c.field.map_or("-", |f| f.key)).collect()
    }

    #[test]
    fn headers_are_recognised_in_every_spelling() {
        let plan =
            plan(Kind::Deals, &["Id", "DEAL_NAME", "Account.Name", "StageName", "close date", "Ámount", "Owner.Email"]);
        assert_eq!(keys(&plan), ["external_id", "name", "account", "stage", "close_date", "amount", "owner"]);
        assert_eq!(plan.missing(), None);
    }

    #[test]
    fn slips_are_guessed_and_marked() {
        let plan = plan(Kind::Leads, &["Nmae", "Emial", "Phne", "Compny", "Statu", "status__c", "Budget"]);
        assert_eq!(keys(&plan), ["name", "email", "phone", "account", "lead_status", "-", "-"]);
        assert_eq!(plan.columns[0].found, Found::Guessed);
        assert_eq!(plan.unmapped(), ["status__c", "Budget"]);
    }

    #[test]
    fn several_columns_fill_a_field_of_many_values_only() {
        let plan = plan(
            Kind::Contacts,
            &["Name", "E-mail 1 - Type", "E-mail 1 - Value", "E-mail 2 - Value", "Name 2", "Organization 1 - Name"],
        );
        assert_eq!(keys(&plan), ["name", "-", "email", "email", "-", "account"]);
        assert_eq!(plan.source, Source::Google);
    }

    #[test]
    fn the_better_name_takes_the_field() {
        let plan = plan(Kind::Contacts, &["Original Source", "Lead Source"]);
        assert_eq!(keys(&plan), ["-", "source"]);
    }

    #[test]
    fn a_mapping_file_overrules_and_says_what_it_got_wrong() {
        let headers = ["Kunde".to_owned(), "E-mail".to_owned(), "Name".to_owned()];
        let told = |pairs: &str| Plan::with_mapping(Kind::Contacts, &headers, &read_mapping(pairs)?);
        let plan = told("header,field\nKunde,name\ne-mail,-\n").expect("a valid mapping");
        assert_eq!(keys(&plan), ["name", "-", "-"]);
        assert_eq!(plan.unmapped(), ["Name"]);
        assert_eq!(keys(&told("{\"Kunde\": \"Job title\"}").expect("a valid mapping")), ["job_title", "email", "name"]);
        let wrong = [
            ("Kunden,name", "the nearest are Kunde"),
            ("Kunde,mail", "the nearest are email"),
            ("Kunde", "has 1 cells"),
            ("{\"Kunde\": 3}", "not a text"),
        ];
        for (pairs, said) in wrong {
            let sentence = told(pairs).err().unwrap_or_default();
            assert!(sentence.contains(said), "{sentence}");
        }
    }

    #[test]
    fn columns_are_surveyed_before_they_are_read() {
        let text =
            "Deal Name,Close Date,Created,Amount\nA,03/04/2024,01/02/2024,1.234\nB,20/04/2024,02/03/2024,\"1,5\"\n";
        let table = Table::from_bytes(text.as_bytes().to_vec()).expect("a readable file");
        let mut plan = Plan::detect(Kind::Deals, table.headers());
        let survey = plan.survey(&table, false);
        assert_eq!((survey.rows, survey.bad_rows), (2, 0));
        assert_eq!(plan.columns[1].days, DayOrder::DayFirst);
        assert_eq!(plan.columns[3].decimal, Some(DecimalMark::Comma));
        assert_eq!(survey.notes, ["The dates in \"Created\" are read with the month first."]);
    }

    #[test]
    fn a_file_without_the_needed_columns_says_which() {
        let sentence = plan(Kind::Accounts, &["a", "b"]).missing();
        assert_eq!(
            sentence.as_deref(),
            Some("No column can fill Name or Domains of the accounts: name one in a mapping file.")
        );
    }
}
