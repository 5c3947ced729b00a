//! A lead typed or pasted in one go: what is name, e-mail, phone, company and job title in it.

use crate::db::types::{EmailAddress, clean, fold};

/// What was understood. Nothing that was typed is lost: the rest is kept as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quick {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub rest: Vec<String>,
}

/// Words that only job titles have, folded.
const TITLES: [&str; 31] = [
    "head",
    "manager",
    "director",
    "chief",
    "ceo",
    "cto",
    "cfo",
    "coo",
    "cmo",
    "vp",
    "president",
    "founder",
    "cofounder",
    "owner",
    "engineer",
    "buyer",
    "consultant",
    "officer",
    "analyst",
    "lead",
    "partner",
    "assistant",
    "leiter",
    "leiterin",
    "geschaftsfuhrer",
    "geschaftsfuhrerin",
    "diretor",
    "diretora",
    "gerente",
    "directeur",
    "directrice",
];

/// Words that end the names of companies, folded.
const FORMS: [&str; 18] = [
    "gmbh", "ag", "inc", "ltd", "llc", "ltda", "sa", "sarl", "sas", "srl", "spa", "bv", "nv", "ab", "oy", "plc",
    "corp", "kg",
];

/// Reads a line with commas, semicolons or tabs, or the lines of a signature.
pub fn parse(text: &str) -> Quick {
    let mut quick = Quick::default();
    let mut left: Vec<String> = Vec::new();
    for part in text.split(['\n', '\r', '\t', ';', ',', '|']).filter_map(clean) {
        let mut words: Vec<&str> = Vec::new();
        for word in part.split(' ') {
            let bare = word.trim_matches(|c: char| "<>()[]\"'".contains(c));
            let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
            match EmailAddress::parse(bare).ok().filter(|_| quick.email.is_none()) {
                Some(email) => quick.email = Some(email.as_str().to_owned()),
                None => words.push(word),
            }
        }
        let part = words.join(" ");
        let part = part.trim_matches(|c: char| c == '"' || c == '-' || c == '–').trim();
        if part.is_empty() || is_label(part) {
            continue;
        }
        match phone(part).filter(|_| quick.phone.is_none()) {
            Some(number) => quick.phone = Some(number),
            None => left.push(part.to_owned()),
        }
    }
    for part in left {
        let folded = fold(&part).replace('.', "");
        let has = |known: &[&str]| folded.split(|c: char| !c.is_alphanumeric()).any(|w| known.contains(&w));
        let slot = if quick.job_title.is_none() && has(&TITLES) {
            &mut quick.job_title
        } else if quick.company.is_none() && has(&FORMS) {
            &mut quick.company
        } else if quick.name.is_none() && !part.contains(['@', '/']) && !part.chars().any(|c| c.is_ascii_digit()) {
            &mut quick.name
        } else if quick.company.is_none() && !part.contains(['@', '/']) {
            &mut quick.company
        } else {
            quick.rest.push(part);
            continue;
        };
        *slot = Some(part);
    }
    quick.name = quick.name.or_else(|| quick.email.as_deref().and_then(name_in));
    quick
}

/// A number, without the word that says what it is: "Tel.: +55 11 95550-0142".
fn phone(part: &str) -> Option<String> {
    let start = part.find(|c: char| c.is_ascii_digit() || "+(＋".contains(c))?;
    let (label, number) = part.split_at(start);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let rest = number.chars().filter(|c| c.is_alphabetic()).count();
    let labelled = label.trim().is_empty() || is_label(label.trim());
    (labelled && (6..=20).contains(&digits) && rest <= 5).then(|| number.trim().to_owned())
}

/// A word that only says what follows it.
fn is_label(text: &str) -> bool {
    let known = [
        "tel", "t", "phone", "ph", "mobile", "mob", "m", "cell", "fon", "fone", "direct", "email", "e-mail", "mail",
        "e",
    ];
    known.contains(&fold(text).trim_end_matches([':', '.']))
}

/// "ana.souza@acme.example" is Ana Souza; "info@acme.example" is nobody.
fn name_in(email: &str) -> Option<String> {
    let (local, _) = email.split_once('@')?;
    let words: Vec<&str> = local.split(['.', '_']).filter(|w| !w.is_empty()).collect();
    let plain = words.len() > 1 && words.iter().all(|w| w.chars().all(char::is_alphabetic));
    let capital = |word: &&str| {
        let mut signs = word.chars();
        signs.next().map(|first| first.to_uppercase().chain(signs).collect::<String>()).unwrap_or_default()
    };
    plain.then(|| words.iter().map(capital).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_and_signatures_are_read() {
        let whole = "Ana Souza|ana@acme.example|+55 11 95550-0142|Acme|";
        let titled = "Ana Souza|ana@acme.example|+55 11 95550-0142|Acme|Head of Sales";
        for (text, wanted) in [
            ("Ana Souza, ana@acme.example, Acme, +55 11 95550-0142", whole),
            ("Ana Souza;Acme;+55 11 95550-0142;ana@acme.example", whole),
            ("Ana Souza\tana@acme.example\tAcme\t+55 11 95550-0142", whole),
            ("Ana Souza <ana@acme.example>, Acme, Tel.: +55 11 95550-0142", whole),
            ("--\nAna Souza\nHead of Sales\nAcme\nM: +55 11 95550-0142\nE-mail: ana@acme.example", titled),
            ("Ana Souza, Head of Sales, Acme\n+55 11 95550-0142 | mailto:ana@acme.example", titled),
            ("ana.souza@acme.example", "Ana Souza|ana.souza@acme.example|||"),
            ("info@acme.example", "|info@acme.example|||"),
            ("Acme GmbH, Jörg Weiß, 0711 5550177", "Jörg Weiß||0711 5550177|Acme GmbH|"),
            ("山田太郎, yamada@acme.example", "山田太郎|yamada@acme.example|||"),
            ("", "||||"),
        ] {
            let q = parse(text);
            let read = [q.name, q.email, q.phone, q.company, q.job_title].map(Option::unwrap_or_default).join("|");
            assert_eq!(read, wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_address_is_found_wherever_it_stands(before in "[A-Z][a-z]{2,9} [A-Z][a-z]{2,9}", sign in "[,;\t\n]", any in ".{0,80}") {
            let q = parse(&format!("{before}{sign} ana@acme.example{sign}{any}"));
            prop_assert_eq!(q.email.as_deref(), Some("ana@acme.example"));
        }
    }
}
