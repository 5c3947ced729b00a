//! A task in one line, as people say it: "call Maria tomorrow 15:00 !!".
//!
//! What is understood is taken out of the line and shown; what is not stays in the subject. Nothing is guessed: a date
//! that does not exist, or that the reader's region writes the other way round, is a sentence.

use super::{
    Due, Priority,
    recurrence::{End, On, Rule, Step},
};
use crate::{db::types::UserId, ui::format};
use chrono::{Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;

/// Who says it, where and when.
#[derive(Clone, Copy, Debug)]
pub struct Where {
    /// UTC.
    pub now: NaiveDateTime,
    pub zone: Tz,
    /// 1/15 is the 15th of January.
    pub month_first: bool,
}

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub subject: String,
    pub due: Option<Due>,
    pub priority: Option<Priority>,
    /// Who stands behind an `@`.
    pub owner: Option<UserId>,
    pub rule: Option<Rule>,
    /// What cannot be, each a sentence.
    pub wrong: Vec<String>,
}

/// Something found at a place of the line: what, and how many words it takes.
type Found<T> = Option<(T, usize)>;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

const NUMBERS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A day, or a moment that is counted from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Day(NaiveDate),
    Moment(NaiveDateTime),
}

struct Line<'a> {
    raw: Vec<&'a str>,
    /// In lower case, without the stops behind them.
    low: Vec<String>,
    used: Vec<bool>,
    place: Where,
    today: NaiveDate,
    wrong: Vec<String>,
}

/// Reads a line. `people` finds whose name it is, or says why it is nobody's.
pub fn read(text: &str, place: Where, people: &dyn Fn(&str) -> Result<UserId, String>) -> Said {
    let raw: Vec<&str> = text.split_whitespace().collect();
    let low = raw.iter().map(|w| w.to_lowercase().trim_end_matches([',', '.', ';']).to_owned()).collect();
    let used = vec![false; raw.len()];
    let today = format::local(place.now, place.zone).date_naive();
    let mut line = Line { raw, low, used, place, today, wrong: Vec::new() };
    let priority = line.priority();
    let owner = line.owner(people);
    let rule = line.first_of(Line::rule_at);
    let rule = rule.map(|rule| line.end(rule));
    let when = line.date();
    let time = line.first_of(Line::time_at);
    let due = line.due(when, time, rule.as_ref());
    let subject = line.rest();
    Said { subject, due, priority, owner, rule, wrong: line.wrong }
}

