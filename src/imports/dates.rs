//! Dates and moments as people and exports write them.
//!
//! `03/04/2024` is read by what the other cells of its column show ([`DayOrder`]).

use crate::db::calendar::{month_named, weekday_named};
use chrono::{FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// Which of the first two numbers of `03/04/2024` is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    DayFirst,
    MonthFirst,
    /// The column shows both orders: only dates that can be read in one way are.
    Mixed,
}

impl DayOrder {
    /// The order shown by a cell that can be read in one way only.
    pub fn of(cell: &str) -> Option<Self> {
        match slashed(split_time(cell).0) {
            Some((first, second, _)) if first > 12 && second <= 12 => Some(Self::DayFirst),
            Some((first, second, _)) if second > 12 && first <= 12 => Some(Self::MonthFirst),
            _ => None,
        }
    }
}

/// Whether a cell names another day in the other order of day and month.
pub fn is_ambiguous(cell: &str) -> bool {
    let day = split_time(cell).0;
    let differs = |(first, second, _)| first <= 12 && second <= 12 && first != second;
    !day.contains('.') && slashed(day).is_some_and(differs)
}

/// The day written in `text`; a time of day and zone after it are left aside, as exports add
/// midnight in some zone to what is a plain date.
pub fn date(text: &str, order: DayOrder) -> Result<NaiveDate, String> {
    let (day, time) = split_time(text);
    if let Some(time) = time {
        time_of_day(time).ok_or_else(|| not_a_date(text))?;
    }
    day_of(day, order, text)
}

/// The moment written in `text`, in UTC. Without a zone it is the time of day in `zone`, without a
/// time of day the start of that day there.
pub fn moment(text: &str, order: DayOrder, zone: Tz) -> Result<NaiveDateTime, String> {
    let (day, time) = split_time(text);
    let day = day_of(day, order, text)?;
    let (time, offset) = match time {
        Some(time) => time_of_day(time).ok_or_else(|| not_a_date(text))?,
        None => (NaiveTime::MIN, None),
    };
    let local = day.and_time(time);
    if let Some(offset) = offset {
        return Ok(local - TimeDelta::seconds(i64::from(offset.local_minus_utc())));
    }
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.naive_utc()),
        // The clocks jumped over this time: count on from the hour before.
        LocalResult::None => {
            let hour = TimeDelta::hours(1);
            let before = zone.from_local_datetime(&(local - hour)).earliest();
            Ok(before.map_or(local, |at| at.naive_utc() + hour))
        }
    }
}

fn not_a_date(text: &str) -> String {
    format!("\"{}\" is not a date: write it like 2026-11-24.", text.trim())
}

/// The part that names the day and the part that names the time, if any.
fn split_time(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let Some(colon) = text.find(':') else { return (text, None) };
    let digits = text[..colon].bytes().rev().take_while(u8::is_ascii_digit).count();
    let (day, time) = text.split_at(colon - digits);
    (day.trim_end_matches(|c: char| c == 'T' || c == ',' || c.is_whitespace()), Some(time))
}

fn day_of(day: &str, order: DayOrder, whole: &str) -> Result<NaiveDate, String> {
    let found = if let Some((first, second, year)) = slashed(day) {
        let day_first = match order {
            DayOrder::DayFirst => true,
            DayOrder::MonthFirst => false,
            DayOrder::Mixed if first > 12 || day.contains('.') => true,
            DayOrder::Mixed if second > 12 || first == second => false,
            DayOrder::Mixed => {
                return Err(format!(
                    "\"{}\" can be two dates, as this column has the day first in some rows and second in others: write it like 2026-11-24.",
                    whole.trim()
                ));
            }
        };
        // Points are written with the day first wherever they are used.
        let (d, m) = if day_first || day.contains('.') { (first, second) } else { (second, first) };
        NaiveDate::from_ymd_opt(year, m, d)
    } else {
        year_first(day).or_else(|| with_month_name(day)).or_else(|| serial(day))
    };
    found.ok_or_else(|| not_a_date(whole))
}

/// `3/4/2024`, `3-4-24`, `3.4.2024`: the two first numbers and the year.
fn slashed(day: &str) -> Option<(u32, u32, i32)> {
    let separator = day.chars().find(|c| !c.is_ascii_digit()).filter(|c| "/-.".contains(*c))?;
    let mut parts = day.split(separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || first.len() > 2 || second.len() > 2 {
        return None;
    }
    Some((number(first)?, number(second)?, full_year(year)?))
}

/// `2024-04-03`, `2024/4/3`, `2024.04.03`, `20240403`.
fn year_first(day: &str) -> Option<NaiveDate> {
    if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        return NaiveDate::from_ymd_opt(number(&day[..4])? as i32, number(&day[4..6])?, number(&day[6..])?);
    }
    let separator = day.chars().find(|c| !c.is_ascii_digit()).filter(|c| "/-.".contains(*c))?;
    let mut parts = day.split(separator);
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(number(year)? as i32, number(month)?, number(date)?)
}

/// `20-Oct-2016`, `20 October 2016`, `Oct 20, 2016`, `Thu, 20 Oct 16`.
fn with_month_name(text: &str) -> Option<NaiveDate> {
    let mut month = None;
    let mut numbers = Vec::new();
    for part in text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()) {
        if part.starts_with(|c: char| c.is_ascii_digit()) {
            let plain = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let ending = &part[plain.len()..];
            if !matches!(ending.to_ascii_lowercase().as_str(), "" | "st" | "nd" | "rd" | "th") {
                return None;
            }
            numbers.push(plain);
        } else if let Some(found) = month_named(part) {
            month = Some(found);
        } else if weekday_named(part).is_none() {
            return None;
        }
    }
    let &[day, year] = numbers.as_slice() else { return None };
    NaiveDate::from_ymd_opt(full_year(year)?, month?, number(day)?)
}

