//! The days and times of a line.

use super::{Found, Line, When};
use crate::db::calendar::{month_named, weekday_named};
use chrono::{Datelike, Days, Duration, Months, NaiveDate, NaiveTime, Weekday};

const NUMBERS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

impl Line<'_> {
    /// The day that is meant. Of several, the one at the end of the line, else at its beginning: others are words.
    pub(super) fn date(&mut self) -> Option<When> {
        let mut found: Vec<(When, usize, usize)> = Vec::new();
        let mut at = 0;
        while at < self.raw.len() {
            match self.date_at(at) {
                Some((when, words)) => {
                    found.push((when, at, words));
                    at += words;
                }
                None => at += 1,
            }
        }
        let edge = |at: usize| self.used[at..].iter().all(|used| *used) || self.time_ends(at);
        let last = found.iter().rev().find(|(_, at, words)| edge(at + words)).copied();
        let (when, at, words) = last.or_else(|| found.first().copied())?;
        self.take(at, words);
        Some(when)
    }

    /// Whether only a time stands from here to the end.
    pub(super) fn time_ends(&self, at: usize) -> bool {
        self.clock_at(at).is_some_and(|(_, words)| self.used[at + words..].iter().all(|used| *used))
    }

    pub(super) fn date_at(&mut self, at: usize) -> Found<When> {
        let lead = match (self.word(at), self.word(at + 1)) {
            ("on" | "by" | "due", "the") => 2,
            ("on" | "by" | "due" | "until", _) => 1,
            ("the", "day") => 1,
            _ => 0,
        };
        self.bare_date(at + lead, lead).map(|(when, words)| (when, words + lead))
    }

    fn bare_date(&mut self, at: usize, lead: usize) -> Found<When> {
        let (today, first) = (self.today, self.word(at).to_owned());
        let (second, third) = (self.word(at + 1).to_owned(), self.word(at + 2).to_owned());
        let day = |day: Option<NaiveDate>, words: usize| day.map(|d| (When::Day(d), words));
        let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        match (first.as_str(), second.as_str(), third.as_str()) {
            ("", ..) => return None,
            ("today" | "tonight", ..) => return day(Some(today), 1),
            ("tomorrow" | "tmrw", ..) => return day(today.succ_opt(), 1),
            ("day", "after", "tomorrow") => return day(today.checked_add_days(Days::new(2)), 3),
            ("next", "week", _) => return day(monday.checked_add_days(Days::new(7)), 2),
            ("next", "month", _) => {
                return day(today.with_day(1).and_then(|d| d.checked_add_months(Months::new(1))), 2);
            }
            ("next", "year", _) => return day(NaiveDate::from_ymd_opt(today.year() + 1, 1, 1), 2),
            ("end", "of", "month" | "week") | ("end", "of", "the") => {
                let the = usize::from(third == "the");
                let unit = self.word(at + 2 + the).to_owned();
                let last = match unit.as_str() {
                    "month" => last_of_month(today),
                    "week" => monday.checked_add_days(Days::new(4)).filter(|d| *d >= today),
                    _ => None,
                };
                return day(last, 3 + the);
            }
            ("next", name, _) => {
                let named = day_name(name, true)?;
                return day(monday.checked_add_days(Days::new(7 + u64::from(named.num_days_from_monday()))), 2);
            }
            ("this", name, _) => {
                let named = day_name(name, true)?;
                return day(Some(following(today, named, true)), 2);
            }
            ("in", ..) => return self.span(at + 1).map(|(when, words)| (when, words + 1)),
            _ => {}
        }
        if let Some((when, words)) = self.span(at)
            && self.word(at + words) == "from"
            && self.word(at + words + 1) == "now"
        {
            return Some((when, words + 2));
        }
        // A short name is a word as well (sat, sun, wed): it counts where a day is expected.
        let expected = lead > 0 || at == 0 || at + 1 == self.raw.len() || self.clock_at(at + 1).is_some();
        if let Some(named) = day_name(&first, expected) {
            return day(Some(following(today, named, false)), 1);
        }
        if let Some(found) = self.named_date(at) {
            return Some(found);
        }
        if lead == 2
            && let Some(number) = ordinal_number(&first, true)
        {
            return self.day_of_month(number).map(|d| (When::Day(d), 1));
        }
        self.written_date(at, lead > 0 || at == 0 || at + 1 == self.raw.len() || self.time_ends(at + 1))
    }

    /// “3 days”, “a week”, “half an hour” is none.
    fn span(&self, at: usize) -> Found<When> {
        let number = count(self.word(at))?;
        let (today, now) = (self.today, self.place.now);
        let n = u64::from(number);
        let moment = |minutes: u32| now.checked_add_signed(Duration::minutes(i64::from(minutes)));
        let days = |n: u64| today.checked_add_days(Days::new(n)).map(When::Day);
        let months = |n: u32| today.checked_add_months(Months::new(n)).map(When::Day);
        let (when, words) = match (self.word(at + 1), self.word(at + 2)) {
            ("day" | "days", _) => (days(n), 2),
            ("week" | "weeks", _) => (days(7 * n), 2),
            ("month" | "months", _) => (months(number), 2),
            ("year" | "years", _) => (months(number.checked_mul(12)?), 2),
            ("working" | "business", "day" | "days") => (Some(When::Day(working(today, number))), 3),
            ("hour" | "hours" | "h", _) => (moment(number.checked_mul(60)?).map(When::Moment), 2),
            ("minute" | "minutes" | "min", _) => (moment(number).map(When::Moment), 2),
            _ => return None,
        };
        Some((when?, words))
    }

    /// “15 January 2027”, “January 15th”, “15th of Jan”.
    fn named_date(&mut self, at: usize) -> Found<When> {
        let (first, second) = (self.word(at), self.word(at + 1));
        let of = usize::from(second == "of");
        let (day, month, mut words) = match (ordinal_number(first, false), month_named(first)) {
            (Some(day), _) => (day, month_named(self.word(at + 1 + of))?, 2 + of),
            (_, Some(month)) => (ordinal_number(second, false)?, month, 2),
            _ => return None,
        };
        let year = self.word(at + words).parse().ok().filter(|y: &i32| (1970..=2200).contains(y));
        words += usize::from(year.is_some());
        let said = self.raw[at..at + words].join(" ");
        Some((When::Day(self.day_in(day, month, year, &said)?), words))
    }

    /// “2027-01-15”, “15/1”, “15.1.”, “1/15/2027”.
    fn written_date(&mut self, at: usize, expected: bool) -> Found<When> {
        let raw = self.raw[at].trim_end_matches([',', ';']);
        let word = self.word(at).to_owned();
        let mark = ['/', '.', '-'].into_iter().find(|m| word.contains(*m))?;
        let parts: Vec<&str> = word.split(mark).collect();
        if !parts.iter().all(|p| (1..=4).contains(&p.len()) && p.chars().all(|c| c.is_ascii_digit())) {
            return None;
        }
        let numbers: Vec<u32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
        let (day, month, year) = match numbers.as_slice() {
            [year, month, day] if parts[0].len() == 4 => (*day, *month, Some(*year)),
            [a, b, year] if parts[2].len() == 4 => {
                let (day, month) = self.ordered(*a, *b, mark);
                (day, month, Some(*year))
            }
            // 24/7 is an idiom; 1.5 and 3-4 are numbers unless a stop ends them.
            [a, b] if expected && word != "24/7" && (mark == '/' || (mark == '.' && raw.ends_with('.'))) => {
                let (day, month) = self.ordered(*a, *b, mark);
                (day, month, None)
            }
            _ => return None,
        };
        if month > 12 && day <= 12 && mark == '/' {
            let order = if self.place.month_first { "the month first" } else { "the day first" };
            self.say(format!("“{raw}” is no day, with {order}: write it as in “15 January”."));
            return None;
        }
        if numbers.len() == 2 && (month > 12 || month == 0 || day > 31 || day == 0) {
            return None;
        }
        let year = year.and_then(|y| i32::try_from(y).ok());
        Some((When::Day(self.day_in(day, month, year, raw)?), 1))
    }

    /// Which is the day: where stops part them, it always comes first.
    fn ordered(&self, a: u32, b: u32, mark: char) -> (u32, u32) {
        if self.place.month_first && mark != '.' { (b, a) } else { (a, b) }
    }

    /// The day, of the year that is said or the first that has it from today on.
    fn day_in(&mut self, day: u32, month: u32, year: Option<i32>, said: &str) -> Option<NaiveDate> {
        let found = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day).filter(|d| (1970..=2200).contains(&d.year())),
            None => (0..=8)
                .filter_map(|ahead| NaiveDate::from_ymd_opt(self.today.year() + ahead, month, day))
                .find(|d| *d >= self.today),
        };
        if found.is_none() {
            self.say(format!("“{said}” does not exist: write another day."));
        }
        found
    }

    fn day_of_month(&self, day: u32) -> Option<NaiveDate> {
        let first = self.today.with_day(1)?;
        (0..=12)
            .filter_map(|ahead| first.checked_add_months(Months::new(ahead))?.with_day(day))
            .find(|d| *d >= self.today)
    }

    pub(super) fn time_at(&mut self, at: usize) -> Found<NaiveTime> {
        let word = self.word(at).to_owned();
        if let Some((hours, minutes)) = word.split_once(':')
            && minutes.len() == 2
            && [hours, minutes].iter().all(|p| !p.is_empty() && p.len() <= 2 && p.chars().all(|c| c.is_ascii_digit()))
            && self.clock_at(at).is_none()
        {
            self.say(format!("“{word}” is no time: write it like 15:00."));
            return None;
        }
        self.clock_at(at)
    }

    /// “15:00”, “9am”, “at 9”, “noon”; “morning” behind a day.
    fn clock_at(&self, at: usize) -> Found<NaiveTime> {
        let lead = usize::from(matches!(self.word(at), "at" | "@"));
        let (word, next) = (self.word(at + lead), self.word(at + lead + 1));
        let hour = |h: u32| NaiveTime::from_hms_opt(h, 0, 0);
        let part = match word {
            "noon" => hour(12),
            "morning" if at > 0 && self.used[at - 1] => hour(9),
            "afternoon" if at > 0 && self.used[at - 1] => hour(14),
            "evening" if at > 0 && self.used[at - 1] => hour(18),
            _ => None,
        };
        if let Some(time) = part {
            return Some((time, lead + 1));
        }
        let (digits, half, words) =
            match word.strip_suffix("am").map(|d| (d, "am")).or(word.strip_suffix("pm").map(|d| (d, "pm"))) {
                Some((digits, half)) => (digits, half, 1),
                None if matches!(next, "am" | "pm") => (word, next, 2),
                None => (word, "", 1),
            };
        let (hours, minutes) = match digits.split_once([':', 'h']) {
            Some((hours, "")) if half.is_empty() && digits.ends_with('h') => (hours, "00"),
            Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
            Some(_) => return None,
            None if !half.is_empty() || lead > 0 => (digits, "00"),
            None => return None,
        };
        let number = |text: &str| {
            (!text.is_empty() && text.len() <= 2 && text.chars().all(|c| c.is_ascii_digit()))
                .then(|| text.parse().ok())?
        };
        let (mut hours, minutes): (u32, u32) = (number(hours)?, number(minutes)?);
        if !half.is_empty() {
            if !(1..=12).contains(&hours) {
                return None;
            }
            hours = hours % 12 + if half == "pm" { 12 } else { 0 };
        }
        Some((NaiveTime::from_hms_opt(hours, minutes, 0)?, lead + words))
    }
}

