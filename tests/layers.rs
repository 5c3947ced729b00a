//! Who may import whom (docs/architecture.md), read off the paths that the source names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folders and files of `src` that hold the program together; every other folder is a noun, but for
/// the mechanisms.
const FRAME: &[&str] =
    &["app", "auth", "cli", "config", "db", "error", "jobs", "lib", "lists", "main", "routes", "ui", "web"];

/// What stands below every noun and knows none.
const FOUNDATION: &[&str] = &["config", "db", "error", "lists", "ui", "web"];

/// What is about records of every kind, named by kind and id.
const MECHANISMS: &[&str] = &["attachments", "journal", "notifications", "records", "search", "timeline"];

/// What data comes in or goes out through: only the ends of the program start it.
const SOURCES: &[&str] = &["demo", "imports", "mail", "sync"];

/// Who may start a source.
const ENDS: &[&str] = &["app", "cli", "jobs", "main", "routes"];

/// One path that a file names: `accounts::store` in `contacts/pages.rs`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    /// The importing file, as a module path from the crate's root.
    from: Vec<String>,
    /// What it names, as a module path from the crate's root.
    to: Vec<String>,
}

impl Import {
    fn importer(&self) -> &str {
        &self.from[0]
    }

    fn imported(&self) -> &str {
        &self.to[0]
    }

    fn crosses(&self) -> bool {
        self.importer() != self.imported()
    }

    fn says(&self) -> String {
        format!("{} uses {}", self.from.join("::"), self.to.join("::"))
    }
}

#[test]
fn the_foundation_knows_no_noun() {
    let source = Source::read();
    let wrong = source.imports(|import| FOUNDATION.contains(&import.importer()) && source.is_noun(import.imported()));
    assert_none(&wrong);
}

#[test]
fn who_people_are_knows_no_noun() {
    let source = Source::read();
    let wrong = source.imports(|import| {
        // The types and the policy; the pages about people may list what they own.
        import.importer() == "auth" && !is_page_or_form(&import.from[1..]) && source.is_noun(import.imported())
    });
    assert_none(&wrong);
}

#[test]
fn what_is_about_every_record_knows_no_noun() {
    let source = Source::read();
    let wrong = source.imports(|import| {
        MECHANISMS.contains(&import.importer())
            && source.is_noun(import.imported())
            && !is_page_or_form(&import.from[1..])
            // The one list of sinks, in which everything that follows a change is named.
            && import.from != ["journal"]
    });
    assert_none(&wrong);
}

#[test]
fn nobody_uses_the_pages_or_forms_of_another_noun() {
    let source = Source::read();
    let wrong = source.imports(|import| {
        import.crosses()
            && (source.is_noun(import.imported()) || MECHANISMS.contains(&import.imported()))
            && is_page_or_form(&import.to[1..])
            && !matches!(import.importer(), "app" | "main" | "routes")
    });
    assert_none(&wrong);
}

