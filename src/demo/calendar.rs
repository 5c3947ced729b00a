//! Days and hours of the demo, all counted back from the moment it is made.

use super::random::Random;
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Weekday};

/// How far the history goes back: 18 months, in days.
pub(super) const HISTORY: i64 = 548;

/// A working hour (UTC) on this day, or on the Friday before when it lies on a weekend.
pub(super) fn hour_on(random: &mut Random, day: NaiveDate) -> NaiveDateTime {
    let day = match day.weekday() {
        Weekday::Sat => day - Duration::days(1),
        Weekday::Sun => day - Duration::days(2),
        _ => day,
    };
    let minutes = random.within(7 * 60, 16 * 60 + 59);
    day.and_time(chrono::NaiveTime::MIN) + Duration::minutes(minutes) + Duration::seconds(random.within(0, 59))
}

/// A working hour so many days ago, never after `now`.
pub(super) fn days_ago(random: &mut Random, now: NaiveDateTime, days: i64) -> NaiveDateTime {
    let at = hour_on(random, now.date() - Duration::days(days));
    if at < now { at } else { now - Duration::minutes(random.within(5, 240)) }
}
