//! English names of months and weekdays as people write them: whole, or three letters of them and more.

use chrono::{Month, Weekday};

/// 1 for January, as “january”, “Jan” or “sept”.
pub fn month_named(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let month: Month = word.get(..3)?.parse().ok()?;
    month.name().to_lowercase().starts_with(&word).then(|| month.number_from_month())
}

/// As “monday”, “Mon” or “thurs”.
pub fn weekday_named(word: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_lowercase();
    let day: Weekday = word.get(..3)?.parse().ok()?;
    NAMES[day.num_days_from_monday() as usize].starts_with(&word).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_whole_or_shortened() {
        for (word, month) in [("January", Some(1)), ("sep", Some(9)), ("Sept", Some(9)), ("ma", None), ("mayor", None)]
        {
            assert_eq!(month_named(word), month, "{word}");
        }
        for (word, day) in [("Thurs", Some(Weekday::Thu)), ("sun", Some(Weekday::Sun)), ("sunny", None), ("é€x", None)]
        {
            assert_eq!(weekday_named(word), day, "{word}");
        }
    }
}
