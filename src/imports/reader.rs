//! Any CSV file as headers and rows: encoding, delimiter and quoting are found out, and what cannot
//! be read is reported by line instead of stopping the rest.

use std::collections::HashSet;
use std::fmt;

use super::decoding::decode;

/// How much of the file decides the delimiter.
const SAMPLE_BYTES: usize = 64 * 1024;

/// How often reading starts again after a quotation mark that is never closed. Each new start may
/// scan to the end of the file, so the number is bounded.
const MAX_RESUMES: usize = 100;

/// Why a file cannot be read at all, as one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// A decoded file with its header row read.
pub struct Table {
    text: String,
    delimiter: u8,
    encoding: &'static str,
    replaced: bool,
    headers: Vec<String>,
    /// Byte at which the rows start, just after the header row.
    body: usize,
    /// Line number at `body`.
    body_line: u64,
}

/// One row, with as many cells as there are headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row starts, from 1.
    pub line: u64,
    pub cells: Vec<String>,
}

/// A row that does not fit the header, kept as it was for the file of bad rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line of the file on which the row starts, from 1.
    pub line: u64,
    pub cells: Vec<String>,
    /// Why it cannot be used.
    pub sentence: String,
}

impl Table {
    /// Decodes a file already in memory and reads its header row.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Unreadable> {
        let (mut text, encoding, replaced) = decode(bytes);
        text.retain(|c| c != '\0');
        let (start, said) = separator_line(&text);
        let delimiter = said.unwrap_or_else(|| sniff_delimiter(&text[start..]));
        let mut table = Self { text, delimiter, encoding, replaced, headers: Vec::new(), body: start, body_line: 1 };
        table.read_headers()?;
        Ok(table)
    }

    /// The header row: every name is filled and occurs once ("Email", "Email 2", "Column 5").
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The rows after the header, blank ones left out.
    pub fn rows(&self) -> Rows<'_> {
        Rows { table: self, raw: RawRecords::new(&self.text, self.delimiter, self.body, self.body_line) }
    }

    /// How the file was read, for people: "windows-1252, separated by semicolons".
    pub fn description(&self) -> String {
        let separator = match self.delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            b'|' => "vertical bars",
            _ => "commas",
        };
        let doubt = if self.replaced { ", some characters unreadable" } else { "" };
        format!("{}, separated by {separator}{doubt}", self.encoding)
    }

    fn read_headers(&mut self) -> Result<(), Unreadable> {
        let mut raw = RawRecords::new(&self.text, self.delimiter, self.body, self.body_line);
        let header = loop {
            match raw.next() {
                None => {
                    let sentence = "The file is empty: its first row must name the columns.";
                    return Err(Unreadable(sentence.to_owned()));
                }
                Some(record) if record.broken => {
                    let line = record.line;
                    return Err(Unreadable(format!(
                        "The header row on line {line} opens a quotation mark that is never closed."
                    )));
                }
                Some(record) if record.is_blank() => {}
                Some(record) => break record.cells,
            }
        };
        (self.body, self.body_line) = (raw.at, raw.line);
        self.headers = unique_names(header);
        Ok(())
    }
}

/// Iterates over the rows of a [`Table`].
pub struct Rows<'a> {
    table: &'a Table,
    raw: RawRecords<'a>,
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let width = self.table.headers.len();
        loop {
            let Record { line, mut cells, broken, raw } = self.raw.next()?;
            if broken {
                let sentence = format!(
                    "The quotation marks on line {line} do not match: close each one, and double those inside a cell."
                );
                return Some(Err(BadRow { line, cells, sentence }));
            }
            if cells.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            if cells.len() > width
                && let Some(closer) = without_spaces_before_quotes(raw, self.table.delimiter)
                && closer.len() == width
            {
                cells = closer;
            }
            let filled = cells.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |i| i + 1);
            if filled > width {
                let (found, s) = (cells.len(), if width == 1 { "" } else { "s" });
                let sentence = format!("Line {line} has {found} cells, the header has {width} column{s}.");
                return Some(Err(BadRow { line, cells, sentence }));
            }
            cells.resize(width, String::new());
            return Some(Ok(Row { line, cells }));
        }
    }
}

struct Record<'a> {
    line: u64,
    /// The text of the record in the file.
    raw: &'a str,
    cells: Vec<String>,
    /// A quotation mark is open at the end, or text follows a closing one.
    broken: bool,
}

impl Record<'_> {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| c.trim().is_empty())
    }
}

/// Records as the CSV reader splits them, with true line numbers, starting again on the next line
/// where quotation marks do not match.
struct RawRecords<'a> {
    text: &'a str,
    delimiter: u8,
    reader: csv::Reader<&'a [u8]>,
    /// Byte in `text` at which `reader` was started.
    base: usize,
    /// Byte in `text` after the last record.
    at: usize,
    /// Line number at `at`.
    line: u64,
    resumes: usize,
    record: csv::StringRecord,
}

