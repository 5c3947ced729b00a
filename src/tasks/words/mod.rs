//! A task in one line, as people say it: "call Maria tomorrow 15:00 !!".
//!
//! What is understood is taken out of the line and shown; what is not stays in the subject. Nothing is guessed: a date
//! that does not exist, or that the reader's region writes the other way round, is a sentence.

mod dates;

use super::{
    Due, Priority,
    recurrence::{self, End, On, Rule, Step},
};
use crate::{db::types::UserId, ui::format};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;
use dates::{count, day_name, ordinal_number};

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
                && let Some(times) = count(self.word(at)).filter(|n| (1..=recurrence::MOST).contains(n))
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

#[cfg(test)]
mod tests;
