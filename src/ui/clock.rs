//! A clock that runs towards a moment, or how long something took: in words, since colour alone says nothing.

use chrono::{Duration, NaiveDateTime};

/// What `marks::clock` draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// `late`, `soon`, `met` or nothing.
    pub class: &'static str,
    /// In the sprite.
    pub icon: &'static str,
    pub text: String,
    /// The moment it runs towards (RFC 3339, UTC), for the script that keeps it true; empty once it stands.
    pub due: String,
}

impl Clock {
    /// Minutes before its time from which it is soon.
    pub const SOON: i64 = 10;

    /// It runs until then, and on.
    pub fn running(due: NaiveDateTime, now: NaiveDateTime) -> Self {
        let left = (due - now).num_seconds();
        let minutes = (left.abs() + 30) / 60;
        let (class, icon, word) = match left {
            ..0 => ("late", "warn", "late"),
            _ if minutes <= Self::SOON => ("soon", "clock", "left"),
            _ => ("", "clock", "left"),
        };
        let due = due.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        Self { class, icon, text: format!("{} {word}", length(minutes)), due }
    }

    /// It was answered after so long.
    pub fn answered(after: Duration, late: bool) -> Self {
        let took = took(after.num_seconds());
        match late {
            true => Self { class: "", icon: "check", text: format!("Answered late, in {took}"), due: String::new() },
            false => Self { class: "met", icon: "check", text: format!("Answered in {took}"), due: String::new() },
        }
    }
}

/// Seconds as people say them.
pub fn took(seconds: i64) -> String {
    match seconds {
        ..60 => "under a minute".into(),
        n => length((n + 30) / 60),
    }
}

/// Minutes as people say them, as `static/js/clock.js` does: 38 min, 6 h 48 min, 2 days.
pub fn length(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m} min"),
        (h @ 1..24, 0) => format!("{h} h"),
        (h @ 1..24, m) => format!("{h} h {m} min"),
        (h, _) if h / 24 == 1 => "1 day".into(),
        (h, _) => format!("{} days", h / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_say_in_words_how_they_stand() {
        let now = NaiveDateTime::default();
        for (minutes, class, text) in [
            (-22, "late", "22 min late"),
            (8, "soon", "8 min left"),
            (72, "", "1 h 12 min left"),
            (180, "", "3 h left"),
            (-2000, "late", "1 day late"),
            (5000, "", "3 days left"),
        ] {
            let clock = Clock::running(now + Duration::minutes(minutes), now);
            assert_eq!((clock.class, clock.text.as_str()), (class, text));
        }
        assert_eq!(Clock::answered(Duration::seconds(20), false).text, "Answered in under a minute");
        assert_eq!(Clock::answered(Duration::minutes(90), true).text, "Answered late, in 1 h 30 min");
    }
}
