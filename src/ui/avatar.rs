//! Initials on a quiet tint, for people and companies without a picture.

/// What the avatar macro draws.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Avatar {
    pub initials: String,
    /// 1 to 6, chosen by the record's number so that it never changes.
    pub tint: i64,
    pub company: bool,
}

impl Avatar {
    pub fn person(id: i64, name: &str) -> Self {
        Self { initials: initials(name), tint: tint(id), company: false }
    }

    pub fn company(id: i64, name: &str) -> Self {
        let first = name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().to_string());
        Self { initials: first.unwrap_or_default(), tint: tint(id), company: true }
    }
}

fn tint(id: i64) -> i64 {
    id.rem_euclid(6) + 1
}

/// First signs of the first and the last word; one sign for scripts that do not part names with blanks.
fn initials(name: &str) -> String {
    let first_of = |word: &str| word.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().to_string());
    let words: Vec<String> = name.split_whitespace().filter_map(first_of).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, .., last] => format!("{first}{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_last_word() {
        assert_eq!(initials("Ana de Souza"), "AS");
        assert_eq!(initials("小林"), "小");
        assert_eq!(initials("— …"), "");
    }
}
