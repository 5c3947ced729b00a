//! A week as a table: half hours are rows, and a day has as many columns as it has entries at the same time. An entry is
//! a cell that spans its rows, so that it needs no arithmetic in style and reads in order.
//!
//! Rows are what the clocks on the wall show. On a day of 23 hours some do not exist, on one of 25 two hours share
//! theirs; what an entry says is exact.

use crate::ui::format;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;

/// Rows of a day.
const ROWS: usize = 48;
/// Shown at least: from eight until half past six.
const USUAL: (usize, usize) = (16, 37);
/// More at one time are counted.
const LANES: usize = 4;

/// What stands in a week.
#[derive(Clone, Debug)]
pub struct Item {
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    /// Empty where there is nothing to open.
    pub url: String,
    pub title: String,
    pub note: String,
    /// `call`, `task`, `maybe`, `clash`.
    pub class: String,
    /// Number and version, where it can be moved.
    pub moves: Option<(i64, i64)>,
}

/// One day of it.
#[derive(Clone, Debug)]
pub struct Day {
    pub date: NaiveDate,
    pub today: bool,
    /// Columns.
    pub lanes: usize,
    pub whole: Vec<Item>,
    /// How many more there are than fit.
    pub more: usize,
}

#[derive(Clone, Debug)]
pub struct Cell {
    pub colspan: usize,
    pub rowspan: usize,
    pub item: Option<Item>,
    /// The row's moment, as `datetime-local` fields write it; empty where the clocks skip it.
    pub start: String,
    pub today: bool,
    pub now: bool,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub clock: NaiveTime,
    pub hour: bool,
    pub cells: Vec<Cell>,
}

/// The whole of it.
#[derive(Clone, Debug)]
pub struct Week {
    pub days: Vec<Day>,
    pub rows: Vec<Row>,
}

/// An item on one day.
struct Piece<'a> {
    item: &'a Item,
    from: usize,
    to: usize,
    lane: usize,
    /// Columns that those at the same time need.
    of: usize,
}

impl Week {
    pub fn new(monday: NaiveDate, items: &[Item], zone: Tz, now: NaiveDateTime) -> Self {
        let now = format::local(now, zone).naive_local();
        let mut days = Vec::new();
        let mut columns: Vec<Vec<Piece>> = Vec::new();
        for date in (0..7).filter_map(|n| monday.checked_add_days(Days::new(n))) {
            let pieces: Vec<Piece> = items.iter().filter_map(|item| piece(item, date, zone)).collect();
            let (whole, mut pieces): (Vec<Piece>, Vec<Piece>) = pieces.into_iter().partition(|p| p.to - p.from == ROWS);
            lay(&mut pieces);
            let all = pieces.len();
            pieces.retain(|p| p.lane < LANES);
            let lanes = pieces.iter().map(|p| p.of).max().unwrap_or(1);
            days.push(Day {
                date,
                today: date == now.date(),
                lanes,
                whole: whole.into_iter().map(|p| p.item.clone()).collect(),
                more: all - pieces.len(),
            });
            columns.push(pieces);
        }
        let all = columns.iter().flatten();
        let (first, last) = all.fold(USUAL, |(first, last), p| (first.min(p.from), last.max(p.to)));
        // A row of a whole hour has the line above it: whole hours begin and end the table.
        let (first, last) = (first - first % 2, last.min(ROWS));
        let rows = (first..last)
            .map(|row| Row {
                clock: clock(row),
                hour: row % 2 == 0,
                cells: days.iter().zip(&columns).flat_map(|(day, pieces)| cells(day, pieces, row, zone, now)).collect(),
            })
            .collect();
        Self { days, rows }
    }

    /// Whether anything stands above the hours.
    pub fn has_whole_days(&self) -> bool {
        self.days.iter().any(|day| !day.whole.is_empty() || day.more > 0)
    }
}

fn clock(row: usize) -> NaiveTime {
    let minutes = u32::try_from(row * 30).unwrap_or(0);
    NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap_or(NaiveTime::MIN)
}

/// The part of an item on a day; one that goes over midnight has one on each.
fn piece(item: &Item, date: NaiveDate, zone: Tz) -> Option<Piece<'_>> {
    let [from, to] = [item.starts_at, item.ends_at].map(|at| format::local(at, zone).naive_local());
    let minute = |at: NaiveDateTime| usize::try_from(at.hour() * 60 + at.minute()).unwrap_or(0);
    let ends_with_day = to.date() == date && minute(to) == 0 && from.date() < date;
    if from.date() > date || to.date() < date || ends_with_day {
        return None;
    }
    let first = if from.date() < date { 0 } else { minute(from) / 30 };
    let last = if to.date() > date { ROWS } else { minute(to).div_ceil(30) };
    // In the hour that comes twice it can end before it begins, by the clock on the wall.
    Some(Piece { item, from: first, to: last.max(first + 1), lane: 0, of: 1 })
}

/// Gives each the first column that is free, and tells those who share their time how many columns they are.
fn lay(pieces: &mut [Piece]) {
    pieces.sort_by_key(|p| (p.from, std::cmp::Reverse(p.to)));
    let (mut begun, mut until) = (0, 0);
    let mut ends: Vec<usize> = Vec::new();
    for at in 0..pieces.len() {
        if pieces[at].from >= until {
            widen(&mut pieces[begun..at], ends.len());
            (begun, until) = (at, 0);
            ends.clear();
        }
        let free = ends.iter().position(|end| *end <= pieces[at].from);
        let lane = free.unwrap_or(ends.len());
        if free.is_none() {
            ends.push(0);
        }
        ends[lane] = pieces[at].to;
        pieces[at].lane = lane;
        until = until.max(pieces[at].to);
    }
    widen(&mut pieces[begun..], ends.len());
}