#[test]
fn rules_and_queries_of_two_nouns_do_not_use_each_other() {
    let source = Source::read();
    let mut uses: BTreeMap<(String, String), Import> = BTreeMap::new();
    for import in source.imports(|import| {
        import.crosses()
            && source.is_noun(import.importer())
            && source.is_noun(import.imported())
            && !is_page_or_form(&import.from[1..])
    }) {
        uses.insert((import.importer().to_owned(), import.imported().to_owned()), import);
    }
    let wrong: Vec<_> = uses
        .iter()
        .filter(|((from, to), _)| from < to)
        .filter_map(|((from, to), import)| Some((import, uses.get(&(to.clone(), from.clone()))?)))
        .map(|(one, other)| format!("{}, and {}", one.says(), other.says()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sources_are_started_by_the_ends_of_the_program_only() {
    let source = Source::read();
    let wrong = source.imports(|import| {
        import.crosses()
            && SOURCES.contains(&import.imported())
            && !ENDS.contains(&import.importer())
            && !SOURCES.contains(&import.importer())
            // The list of sinks may queue what leaves by a source.
            && import.from != ["journal"]
    });
    assert_none(&wrong);
}

#[test]
fn imports_are_read_in_every_spelling() {
    let text = "
        use crate::{accounts::{self, store::{get, find}}, db::Conn};
        // use crate::sync::nothing;
        fn f() { let x: crate::deals::Deal = super::super::tasks::form::check(\"crate::mail\"); }
        use super::store;
    ";
    let from = vec!["contacts".to_owned(), "pages".to_owned()];
    let found: BTreeSet<String> = imports_of(&from, text).into_iter().map(|import| import.to.join("::")).collect();
    let expected = [
        "accounts",
        "accounts::store::find",
        "accounts::store::get",
        "contacts::store",
        "db::Conn",
        "deals::Deal",
        "tasks::form::check",
    ];
    assert_eq!(found, expected.iter().map(|&path| path.to_owned()).collect());
}

/// Every import of the program.
struct Source {
    imports: Vec<Import>,
    nouns: BTreeSet<String>,
}

impl Source {
    fn read() -> Source {
        let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
        let mut files = Vec::new();
        collect(&root, &mut files);
        let mut imports = Vec::new();
        let mut nouns = BTreeSet::new();
        for file in files {
            let from = module_path(file.strip_prefix(&root).expect("files are below the root"));
            let top = from[0].as_str();
            if file.parent() != Some(&root) && !FRAME.contains(&top) && !MECHANISMS.contains(&top) {
                nouns.insert(from[0].clone());
            }
            let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            imports.extend(imports_of(&from, &text));
        }
        assert!(!nouns.is_empty(), "no noun has a folder in {}", root.display());
        Source { imports, nouns }
    }

    fn is_noun(&self, module: &str) -> bool {
        self.nouns.contains(module)
    }

    fn imports(&self, wanted: impl Fn(&Import) -> bool) -> Vec<Import> {
        let found: BTreeSet<_> = self.imports.iter().filter(|import| wanted(import)).cloned().collect();
        found.into_iter().collect()
    }
}

fn assert_none(wrong: &[Import]) {
    let sentences: Vec<_> = wrong.iter().map(Import::says).collect();
    assert!(wrong.is_empty(), "Imports that the architecture does not allow:\n{}", sentences.join("\n"));
}

fn is_page_or_form(path: &[String]) -> bool {
    path.first().is_some_and(|module| module == "form" || module.starts_with("pages") || module.ends_with("_pages"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("the source can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// `accounts/store.rs` is `accounts::store`, `accounts/mod.rs` is `accounts`.
fn module_path(file: &Path) -> Vec<String> {
    let mut parts: Vec<_> = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// Every path in a file's code that begins with `crate::` or `super::`.
fn imports_of(from: &[String], text: &str) -> Vec<Import> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = at == 0 || tokens[at - 1] != "::";
        let mut base = match tokens[at].as_str() {
            "crate" if starts => Some(Vec::new()),
            "super" if starts => Some(from[..from.len() - 1].to_vec()),
            _ => None,
        };
        at += 1;
        if let Some(base) = &mut base {
            while tokens[at..].starts_with(&["::".to_owned(), "super".to_owned()]) {
                base.pop();
                at += 2;
            }
            if tokens.get(at).is_some_and(|token| token == "::") {
                at += 1;
                let mut paths = Vec::new();
                at = read_tree(&tokens, at, base, &mut paths);
                // The crate's root itself holds nothing that a rule is about.
                found
                    .extend(paths.into_iter().filter(|to| !to.is_empty()).map(|to| Import { from: from.to_vec(), to }));
            }
        }
    }
    found
}

/// Reads `a::{b, c::d}` at a position; gives the whole paths and the position after them.
fn read_tree(tokens: &[String], mut at: usize, before: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("{") => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    if tokens[at] == "," {
                        at += 1;
                    } else {
                        let next = read_tree(tokens, at, &path, paths);
                        at = if next == at { at + 1 } else { next };
                    }
                }
                return at + 1;
            }
            Some("self") => at += 1,
            Some(word) if word.starts_with(|first: char| first.is_alphabetic() || first == '_') => {
                path.push(word.to_owned());
                at += 1;
            }
            _ => {
                paths.push(path);
                return at;
            }
        }
        if tokens.get(at).is_some_and(|token| token == "::") {
            at += 1;
            if tokens.get(at).is_some_and(|token| token == "*") {
                at += 1;
                paths.push(path);
                return at;
            }
        } else {
            paths.push(path);
            if tokens.get(at).is_some_and(|token| token == "as") {
                at += 2;
            }
            return at;
        }
    }
}

/// Words and signs of Rust code, without comments and texts.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
        } else if let Some(after) = rest.strip_prefix("r#\"") {
            rest = after.split_once("\"#").map_or("", |(_, after)| after);
        } else if let Some(mut after) = rest.strip_prefix('"') {
            loop {
                match after.find(['"', '\\']) {
                    Some(end) if after[end..].starts_with('\\') => {
                        let escaped = after[end + 1..].chars().next().map_or(0, char::len_utf8);
                        after = &after[end + 1 + escaped..];
                    }
                    Some(end) => break rest = &after[end + 1..],
                    None => break rest = "",
                }
            }
        } else if rest.starts_with("'\"'") {
            rest = &rest[3..];
        } else if let Some(after) = rest.strip_prefix("::") {
            tokens.push("::".to_owned());
            rest = after;
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}