/// A spreadsheet's count of days since 30 December 1899, between 1954 and 2119.
fn serial(day: &str) -> Option<NaiveDate> {
    let whole = day.split('.').next().unwrap_or_default();
    let fraction = day[whole.len()..].trim_start_matches('.');
    if whole.len() != 5 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let days = number(whole).filter(|n| (20_000..80_000).contains(n))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(TimeDelta::days(i64::from(days)))
}

/// `14:05`, `2:05:30 PM`, `14:05:30.250Z`, `14:05+02:00`: the time and its distance from UTC.
fn time_of_day(text: &str) -> Option<(NaiveTime, Option<FixedOffset>)> {
    let clock_end = text.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(text.len());
    let (clock, rest) = text.split_at(clock_end);
    let mut parts = clock.split(':');
    let (mut hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let seconds = parts.next().unwrap_or("0");
    if parts.next().is_some() {
        return None;
    }
    let second = number(seconds.split('.').next()?)?;
    let mut rest = rest.trim().to_ascii_uppercase();
    for (mark, afternoon) in [("AM", false), ("PM", true), ("A.M.", false), ("P.M.", true)] {
        if let Some(after) = rest.strip_prefix(mark) {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            rest = after.trim().to_owned();
            break;
        }
    }
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, offset(&rest)?))
}

/// The distance from UTC: `Z`, `UTC`, `+02:00`, `-0300`, `+02`; a `Z` before a distance says nothing.
fn offset(text: &str) -> Option<Option<FixedOffset>> {
    let rest = ["UTC", "GMT", "Z"].iter().find_map(|z| text.strip_prefix(z));
    let (text, utc) = (rest.unwrap_or(text).trim(), rest.is_some());
    if text.is_empty() {
        return Some(utc.then(|| FixedOffset::east_opt(0)).flatten());
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number(&digits)?, 0),
        4 if digits.is_ascii() => (number(&digits[..2])?, number(&digits[2..])?),
        _ => return None,
    };
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60) as i32).map(Some)
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Two digits mean 1970 to 2069.
fn full_year(text: &str) -> Option<i32> {
    let year = number(text)? as i32;
    match text.len() {
        2 if year < 70 => Some(2000 + year),
        2 => Some(1900 + year),
        4 => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> String {
        date(text, DayOrder::DayFirst).map_or_else(|e| e, |d| d.to_string())
    }

    #[test]
    fn a_day_is_read_in_every_usual_form() {
        for text in [
            "2016-10-20",
            " 2016/10/20 ",
            "2016.10.20",
            "20161020",
            "20/10/2016",
            "20.10.2016",
            "20-10-16",
            "20-Oct-2016",
            "20 October 2016",
            "Oct 20, 2016",
            "Thu, 20 Oct 2016",
            "October 20th, 2016",
            "42663",
            "42663.5",
            "2016-10-20T00:00:00.000Z",
            "2016-10-20 09:15",
            "20/10/2016 9:15 PM",
            "2016-10-20T09:15:00+0200",
        ] {
            assert_eq!(day(text), "2016-10-20", "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_said_with_its_value() {
        for text in
            ["soon", "2016-02-30", "2009-07/14", "2009\\7\\14", "31/11/2016", "2016-10-20 25:00", "1234", "١/٢/٢٠٢٠"]
        {
            assert_eq!(day(text), format!("\"{text}\" is not a date: write it like 2026-11-24."));
        }
    }

    #[test]
    fn the_order_of_a_column_is_shown_by_its_other_cells() {
        assert_eq!(DayOrder::of("04/20/2024"), Some(DayOrder::MonthFirst));
        assert_eq!(DayOrder::of("20/04/2024 11:00"), Some(DayOrder::DayFirst));
        assert_eq!(DayOrder::of("03/04/2024"), None);
        assert_eq!(DayOrder::of("2024-04-20"), None);
        assert!(is_ambiguous("03/04/2024") && !is_ambiguous("04/04/2024") && !is_ambiguous("3.4.2024"));
        let march = NaiveDate::from_ymd_opt(2024, 3, 4);
        assert_eq!(date("03/04/2024", DayOrder::MonthFirst).ok(), march);
        assert_eq!(date("4.3.2024", DayOrder::MonthFirst).ok(), march);
        assert!(date("03/04/2024", DayOrder::Mixed).is_err());
        assert!(date("13/04/2024", DayOrder::Mixed).is_ok());
    }

    #[test]
    fn a_moment_is_kept_in_utc() {
        let at = |text| moment(text, DayOrder::MonthFirst, Tz::Europe__Berlin).map_or_else(|e| e, |t| t.to_string());
        assert_eq!(at("07/15/2009 02:14:45+0800"), "2009-07-14 18:14:45");
        assert_eq!(at("2010-10-14T12:00:00.000Z-0300"), "2010-10-14 15:00:00");
        assert_eq!(at("2010-10-14T12:00:00.000Z"), "2010-10-14 12:00:00");
        assert_eq!(at("2010-10-14 12:00"), "2010-10-14 10:00:00");
        assert_eq!(at("2010-01-14"), "2010-01-13 23:00:00");
        assert_eq!(at("2026-03-29 02:30"), "2026-03-29 01:30:00");
        assert_eq!(at("10/14/2010 12:05 AM UTC"), "2010-10-14 00:05:00");
    }
}
