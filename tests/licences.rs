//! Every dependency's licence is one that Rapport may be given away with.

use cargo_metadata::MetadataCommand;

/// SPDX names that may stand alone. MPL-2.0 is for whole files we do not change: using such a library
/// asks nothing of Rapport's own code.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PostgreSQL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[test]
fn every_dependency_has_an_allowed_licence() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    assert!(metadata.packages.len() > 100, "cargo names {} packages only", metadata.packages.len());
    let refused: Vec<_> = metadata
        .packages
        .iter()
        .filter_map(|package| {
            let licence = package.license.as_deref().unwrap_or("no licence named");
            (!allows(licence)).then(|| format!("{} {}: {licence}", package.name, package.version))
        })
        .collect();
    assert!(refused.is_empty(), "These dependencies need another library or a decision:\n{}", refused.join("\n"));
}

#[test]
fn a_licence_expression_is_read_as_spdx_means_it() {
    for allowed in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "(MIT OR GPL-2.0-only) AND Zlib",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(allows(allowed), "{allowed}");
    }
    for refused in
        ["", "GPL-3.0-only", "MIT AND AGPL-3.0-only", "MIT AND (GPL-2.0-only OR AGPL-3.0-only)", "no licence named"]
    {
        assert!(!allows(refused), "{refused}");
    }
}

/// Whether an SPDX expression (with the older `/` for OR) can be met with allowed licences alone.
fn allows(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = any(&mut words);
    allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>) -> bool {
    let mut allowed = all(words);
    while words.next_if_eq(&"OR").is_some() {
        allowed |= all(words);
    }
    allowed
}

fn all(words: &mut Words<'_>) -> bool {
    let mut allowed = one(words);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut Words<'_>) -> bool {
    match words.next() {
        Some("(") => {
            let allowed = any(words);
            allowed & words.next_if_eq(&")").is_some()
        }
        Some(licence) => {
            let exception = words.next_if_eq(&"WITH").and_then(|_| words.next());
            let name = exception.map_or(licence.to_owned(), |exception| format!("{licence} WITH {exception}"));
            ALLOWED.contains(&name.as_str())
        }
        None => false,
    }
}