impl<'a> RawRecords<'a> {
    fn new(text: &'a str, delimiter: u8, at: usize, line: u64) -> Self {
        Self {
            text,
            delimiter,
            reader: csv_reader(&text[at..], delimiter),
            base: at,
            at,
            line,
            resumes: 0,
            record: csv::StringRecord::new(),
        }
    }

    fn next(&mut self) -> Option<Record<'a>> {
        // Reading from memory that is known to be UTF-8, with rows of any length, cannot fail.
        if !self.reader.read_record(&mut self.record).unwrap_or(false) {
            self.at = self.text.len();
            return None;
        }
        let bytes = self.text.as_bytes();
        // The reader skips the line breaks before a record only when it reads the record.
        let blank = bytes[self.at..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        self.line += line_breaks(bytes, self.at, self.at + blank);
        let start = self.at + blank;
        let end = (self.base + self.reader.position().byte() as usize).max(start);
        let line = self.line;
        let raw = &self.text[start..end];
        let body = raw.trim_end_matches(['\r', '\n']);
        let multiline = body.bytes().any(|b| matches!(b, b'\r' | b'\n'));
        let quotes = quotes_of(raw, self.delimiter);
        // Within one line text after a closing mark is let pass, as spreadsheets do; a mark that is still open is not.
        let broken = quotes == Quotes::Open || multiline && quotes == Quotes::Stray;
        if broken && self.resumes < MAX_RESUMES {
            self.resumes += 1;
            let first = body.split(['\r', '\n']).next().unwrap_or_default();
            let cells = first.split(char::from(self.delimiter)).map(str::to_owned).collect();
            self.at = start + first.len();
            self.base = self.at;
            self.reader = csv_reader(&self.text[self.at..], self.delimiter);
            return Some(Record { line, raw: first, cells, broken: true });
        }
        self.line += line_breaks(bytes, start, end);
        self.at = end;
        let cells = self.record.iter().map(str::to_owned).collect();
        Some(Record { line, raw, cells, broken: false })
    }
}

fn csv_reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Counts line ends (LF, CRLF or a bare CR) in `bytes[from..to]`; a CRLF cut by `to` counts there.
fn line_breaks(bytes: &[u8], from: usize, to: usize) -> u64 {
    let ends = (from..to).filter(|&i| match bytes[i] {
        b'\n' => true,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}

/// How the quotation marks of a record stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Match,
    /// A quoted cell is never closed.
    Open,
    /// Text follows a closing mark. Over several lines that is the sign of a stray mark that swallowed them.
    Stray,
}

fn quotes_of(raw: &str, delimiter: u8) -> Quotes {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'"' {
            at += bytes[at..].iter().take_while(|&&b| b != delimiter).count() + 1;
            continue;
        }
        at += 1;
        loop {
            match (bytes.get(at), bytes.get(at + 1)) {
                (None, _) => return Quotes::Open,
                (Some(b'"'), Some(b'"')) => at += 2,
                (Some(b'"'), _) => break,
                _ => at += 1,
            }
        }
        let rest = &bytes[at + 1..];
        let spaces = rest.iter().take_while(|&&b| b != delimiter && b.is_ascii_whitespace()).count();
        if rest.get(spaces).is_some_and(|&b| b != delimiter) {
            return Quotes::Stray;
        }
        at += spaces + 2;
    }
    Quotes::Match
}

/// The cells of a record when `a, "b, c"` counts as two: some programs write a space after the
/// delimiter, before which a quotation mark would be text. `None` when there is no such space.
fn without_spaces_before_quotes(raw: &str, delimiter: u8) -> Option<Vec<String>> {
    let mut parts = raw.split(char::from(delimiter));
    let mut closer = parts.next()?.to_owned();
    for part in parts {
        closer.push(char::from(delimiter));
        let trimmed = part.trim_start_matches(' ');
        closer.push_str(if trimmed.starts_with('"') { trimmed } else { part });
    }
    let record = csv_reader(&closer, delimiter).records().next()?.ok()?;
    (closer.len() < raw.len()).then(|| record.iter().map(str::to_owned).collect())
}

/// A first line `sep=;`, as spreadsheets write it: where it ends and what it says.
fn separator_line(text: &str) -> (usize, Option<u8>) {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    match line.to_ascii_lowercase().strip_prefix("sep=").map(str::as_bytes) {
        Some(&[delimiter]) if delimiter.is_ascii_punctuation() || delimiter == b'\t' => (line.len(), Some(delimiter)),
        _ => (0, None),
    }
}

