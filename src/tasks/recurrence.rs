//! Tasks that come again, by the rules of RFC 5545.
//!
//! A rule is kept as its text, and its first occurrence is that of the task which carries it: a task that is done hands
//! the rule on to the next one, with a COUNT of what is left. Days are reckoned as days; the time of day is put on them
//! in the owner's zone, so that nine o'clock stays nine o'clock when clocks change.

use crate::ui::Locale;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeZone, Weekday};
use rrule::{RRule, Tz, Unvalidated};

/// Occurrences that are looked at until one lies ahead: ten years of days.
const LOOKED_AT: usize = 4000;

/// The most times that a series can be given.
pub const MOST: u32 = 999;

/// The steps of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Days,
    Weeks,
    Months,
    Years,
}

/// Which of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// As the first: the same weekday, day of the month or of the year.
    Same,
    Weekdays(Vec<Weekday>),
    /// Days of the month.
    Day(u32),
    /// Of the month: the first is 1, the last −1.
    Nth(i32, Weekday),
    /// Month and day.
    Date(u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Never,
    Until(NaiveDate),
    /// So many are left, this one among them.
    Count(u32),
}

/// A rule that this product can make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub step: Step,
    pub every: u16,
    pub on: On,
    pub end: End,
}

const CODES: [(Weekday, &str, &str); 7] = [
    (Weekday::Mon, "MO", "Monday"),
    (Weekday::Tue, "TU", "Tuesday"),
    (Weekday::Wed, "WE", "Wednesday"),
    (Weekday::Thu, "TH", "Thursday"),
    (Weekday::Fri, "FR", "Friday"),
    (Weekday::Sat, "SA", "Saturday"),
    (Weekday::Sun, "SU", "Sunday"),
];

/// `MO`
pub fn code(day: Weekday) -> &'static str {
    CODES[day.num_days_from_monday() as usize].1
}

/// `Monday`
pub fn name(day: Weekday) -> &'static str {
    CODES[day.num_days_from_monday() as usize].2
}

/// Reads `MO`.
pub fn weekday(code: &str) -> Option<Weekday> {
    CODES.iter().find(|(_, c, _)| *c == code).map(|(day, ..)| *day)
}

const WORKING: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

impl Rule {
    pub fn new(step: Step, every: u16, on: On) -> Self {
        Self { step, every, on, end: End::Never }
    }

    /// Monday to Friday.
    pub fn working_days() -> Self {
        Self::new(Step::Weeks, 1, On::Weekdays(WORKING.to_vec()))
    }

    pub fn is_working_days(&self) -> bool {
        self.every == 1 && self.on == On::Weekdays(WORKING.to_vec())
    }

    /// The rule as RFC 5545 writes it, without how it ends.
    fn pattern(&self) -> String {
        let step = match self.step {
            Step::Days => "DAILY",
            Step::Weeks => "WEEKLY",
            Step::Months => "MONTHLY",
            Step::Years => "YEARLY",
        };
        let mut text = format!("FREQ={step}");
        if self.every > 1 {
            text.push_str(&format!(";INTERVAL={}", self.every));
        }
        match &self.on {
            On::Same => {}
            On::Weekdays(days) => {
                let codes: Vec<&str> = days.iter().map(|d| code(*d)).collect();
                text.push_str(&format!(";BYDAY={}", codes.join(",")));
            }
            On::Day(day) => text.push_str(&format!(";BYMONTHDAY={day}")),
            On::Nth(nth, day) => text.push_str(&format!(";BYDAY={nth}{}", code(*day))),
            On::Date(month, day) => text.push_str(&format!(";BYMONTH={month};BYMONTHDAY={day}")),
        }
        text
    }

    /// The rule as RFC 5545 writes it.
    pub fn text(&self) -> String {
        match self.end {
            End::Never => self.pattern(),
            End::Until(day) => format!("{};UNTIL={}", self.pattern(), day.format("%Y%m%d")),
            End::Count(left) => format!("{};COUNT={left}", self.pattern()),
        }
    }