impl Line<'_> {
    fn word(&self, at: usize) -> &str {
        if self.used.get(at).is_none_or(|used| *used) { "" } else { &self.low[at] }
    }

    /// Each sentence once: a place may be looked at several times.
    fn say(&mut self, sentence: String) {
        if !self.wrong.contains(&sentence) {
            self.wrong.push(sentence);
        }
    }

    fn take(&mut self, at: usize, words: usize) {
        self.used[at..at + words].fill(true);
    }

    fn rest(&self) -> String {
        let kept: Vec<&str> = self.raw.iter().zip(&self.used).filter(|(_, used)| !**used).map(|(w, _)| *w).collect();
        kept.join(" ").trim_end_matches([',', ';']).to_owned()
    }

    /// Takes the first of these that stands anywhere.
    fn first_of<T>(&mut self, find: impl Fn(&mut Self, usize) -> Found<T>) -> Option<T> {
        for at in 0..self.raw.len() {
            if let Some((found, words)) = find(self, at) {
                self.take(at, words);
                return Some(found);
            }
        }
        None
    }

    fn priority(&mut self) -> Option<Priority> {
        let last = self.raw.len().checked_sub(1)?;
        self.first_of(|line, at| match (line.word(at), line.word(at + 1)) {
            ("!!" | "!!!" | "!high", _) => Some((Priority::High, 1)),
            ("!low", _) => Some((Priority::Low, 1)),
            ("high", "priority") => Some((Priority::High, 2)),
            ("low", "priority") => Some((Priority::Low, 2)),
            // At the end only: “high” is a word of many subjects.
            ("high", _) if at == last && at > 0 => Some((Priority::High, 1)),
            ("low", _) if at == last && at > 0 => Some((Priority::Low, 1)),
            _ => None,
        })
    }

    /// Who is meant by an `@`: as many of the words behind it as are one person's name.
    fn owner(&mut self, people: &dyn Fn(&str) -> Result<UserId, String>) -> Option<UserId> {
        let at = self.raw.iter().position(|w| w.len() > 1 && w.starts_with('@'))?;
        let bare = |word: &str| word.trim_end_matches([',', '.', ';']).to_owned();
        let words: Vec<String> = self.raw[at..].iter().take(3).map(|w| bare(w)).collect();
        let mut wrong = None;
        for length in (1..=words.len()).rev() {
            match people(words[..length].join(" ").trim_start_matches('@')) {
                Ok(found) => {
                    self.take(at, length);
                    return Some(found);
                }
                Err(sentence) => wrong = Some(sentence),
            }
        }
        self.wrong.extend(wrong);
        None
    }

    /// The day that is meant. Of several, the one at the end of the line, else at its beginning: others are words.
    fn date(&mut self) -> Option<When> {
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
    fn time_ends(&self, at: usize) -> bool {
        self.clock_at(at).is_some_and(|(_, words)| self.used[at + words..].iter().all(|used| *used))
    }

    fn date_at(&mut self, at: usize) -> Found<When> {
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
        let (day, month, mut words) = match (ordinal_number(first, false), month_name(first)) {
            (Some(day), _) => (day, month_name(self.word(at + 1 + of))?, 2 + of),
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

    fn time_at(&mut self, at: usize) -> Found<NaiveTime> {
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

    /// “every Monday and Thursday”, “every other week”, “every 15th”, “every last Friday”.
    fn rule_at(&mut self, at: usize) -> Found<Rule> {
        if !matches!(self.word(at), "every" | "each") {
            return None;
        }
        let mut next = at + 1;
        let every: u16 = match self.word(next) {
            "other" | "second" => {
                next += 1;
                2
            }
            word => match count(word).filter(|_| word != "a" && word != "an") {
                Some(n) => {
                    next += 1;
                    u16::try_from(n).ok().filter(|n| (1..=400).contains(n))?
                }
                None => 1,
            },
        };
        let unit = self.word(next).to_owned();
        let step = match unit.as_str() {
            "day" | "days" => Some(Step::Days),
            "week" | "weeks" => Some(Step::Weeks),
            "month" | "months" => Some(Step::Months),
            "year" | "years" => Some(Step::Years),
            "weekday" | "workday" if every == 1 => return Some((Rule::working_days(), next + 1 - at)),
            _ => None,
        };
        if let Some(step) = step {
            return Some((Rule::new(step, every, On::Same), next + 1 - at));
        }
        let nth = match unit.as_str() {
            "first" => Some(1),
            "third" => Some(3),
            "fourth" => Some(4),
            "last" => Some(-1),
            _ => None,
        };
        if let (Some(nth), Some(day)) = (nth, day_name(self.word(next + 1), true)) {
            let of = if self.word(next + 2) == "of" { 2 + usize::from(self.word(next + 3) == "the") } else { 0 };
            return Some((Rule::new(Step::Months, 1, On::Nth(nth, day)), next + 2 + of - at));
        }
        if let Some(day) = ordinal_number(&unit, true).filter(|_| every == 1) {
            return Some((Rule::new(Step::Months, 1, On::Day(day)), next + 1 - at));
        }
        let mut days: Vec<Weekday> = Vec::new();
        while let Some(day) = day_name(self.word(next).trim_end_matches('s'), true) {
            days.push(day);
            next += 1;
            if self.word(next) == "and" && day_name(self.word(next + 1), true).is_some() {
                next += 1;
            }
        }
        days.sort_by_key(Weekday::num_days_from_monday);
        days.dedup();
        (!days.is_empty()).then(|| (Rule::new(Step::Weeks, every, On::Weekdays(days)), next - at))
    }

    /// “until 1 March”, “5 times”.
    fn end(&mut self, mut rule: Rule) -> Rule {
        for at in 0..self.raw.len() {
            if self.word(at) == "until"
                && let Some((When::Day(day), words)) = self.date_at(at)
            {
                self.take(at, words);
                rule.end = End::Until(day);
            } else if self.word(at + 1) == "times"
                && let Some(times) = count(self.word(at)).filter(|n| (1..=super::recurrence::MOST).contains(n))
            {
                let lead = usize::from(at > 0 && self.word(at - 1) == "for");
                self.take(at - lead, 2 + lead);
                rule.end = End::Count(times);
            }
        }
        rule
    }

    fn due(&self, when: Option<When>, time: Option<NaiveTime>, rule: Option<&Rule>) -> Option<Due> {
        let zone = self.place.zone;
        let day = match (when, rule) {
            (Some(When::Moment(at)), _) => {
                return Some(Due { on: format::local(at, zone).date_naive(), at: Some(at) });
            }
            (Some(When::Day(day)), Some(rule)) => rule.first(day)?,
            (Some(When::Day(day)), None) => day,
            (None, Some(rule)) => {
                let first = rule.first(self.today)?;
                match time.map(|t| format::stored(first.and_time(t), zone)) {
                    Some(at) if at <= self.place.now => rule.first(self.today.succ_opt()?)?,
                    _ => first,
                }
            }
            // A time alone is the next that comes.
            (None, None) => {
                let at = format::stored(self.today.and_time(time?), zone);
                if at > self.place.now { self.today } else { self.today.succ_opt()? }
            }
        };
        Some(Due { on: day, at: time.map(|t| format::stored(day.and_time(t), zone)) })
    }
}

/// The weekday of this name; a short one only where a day is expected.
fn day_name(word: &str, short: bool) -> Option<Weekday> {
    let full = DAYS.iter().find(|(name, _)| *name == word);
    let short = || DAYS.iter().find(|(name, _)| short && (3..=5).contains(&word.len()) && name.starts_with(word));
    full.or_else(short).map(|(_, day)| *day)
}

fn month_name(word: &str) -> Option<u32> {
    let at = MONTHS
        .iter()
        .position(|name| *name == word || (word.len() >= 3 && word.len() <= 4 && name.starts_with(word)))?;
    u32::try_from(at + 1).ok()
}

/// “15” or “15th”; `marked` wants the ending.
fn ordinal_number(word: &str, marked: bool) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    let digits = if marked { bare? } else { bare.unwrap_or(word) };
    let short = (1..=2).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    short.then(|| digits.parse().ok())?.filter(|n| (1..=31).contains(n))
}

/// “3”, “three”, “a”.
fn count(word: &str) -> Option<u32> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, now: &str, zone: &str, month_first: bool) -> Said {
        let place = Where { now: now.parse().unwrap(), zone: zone.parse().unwrap(), month_first };
        read(text, place, &|name| match name {
            "Ana" | "Ana Souza" => Ok(UserId(7)),
            _ => Err(format!("Nobody is called {name}.")),
        })
    }

    /// `2026-11-25 15:00` in the zone, `2026-11-25` without a time, or empty.
    fn due(said: &Said, zone: &str) -> String {
        let zone: Tz = zone.parse().unwrap();
        said.due.map_or_else(String::new, |due| match due.at {
            Some(at) => format::local(at, zone).format("%Y-%m-%d %H:%M").to_string(),
            None => due.on.to_string(),
        })
    }

    #[test]
    fn lines_are_read_as_they_are_said() {
        // A Tuesday, 10:00 in Berlin.
        for (text, subject, when) in [
            ("call Maria tomorrow 15:00", "call Maria", "2026-11-25 15:00"),
            ("in 3 days send the offer", "send the offer", "2026-11-27"),
            ("send the offer in three days", "send the offer", "2026-11-27"),
            ("review next Tuesday", "review", "2026-12-01"),
            ("Tuesday review", "review", "2026-12-01"),
            ("review this Tuesday", "review", "2026-11-24"),
            ("review on 15 January", "review", "2027-01-15"),
            ("review on January 15", "review", "2027-01-15"),
            ("review on the 15th of January", "review", "2027-01-15"),
            ("review Jan 15th, 2028", "review", "2028-01-15"),
            ("review 24 Nov", "review", "2026-11-24"),
            ("review 23 November", "review", "2027-11-23"),
            ("Fri 9am ring the plant", "ring the plant", "2026-11-27 09:00"),
            ("ring the plant Fri 9am", "ring the plant", "2026-11-27 09:00"),
            ("ring the plant friday at 9", "ring the plant", "2026-11-27 09:00"),
            ("ring at 9:30 pm today", "ring", "2026-11-24 21:30"),
            ("ring at noon", "ring", "2026-11-24 12:00"),
            ("ring 9:00", "ring", "2026-11-25 09:00"),
            ("ring 15h30", "ring", "2026-11-24 15:30"),
            ("ring tomorrow morning", "ring", "2026-11-25 09:00"),
            ("ring tomorrow evening", "ring", "2026-11-25 18:00"),
            ("ring the day after tomorrow", "ring", "2026-11-26"),
            ("today", "", "2026-11-24"),
            ("plan next week", "plan", "2026-11-30"),
            ("plan next month", "plan", "2026-12-01"),
            ("plan next year", "plan", "2027-01-01"),
            ("plan end of month", "plan", "2026-11-30"),
            ("plan by end of the week", "plan", "2026-11-27"),
            ("plan in a week", "plan", "2026-12-01"),
            ("plan in 2 weeks", "plan", "2026-12-08"),
            ("plan in 2 months", "plan", "2027-01-24"),
            ("plan in a year", "plan", "2027-11-24"),
            ("plan in 5 working days", "plan", "2026-12-01"),
            ("plan 3 days from now", "plan", "2026-11-27"),
            ("ring in 2 hours", "ring", "2026-11-24 12:00"),
            ("ring in 30 minutes", "ring", "2026-11-24 10:30"),
            ("pay 2026-12-24", "pay", "2026-12-24"),
            ("pay 24.12.", "pay", "2026-12-24"),
            ("pay 24.12.2027", "pay", "2027-12-24"),
            ("pay on 24/12", "pay", "2026-12-24"),
            ("pay on the 30th", "pay", "2026-11-30"),
            ("pay on the 3rd", "pay", "2026-12-03"),
            ("pay 29 February", "pay", "2028-02-29"),
            // What is no date stays a word.
            ("offer support 24/7", "offer support 24/7", ""),
            ("buy 2 screens", "buy 2 screens", ""),
            ("ask whether May may help", "ask whether May may help", ""),
            ("update to version 1.5 now", "update to version 1.5 now", ""),
            ("order the 16:9 screen", "order the 16:9 screen", ""),
            ("we sat with the sun behind us", "we sat with the sun behind us", ""),
            ("read the weekly report", "read the weekly report", ""),
            // Of two days the one at the end counts.
            ("send the Friday report tomorrow", "send the Friday report", "2026-11-25"),
            ("tomorrow prepare Friday visit", "prepare Friday visit", "2026-11-25"),
        ] {
            let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", false);
            let got = (said.subject.as_str(), due(&said, "Europe/Berlin"));
            assert_eq!((got, said.wrong.clone()), ((subject, when.to_owned()), vec![]), "{text}");
        }
    }

    #[test]
    fn zones_clock_changes_and_year_ends_are_minded() {
        for (text, now, zone, month_first, when) in [
            ("x tomorrow", "2026-12-31T23:30:00", "America/New_York", true, "2027-01-01"),
            ("x tomorrow", "2026-12-31T23:30:00", "Asia/Tokyo", true, "2027-01-02"),
            ("x next week", "2026-12-30T09:00:00", "UTC", false, "2027-01-04"),
            ("x in 2 months", "2026-12-31T09:00:00", "UTC", false, "2027-02-28"),
            ("x on 1/2", "2026-11-24T09:00:00", "America/New_York", true, "2027-01-02"),
            ("x on 1/2", "2026-11-24T09:00:00", "Europe/Berlin", false, "2027-02-01"),
            ("x on 1/2/2028", "2026-11-24T09:00:00", "America/New_York", true, "2028-01-02"),
            // An hour that is skipped is the hour after; hours are counted, not read off the clock.
            ("x tomorrow 2:30", "2026-03-28T09:00:00", "Europe/Berlin", false, "2026-03-29 03:30"),
            ("x in 2 hours", "2026-03-29T00:30:00", "Europe/Berlin", false, "2026-03-29 04:30"),
            ("x in 2 hours", "2026-10-25T00:30:00", "Europe/Berlin", false, "2026-10-25 03:30"),
            ("x tomorrow 9am", "2026-10-24T09:00:00", "Europe/Berlin", false, "2026-10-25 09:00"),
        ] {
            let said = said(text, now, zone, month_first);
            assert_eq!((due(&said, zone), said.subject.as_str()), (when.to_owned(), "x"), "{text} in {zone}");
        }
    }

    #[test]
    fn what_cannot_be_is_a_sentence() {
        for (text, month_first, sentence) in [
            ("pay 31 February", false, "“31 February” does not exist: write another day."),
            ("pay on 31/2", false, "“31/2” does not exist: write another day."),
            ("pay 2027-02-29", false, "“2027-02-29” does not exist: write another day."),
            ("pay on 15/1", true, "“15/1” is no day, with the month first: write it as in “15 January”."),
            ("pay on 1/15", false, "“1/15” is no day, with the day first: write it as in “15 January”."),
            ("ring at 25:10", false, "“25:10” is no time: write it like 15:00."),
            ("ring @Bob", false, "Nobody is called Bob."),
        ] {
            let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", month_first);
            assert_eq!(said.wrong, [sentence], "{text}");
            assert!(said.due.is_none(), "{text}");
        }
    }

    #[test]
    fn series_priorities_and_people_are_read() {
        for (text, subject, when, rule) in [
            ("every Monday review pipeline", "review pipeline", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO"),
            ("stand-up every weekday 9:15", "stand-up", "2026-11-25 09:15", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
            ("sync every Monday and Thursday", "sync", "2026-11-26", "FREQ=WEEKLY;BYDAY=MO,TH"),
            ("sync every other week", "sync", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2"),
            ("water every 3 days until 1 March", "water", "2026-11-24", "FREQ=DAILY;INTERVAL=3;UNTIL=20270301"),
            ("bill every last Friday of the month", "bill", "2026-11-27", "FREQ=MONTHLY;BYDAY=-1FR"),
            ("bill every 15th", "bill", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15"),
            ("ask every month for 3 times", "ask", "2026-11-24", "FREQ=MONTHLY;COUNT=3"),
            ("ask every year on 15 January", "ask", "2027-01-15", "FREQ=YEARLY"),
        ] {
            let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", false);
            assert_eq!((said.subject.as_str(), due(&said, "Europe/Berlin")), (subject, when.to_owned()), "{text}");
            assert_eq!(said.rule.map(|r| r.text()).as_deref(), Some(rule), "{text}");
        }
        for (text, subject, priority, owner) in [
            ("ring the plant !!", "ring the plant", Some(Priority::High), None),
            ("ring the plant high", "ring the plant", Some(Priority::High), None),
            ("low priority ring the plant", "ring the plant", Some(Priority::Low), None),
            ("ask about the high rack", "ask about the high rack", None, None),
            ("ring the plant @Ana Souza tomorrow", "ring the plant", None, Some(UserId(7))),
            ("@Ana ring the plant", "ring the plant", None, Some(UserId(7))),
        ] {
            let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", false);
            assert_eq!((said.subject.as_str(), said.priority, said.owner), (subject, priority, owner), "{text}");
        }
    }
}