/// The candidate by which most of the first records have as many cells as the first, then the one
/// that makes more cells.
fn sniff_delimiter(text: &str) -> u8 {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let score = |delimiter: u8| -> Option<(u32, usize)> {
        let widths: Vec<usize> =
            csv_reader(sample, delimiter).records().filter_map(Result::ok).map(|r| r.len()).collect();
        let whole = if end < text.len() && widths.len() > 1 { widths.len() - 1 } else { widths.len() };
        let first = *widths.first()?;
        let agreeing = widths[..whole].iter().filter(|&&w| w == first).count();
        (first > 1).then_some(((agreeing * 1000 / whole.max(1)) as u32, first))
    };
    let mut best = (b',', score(b','));
    for delimiter in [b';', b'\t', b'|'] {
        let found = score(delimiter);
        if found > best.1 {
            best = (delimiter, found);
        }
    }
    best.0
}

fn unique_names(header: Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut names = Vec::with_capacity(header.len());
    for (index, cell) in header.into_iter().enumerate() {
        let tidy = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        let base = if tidy.is_empty() { format!("Column {}", index + 1) } else { tidy };
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{base} {number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(bytes: &[u8]) -> Table {
        Table::from_bytes(bytes.to_vec()).expect("a readable file")
    }

    fn good(table: &Table) -> Vec<(u64, Vec<String>)> {
        table.rows().filter_map(Result::ok).map(|r| (r.line, r.cells)).collect()
    }

    fn bad(table: &Table) -> Vec<(u64, String)> {
        table.rows().filter_map(Result::err).map(|r| (r.line, r.sentence)).collect()
    }

    #[test]
    fn delimiters_are_found_even_where_another_occurs_in_cells() {
        for (text, delimiter) in [
            ("a;b\n\"x;y\";1,5\n2,5;3,5\n", b';'),
            ("a\tb\n1, 2\t3\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("a,b\n\"x;y\",2;3\n", b','),
            ("only\nx;y\n", b','),
            ("sep=;\na;b\n1;2\n", b';'),
        ] {
            assert_eq!(table(text.as_bytes()).delimiter, delimiter, "{text}");
        }
        assert_eq!(table(b"sep=;\na;b\n1;2\n").headers(), ["a", "b"]);
    }

    #[test]
    fn every_kind_of_line_end_gives_true_line_numbers() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["", "a,b", "", "1,\"x", "y\"", "", "2,z"].join(end);
            let lines: Vec<u64> = good(&table(text.as_bytes())).iter().map(|r| r.0).collect();
            assert_eq!(lines, [4, 7], "{end:?}");
        }
    }

    #[test]
    fn headers_are_filled_and_occur_once() {
        let table = table(b"Email,\" \n Full \n name \",,email,Email\n1,2,3,4,5\n");
        assert_eq!(table.headers(), ["Email", "Full name", "Column 3", "email 2", "Email 3"]);
        assert_eq!(good(&table)[0].0, 4);
    }

    #[test]
    fn short_rows_are_filled_and_long_ones_reported() {
        let table = table(b"a,b,c\n1\n\n , ,\n1,2,3,,\n1,2,3,,x\n4,5,6\n");
        assert_eq!(good(&table).len(), 3);
        assert_eq!(good(&table)[0].1, ["1", "", ""]);
        assert_eq!(bad(&table), [(6, "Line 6 has 5 cells, the header has 3 columns.".to_owned())]);
    }

    #[test]
    fn a_stray_quotation_mark_costs_its_own_line_only() {
        let table = table(b"a,b\n1,2\n3,\"open\n5,6\n7,\"x\"\n9,\"two\nlines\"\n");
        let rows: Vec<_> = good(&table).into_iter().map(|r| (r.0, r.1.join("|"))).collect();
        let expected = [(2, "1|2"), (4, "5|6"), (5, "7|x"), (6, "9|two\nlines")];
        assert_eq!(rows, expected.map(|(line, cells)| (line, cells.to_owned())));
        assert_eq!(bad(&table)[0].0, 3);
        // In the last row nothing follows that it could swallow.
        let table = super::tests::table(b"a,b\n1,2\n3,\"open\n");
        assert_eq!((good(&table).len(), bad(&table)[0].0), (1, 3));
    }

    #[test]
    fn a_space_before_a_quotation_mark_is_no_part_of_the_cell() {
        let table = table(b"a,b\n1, \"x, y\"\n1, x, y\n");
        assert_eq!(good(&table)[0].1, ["1", "x, y"]);
        assert_eq!(bad(&table)[0].0, 3);
    }

    #[test]
    fn zero_bytes_go_and_an_empty_file_says_so() {
        assert_eq!(good(&table(b"a,b,c\n\0,2,3\n"))[0].1, ["", "2", "3"]);
        let empty = Table::from_bytes(b"\n\n".to_vec()).err().map(|e| e.0);
        assert_eq!(empty.as_deref(), Some("The file is empty: its first row must name the columns."));
    }
}