fn widen(group: &mut [Piece], lanes: usize) {
    for piece in group {
        piece.of = lanes.min(LANES);
    }
}

/// The cells of one day in one row: those that begin here, and those that are empty.
fn cells(day: &Day, pieces: &[Piece], row: usize, zone: Tz, now: NaiveDateTime) -> Vec<Cell> {
    let wall = day.date.and_time(clock(row));
    let exists = zone.from_local_datetime(&wall).earliest().is_some();
    let start = if exists { wall.format("%Y-%m-%dT%H:%M").to_string() } else { String::new() };
    let is_now = day.today && (wall..wall + chrono::Duration::minutes(30)).contains(&now);
    let cell =
        |colspan, rowspan, item| Cell { colspan, rowspan, item, start: start.clone(), today: day.today, now: is_now };
    // Everything of a group has the same number of columns; the last takes what is left of the day's.
    let Some(group) = group_at(pieces, row) else { return vec![cell(day.lanes, 1, None)] };
    let width = |lane: usize| if lane + 1 == group { day.lanes - lane } else { 1 };
    (0..group)
        .filter_map(|lane| {
            let here = pieces.iter().find(|p| p.lane == lane && (p.from..p.to).contains(&row));
            match here {
                Some(p) if p.from == row => Some(cell(width(lane), p.to - p.from, Some(p.item.clone()))),
                Some(_) => None,
                None => Some(cell(width(lane), 1, None)),
            }
        })
        .collect()
}

/// How many columns the group has that spans this row.
fn group_at(pieces: &[Piece], row: usize) -> Option<usize> {
    // Pieces are in order and a group is without a gap: whoever covers the row is of it.
    pieces.iter().find(|p| (p.from..p.to).contains(&row)).map(|p| p.of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 10, day).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    }

    fn item(from: NaiveDateTime, to: NaiveDateTime) -> Item {
        let (url, title, note, class) = Default::default();
        Item { starts_at: from, ends_at: to, url, title, note, class, moves: None }
    }

    /// Every row fills the whole table, whatever overlaps what.
    fn is_whole(week: &Week) {
        let width: usize = week.days.iter().map(|d| d.lanes).sum();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for row in &week.rows {
            let held: usize = open.iter().map(|(columns, _)| columns).sum();
            let own: usize = row.cells.iter().map(|c| c.colspan).sum();
            assert_eq!(held + own, width, "{:?}", row.clock);
            open.extend(row.cells.iter().map(|c| (c.colspan, c.rowspan)));
            open.retain_mut(|(_, rows)| {
                *rows -= 1;
                *rows > 0
            });
        }
    }

    #[test]
    fn what_overlaps_lies_side_by_side_and_the_table_stays_whole() {
        let monday = NaiveDate::from_ymd_opt(2026, 10, 19).unwrap();
        let mut items = vec![
            item(at(19, 9, 0), at(19, 11, 0)),
            item(at(19, 9, 30), at(19, 10, 0)),
            item(at(19, 10, 0), at(19, 10, 15)),
            item(at(19, 13, 0), at(19, 14, 0)),
            item(at(20, 22, 0), at(22, 2, 0)),
        ];
        let week = Week::new(monday, &items, Tz::UTC, at(19, 9, 10));
        assert_eq!(week.days[0].lanes, 2);
        assert_eq!(week.days[2].whole.len(), 1, "the day that it fills");
        is_whole(&week);
        for n in 0..5 {
            items.push(item(at(19, 9, 0), at(19, 9 + n, 30)));
        }
        let week = Week::new(monday, &items, Tz::UTC, at(19, 9, 10));
        assert_eq!((week.days[0].lanes, week.days[0].more > 0), (LANES, true));
        is_whole(&week);
    }

    #[test]
    fn the_days_of_a_clock_change_have_their_hours() {
        let zone = Tz::Europe__Berlin;
        // From half past two, the first time, until a quarter past two, the second.
        let monday = NaiveDate::from_ymd_opt(2026, 10, 19).unwrap();
        let week = Week::new(monday, &[item(at(25, 0, 30), at(25, 1, 15))], zone, at(25, 12, 0));
        is_whole(&week);
        let shown = week.rows.iter().flat_map(|r| r.cells.iter().map(move |c| (r.clock, c)));
        let found: Vec<_> = shown.filter(|(_, c)| c.item.is_some()).map(|(clock, c)| (clock, c.rowspan)).collect();
        assert_eq!(found, [(NaiveTime::from_hms_opt(2, 30, 0).unwrap(), 1)]);
        // In March, two o'clock does not exist.
        let march = NaiveDate::from_ymd_opt(2026, 3, 23).unwrap();
        let early = NaiveDate::from_ymd_opt(2026, 3, 24).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let week = Week::new(march, &[item(early, early + chrono::Duration::hours(1))], zone, early);
        let two = week.rows.iter().find(|r| r.clock.hour() == 2).unwrap();
        let skipped: Vec<usize> =
            two.cells.iter().enumerate().filter(|(_, c)| c.start.is_empty()).map(|(at, _)| at).collect();
        assert_eq!(skipped, [6]);
    }
}
