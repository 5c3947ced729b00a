//! Words compared as people compare them: case, accents, spaces and punctuation aside, and with the
//! spelling mistakes that are safe to see through.

use rapidfuzz::distance::osa;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which two names are the same name: "GTXPro" and "gtx pro" both give `gtxpro`.
///
/// Accents on Latin, Greek and Cyrillic letters go; marks that are letters of their own in other
/// scripts stay. A name of signs alone ("★ 5") keeps them rather than matching everything.
pub fn match_key(text: &str) -> String {
    let folded = text.nfkd().flat_map(char::to_lowercase);
    let key: String = folded
        .filter(|&c| c.is_alphanumeric() || (is_combining_mark(c) && !('\u{300}'..='\u{36f}').contains(&c)))
        .collect();
    if key.is_empty() { text.trim().to_lowercase() } else { key }
}

/// Whether `word` is `known` with a slip of the fingers: the same first letter and one edit in a
/// word of four to seven letters, two in a longer one. Both are [`match_key`]s.
pub fn is_slip_of(word: &str, known: &str) -> bool {
    let length = word.chars().count().min(known.chars().count());
    let edits = match length {
        0..4 => return false,
        4..8 => 1,
        _ => 2,
    };
    word.chars().next() == known.chars().next() && osa::distance(word.chars(), known.chars()) <= edits
}

/// The `known` words nearest to `word`, best first, for messages.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let key = match_key(word);
    let likeness = |name: &str| {
        let name = match_key(name);
        let contained = !key.is_empty() && (name.contains(&key) || key.contains(&name));
        osa::normalized_similarity(key.chars(), name.chars()) + if contained { 0.5 } else { 0.0 }
    };
    let mut scored: Vec<(f64, &str)> = known.into_iter().map(|name| (likeness(name), name)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(count).map(|(_, name)| name).collect()
}

/// Industries under their usual names. A company may use others: these only repair spelling.
pub const INDUSTRIES: [&str; 38] = [
    "Advertising",
    "Aerospace",
    "Agriculture",
    "Apparel",
    "Automotive",
    "Banking",
    "Biotechnology",
    "Chemicals",
    "Communications",
    "Construction",
    "Consulting",
    "Education",
    "Electronics",
    "Employment",
    "Energy",
    "Engineering",
    "Entertainment",
    "Environmental",
    "Finance",
    "Food and beverage",
    "Government",
    "Healthcare",
    "Hospitality",
    "Insurance",
    "Logistics",
    "Manufacturing",
    "Marketing",
    "Media",
    "Medical",
    "Non-profit",
    "Professional services",
    "Real estate",
    "Retail",
    "Services",
    "Software",
    "Technology",
    "Telecommunications",
    "Transportation",
];

/// The industry meant by `text`: "technolgy" is "Technology"; one that is not known stays as
/// written, with a capital.
pub fn industry(text: &str) -> String {
    let key = match_key(text);
    let named = INDUSTRIES.iter().find(|i| match_key(i) == key);
    match named.or_else(|| INDUSTRIES.iter().find(|i| is_slip_of(&key, &match_key(i)))) {
        Some(name) => (*name).to_owned(),
        None => {
            let mut letters = text.trim().chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// How a deal stands by the name of its stage or status: `won`, `lost` or `open`; `None` when the
/// name says nothing.
pub fn deal_status(text: &str) -> Option<&'static str> {
    match match_key(text).as_str() {
        "won" | "closedwon" | "closewon" | "saledone" | "gewonnen" | "gagne" | "ganado" => Some("won"),
        "lost" | "closedlost" | "closelost" | "closednotconverted" | "verloren" | "perdu" | "perdido" => Some("lost"),
        "open" | "prospecting" | "engaging" | "inprogress" | "new" | "working" => Some("open"),
        _ => None,
    }
}

/// The lifecycle meant by `text`: `subscriber`, `lead`, `qualified`, `customer` or `former`.
/// `Ok(None)` for words that say nothing ("Other").
pub fn lifecycle(text: &str) -> Result<Option<&'static str>, String> {
    Ok(Some(match match_key(text).as_str() {
        "subscriber" => "subscriber",
        "lead" | "prospect" | "suspect" | "marketingqualifiedlead" | "mql" => "lead",
        "qualified" | "qualifiedlead" | "salesqualifiedlead" | "sql" | "opportunity" => "qualified",
        "customer" | "client" | "evangelist" => "customer",
        "former" | "formercustomer" | "pastcustomer" | "churned" => "former",
        "other" => return Ok(None),
        _ => {
            return Err(format!(
                "\"{}\" is not a lifecycle: write subscriber, lead, qualified, customer or former.",
                text.trim()
            ));
        }
    }))
}

/// The status of a lead: `new`, `working`, `nurturing`, `qualified` or `disqualified`; `None` for other words.
pub fn lead_status(text: &str) -> Option<&'static str> {
    Some(match match_key(text).as_str() {
        "new" | "open" | "opennotcontacted" | "notcontacted" | "nouveau" | "neu" => "new",
        "working" | "workingcontacted" | "inprogress" | "connected" | "contacted" | "attemptedtocontact" | "active"
        | "kontaktiert" => "working",
        "nurturing" | "badtiming" => "nurturing",
        "qualified" | "closedconverted" | "opendeal" => "qualified",
        "disqualified" | "unqualified" | "closednotconverted" | "badlead" => "disqualified",
        _ => return None,
    })
}