    /// Reads what [`Rule::text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let part = |name: &str| text.split(';').find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
        let step = match part("FREQ")? {
            "DAILY" => Step::Days,
            "WEEKLY" => Step::Weeks,
            "MONTHLY" => Step::Months,
            "YEARLY" => Step::Years,
            _ => return None,
        };
        let every = part("INTERVAL").map_or(Some(1), |n| n.parse().ok())?;
        let on = match (part("BYMONTH"), part("BYMONTHDAY"), part("BYDAY")) {
            (Some(month), Some(day), None) => On::Date(month.parse().ok()?, day.parse().ok()?),
            (None, Some(day), None) => On::Day(day.parse().ok()?),
            (None, None, Some(days)) if step == Step::Months => {
                let (nth, day) = days.split_at_checked(days.len().checked_sub(2)?)?;
                On::Nth(nth.parse().ok()?, weekday(day)?)
            }
            (None, None, Some(days)) => On::Weekdays(days.split(',').map(weekday).collect::<Option<_>>()?),
            (None, None, None) => On::Same,
            _ => return None,
        };
        let end = match (part("UNTIL"), part("COUNT")) {
            (Some(day), _) => End::Until(NaiveDate::parse_from_str(day.get(..8)?, "%Y%m%d").ok()?),
            (None, Some(left)) => End::Count(left.parse().ok()?),
            (None, None) => End::Never,
        };
        Some(Self { step, every, on, end })
    }

    /// The days of the rule from `first` on. A day that a month lacks is left out, as RFC 5545 says.
    fn days(&self, first: NaiveDate) -> Vec<NaiveDate> {
        let Some(start) = first.and_hms_opt(0, 0, 0).map(|t| Tz::UTC.from_utc_datetime(&t)) else { return Vec::new() };
        let Ok(rule) = self.pattern().parse::<RRule<Unvalidated>>() else { return Vec::new() };
        let Ok(set) = rule.build(start) else { return Vec::new() };
        set.limit().into_iter().take(LOOKED_AT).map(|at| at.date_naive()).collect()
    }

    /// The first day of the rule that is not before `day`.
    pub fn first(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.days(day).into_iter().find(|d| *d >= day)
    }

    /// The occurrence after the one on `last`, and the rule from there on; none when the series is over. Those that
    /// nobody came to before `today` are past: they count, but nobody has to make up for them.
    pub fn next(&self, last: NaiveDate, today: NaiveDate) -> Option<(NaiveDate, Self)> {
        let mut left = match self.end {
            End::Count(left) => left,
            _ => u32::MAX,
        };
        for day in self.days(last).into_iter().filter(|d| *d > last) {
            left = left.checked_sub(1).filter(|left| *left > 0)?;
            if matches!(self.end, End::Until(until) if day > until) {
                return None;
            }
            if day >= today {
                let end = if matches!(self.end, End::Count(_)) { End::Count(left) } else { self.end };
                return Some((day, Self { end, ..self.clone() }));
            }
        }
        None
    }

    /// "Every 2 weeks on Monday and Thursday, until 1 Mar 2027".
    pub fn words(&self, first: Option<NaiveDate>, locale: &Locale) -> String {
        let unit = match self.step {
            Step::Days => "day",
            Step::Weeks => "week",
            Step::Months => "month",
            Step::Years => "year",
        };
        let every = match (self.every, &self.on) {
            (1, On::Weekdays(_)) if self.is_working_days() => "Every weekday".to_owned(),
            (1, On::Weekdays(days)) => format!("Every {}", listed(days)),
            (1, _) => format!("Every {unit}"),
            (2, _) => format!("Every other {unit}"),
            (n, _) => format!("Every {n} {unit}s"),
        };
        let on = match (&self.on, first) {
            (On::Weekdays(_), _) if self.every == 1 => String::new(),
            (On::Weekdays(days), _) => format!(" on {}", listed(days)),
            (On::Day(day), _) => format!(" on the {}", ordinal(*day)),
            (On::Nth(-1, day), _) => format!(" on the last {}", name(*day)),
            (On::Nth(nth, day), _) => format!(" on the {} {}", ordinal(nth.unsigned_abs()), name(*day)),
            (On::Date(month, day), _) => {
                let date = NaiveDate::from_ymd_opt(2024, *month, *day);
                date.map(|d| format!(" on {}", d.format("%-d %B"))).unwrap_or_default()
            }
            (On::Same, Some(day)) if self.step == Step::Weeks => format!(" on {}", name(day.weekday())),
            (On::Same, Some(day)) if self.step == Step::Months => format!(" on the {}", ordinal(day.day())),
            (On::Same, _) => String::new(),
        };
        let missing = match self.on {
            On::Day(day) if day > 28 => ", where the month has it",
            On::Date(2, 29) => ", in leap years",
            _ => "",
        };
        let end = match self.end {
            End::Never => String::new(),
            End::Until(day) => format!(", until {}", locale.date(day)),
            End::Count(1) => ", this once more".into(),
            End::Count(left) => format!(", {left} times with this one"),
        };
        format!("{every}{on}{missing}{end}")
    }
}

