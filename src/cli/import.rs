//! `rapport import`

use crate::{
    auth::{How, Viewer, company},
    config::Storage,
    db::{self, Source, dialect},
    error::{Error, Result},
    imports::{
        apply::no_company,
        bad_rows::BadRows,
        fields::Kind,
        file::{self, Opened},
        run::{Import, Summary},
    },
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::{io::IsTerminal, path::PathBuf};

#[derive(Args)]
pub struct ImportArguments {
    /// What each row is: users, products, accounts, contacts, leads, deals or tasks.
    #[arg(value_name = "KIND")]
    pub kind: Kind,
    /// The CSV file. Encoding, separator and quoting are found out.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Says which column fills which field: two CSV columns, header and field, or a JSON object. "-" leaves one out.
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Tells what would happen and keeps nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Rows between two lines of progress where there is no terminal.
const TELL_EVERY: u64 = 2_500;

/// Bad rows that are told; the file of bad rows has them all.
const TOLD: usize = 20;

pub fn run(storage: &Storage, arguments: &ImportArguments) -> Result<()> {
    let mapping = match &arguments.mapping {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|e| {
            Error::internal(format!("{} cannot be read ({e}): check its name and who may read it", path.display()))
        })?),
        None => None,
    };
    let source = file::read(&arguments.file)?;
    let mut conn = Source::from_settings(storage)?.connect()?;
    dialect::migrate(&mut conn)?;
    let company = company::find(&mut conn)?.ok_or_else(no_company)?;
    let opened = file::open(arguments.kind, source, mapping.as_deref(), &company)?;
    print_columns(&opened, arguments.dry_run);
    let import = Import {
        table: &opened.table,
        plan: &opened.plan,
        viewer: Viewer::system(How::Import),
        file_name: &arguments.file.file_name().unwrap_or_default().to_string_lossy(),
        sha256: &opened.sha256,
    };
    let bar = Progress::new(opened.survey.rows + opened.survey.bad_rows);
    let mut tell = |rows| bar.tell(rows);
    let mut transact = |f: &mut dyn FnMut(&mut db::Conn) -> Result<()>| db::transaction(&mut conn, f);
    if arguments.dry_run {
        let summary = import.rehearse(&mut transact, None, &mut tell)?;
        bar.finish();
        print_summary(&summary, true);
        return Ok(());
    }
    let mut bad = BadRows::beside(&arguments.file, &storage.data, opened.table.headers());
    let (_, summary) = import.run(&mut transact, Some(&mut bad), &mut tell)?;
    bar.finish();
    print_summary(&summary, false);
    if let Some(path) = bad.finish()? {
        println!("The bad rows are in {}, each with its reason.", path.display());
    }
    Ok(())
}

fn print_columns(opened: &Opened, dry: bool) {
    let from = opened.plan.source.name().map(|name| format!(", from {name}")).unwrap_or_default();
    let rows = if opened.survey.rows == 1 { "row" } else { "rows" };
    println!("{} {rows} of {}{from}: {}.", opened.survey.rows, opened.plan.kind, opened.table.description());
    if dry {
        let width = opened.plan.columns.iter().map(|c| c.header.chars().count()).max().unwrap_or(0).min(40);
        for (header, field) in file::columns(&opened.plan) {
            println!("  {header:width$}  {field}");
        }
    }
    for note in &opened.survey.notes {
        println!("{note}");
    }
    let unmapped = opened.plan.unmapped();
    if !unmapped.is_empty() && !dry {
        println!("Left out, for no field is named so: {}.", file::some(&unmapped));
    }
}

fn print_summary(summary: &Summary, dry: bool) {
    for note in &summary.notes {
        println!("{note}");
    }
    for bad in summary.bad.iter().take(TOLD) {
        println!("Line {}: {}", bad.line, bad.reason);
    }
    let more = summary.counts.bad.saturating_sub(summary.bad.len().min(TOLD) as u64);
    if more > 0 {
        println!("… and {more} more bad rows.");
    }
    println!("{}", file::sentence(&summary.counts, dry));
}

/// A bar on a terminal, a line now and then elsewhere.
enum Progress {
    Bar(ProgressBar),
    Lines { total: u64, told: std::cell::Cell<u64> },
}

impl Progress {
    fn new(total: u64) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Lines { total, told: std::cell::Cell::new(0) };
        }
        let bar = ProgressBar::new(total);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {eta} left") {
            bar.set_style(style);
        }
        Self::Bar(bar)
    }

    fn tell(&self, rows: u64) {
        match self {
            Self::Bar(bar) => bar.set_position(rows),
            Self::Lines { total, told } if rows >= told.get() + TELL_EVERY => {
                told.set(rows);
                println!("{rows} of {total} rows");
            }
            Self::Lines { .. } => {}
        }
    }

    fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