/// The weekday of this name; a short one only where a day is expected.
pub(super) fn day_name(word: &str, short: bool) -> Option<Weekday> {
    weekday_named(word).filter(|_| short || word.ends_with("day"))
}

/// “15” or “15th”; `marked` wants the ending.
pub(super) fn ordinal_number(word: &str, marked: bool) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    let digits = if marked { bare? } else { bare.unwrap_or(word) };
    let short = (1..=2).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    short.then(|| digits.parse().ok())?.filter(|n| (1..=31).contains(n))
}

/// “3”, “three”, “a”.
pub(super) fn count(word: &str) -> Option<u32> {
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    let named = NUMBERS.iter().position(|n| *n == word).and_then(|n| u32::try_from(n).ok());
    named.or_else(|| word.parse().ok().filter(|n| *n <= 9999 && word.chars().all(|c| c.is_ascii_digit())))
}

/// The next such day, today among them or not.
fn following(today: NaiveDate, day: Weekday, with_today: bool) -> NaiveDate {
    let ahead = (7 + day.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    let ahead = if ahead == 0 && !with_today { 7 } else { ahead };
    today.checked_add_days(Days::new(u64::from(ahead))).unwrap_or(today)
}

fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// So many days of work on.
fn working(today: NaiveDate, days: u32) -> NaiveDate {
    let (mut day, mut left) = (today, days);
    while left > 0 {
        let Some(next) = day.succ_opt() else { break };
        day = next;
        left -= u32::from(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    }
    day
}