/// A person's role: `admin`, `manager`, `rep` or `agent`.
pub fn role(text: &str) -> Result<&'static str, String> {
    Ok(match match_key(text).as_str() {
        "admin" | "administrator" => "admin",
        "manager" => "manager",
        "rep" | "salesrep" | "sales" => "rep",
        "agent" | "supportagent" | "support" => "agent",
        _ => return Err(format!("\"{}\" is not a role: write admin, manager, rep or agent.", text.trim())),
    })
}

/// The state of a task: `done`, `cancelled` or `open`.
pub fn task_status(text: &str) -> &'static str {
    match match_key(text).as_str() {
        "completed" | "complete" | "done" | "closed" | "erledigt" | "finished" => "done",
        "cancelled" | "canceled" => "cancelled",
        _ => "open",
    }
}

/// The urgency of a task: `high`, `low` or `normal`.
pub fn priority(text: &str) -> &'static str {
    match match_key(text).as_str() {
        "high" | "urgent" | "highest" | "critical" | "1" => "high",
        "low" | "lowest" | "3" => "low",
        _ => "normal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_whatever_their_case_spaces_and_accents() {
        assert_eq!(match_key("GTXPro"), match_key(" gtx-Pro "));
        assert_eq!(match_key("Téléphone"), "telephone");
        assert_ne!(match_key("कि"), match_key("क"));
        assert_eq!(match_key(" ★ "), "★");
    }

    #[test]
    fn slips_are_seen_through_and_other_words_are_not() {
        for (typed, meant) in [("nmae", "name"), ("emial", "email"), ("phne", "phone"), ("compny", "company")] {
            assert!(is_slip_of(typed, meant), "{typed}");
        }
        for (typed, other) in [("game", "name"), ("state", "status"), ("id", "is"), ("cost", "city")] {
            assert!(!is_slip_of(typed, other), "{typed}");
        }
    }

    #[test]
    fn industries_are_spelt_the_usual_way() {
        assert_eq!(industry("technolgy"), "Technology");
        assert_eq!(industry("NON PROFIT"), "Non-profit");
        assert_eq!(industry("medical"), "Medical");
        assert_eq!(industry("fibre optics"), "Fibre optics");
    }

    #[test]
    fn stages_lifecycles_and_tasks_have_their_own_words() {
        assert_eq!(deal_status("closedwon"), Some("won"));
        assert_eq!(deal_status("Closed Lost"), Some("lost"));
        assert_eq!(deal_status("Value Proposition"), None);
        assert_eq!(lifecycle("Sales Qualified Lead"), Ok(Some("qualified")));
        assert_eq!(lifecycle("Other"), Ok(None));
        assert!(lifecycle("Zebra").is_err());
        assert_eq!(task_status("Not Started"), "open");
        assert_eq!(priority("URGENT"), "high");
        assert_eq!(nearest("mail", ["name", "email", "phone"], 1), ["email"]);
    }
}