/// What the form's choices make of a day: its number, or its place among the weekdays of its month.
pub fn nth_of(day: NaiveDate) -> On {
    let last = day.checked_add_days(Days::new(7)).is_none_or(|next| next.month() != day.month());
    let nth = i32::try_from(day.day0() / 7 + 1).unwrap_or(1);
    On::Nth(if last && nth >= 4 { -1 } else { nth }, day.weekday())
}

fn listed(days: &[Weekday]) -> String {
    let names: Vec<&str> = days.iter().map(|d| name(*d)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "1st", "22nd", "13th"
pub fn ordinal(n: u32) -> String {
    let end = match (n % 10, n % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

/// Nine in the morning: when a day without a time is reminded of.
pub const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The days a series makes when each is done on its day.
    fn series(rule: &str, first: &str, most: usize) -> Vec<String> {
        let mut rule = Rule::parse(rule).unwrap();
        let mut at = day(first);
        let mut made = vec![at.to_string()];
        while made.len() < most {
            let Some((next, rest)) = rule.next(at, at) else { break };
            (at, rule) = (next, rest);
            made.push(at.to_string());
        }
        made
    }

    #[test]
    fn series_are_those_of_rfc_5545() {
        for (rule, first, most, wanted) in [
            ("FREQ=DAILY;COUNT=3", "2026-12-30", 9, "2026-12-30 2026-12-31 2027-01-01"),
            ("FREQ=DAILY;INTERVAL=3;UNTIL=20261201", "2026-11-24", 9, "2026-11-24 2026-11-27 2026-11-30"),
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-26", 4, "2026-11-26 2026-11-27 2026-11-30 2026-12-01"),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
                "2026-11-23",
                5,
                "2026-11-23 2026-11-26 2026-12-07 2026-12-10 2026-12-21",
            ),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-10-31", 4, "2026-10-31 2026-12-31 2027-01-31 2027-03-31"),
            ("FREQ=MONTHLY;BYDAY=2TU", "2026-11-10", 3, "2026-11-10 2026-12-08 2027-01-12"),
            ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", 3, "2026-11-27 2026-12-25 2027-01-29"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29", 3, "2024-02-29 2028-02-29 2032-02-29"),
            ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYMONTHDAY=15", "2027-01-15", 2, "2027-01-15 2029-01-15"),
            ("FREQ=DAILY;COUNT=1", "2026-11-24", 9, "2026-11-24"),
        ] {
            assert_eq!(series(rule, first, most).join(" "), wanted, "{rule}");
            assert_eq!(Rule::parse(rule).unwrap().text(), rule);
        }
    }

    #[test]
    fn what_was_missed_counts_and_is_not_made_up_for() {
        let weekly = Rule::parse("FREQ=WEEKLY;BYDAY=MO;COUNT=5").unwrap();
        let (next, rest) = weekly.next(day("2026-11-02"), day("2026-11-18")).unwrap();
        assert_eq!((next, rest.end), (day("2026-11-23"), End::Count(2)));
        assert!(weekly.next(day("2026-11-02"), day("2027-11-18")).is_none(), "all of it has passed");
    }

    #[test]
    fn a_rule_that_never_comes_ends() {
        let never = Rule::parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").unwrap();
        assert!(never.next(day("2026-11-02"), day("2026-11-02")).is_none());
    }

    #[test]
    fn rules_are_said_in_words() {
        for (rule, words) in [
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"),
            ("FREQ=WEEKLY;BYDAY=MO;COUNT=4", "Every Monday, 4 times with this one"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "Every other week on Monday and Thursday"),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "Every month on the 31st, where the month has it"),
            ("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270301", "Every month on the last Friday, until 1 Mar 2027"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "Every year on 29 February, in leap years"),
            ("FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        ] {
            assert_eq!(Rule::parse(rule).unwrap().words(None, Locale::of("en-GB")), words);
        }
        assert_eq!(nth_of(day("2026-11-24")), On::Nth(-1, Weekday::Tue));
        assert_eq!(nth_of(day("2026-11-10")), On::Nth(2, Weekday::Tue));
    }
}
