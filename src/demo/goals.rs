//! What the demo's people are to reach each week.

use super::people::Colleague;
use crate::{
    db::Conn,
    error::Result,
    goals::{self, Measure},
};
use chrono::{Duration, NaiveDateTime};

/// Sets them for everyone who sells, five weeks ago.
pub(super) fn keep(conn: &mut Conn, staff: &[Colleague], now: NaiveDateTime) -> Result<()> {
    let Some(admin) = staff.first() else { return Ok(()) };
    let since = goals::monday_of((now - Duration::weeks(5)).date());
    for (at, person) in staff.iter().filter(|p| p.sells()).enumerate() {
        let more = i32::try_from(at % 3).unwrap_or(0);
        for (measure, target) in [(Measure::Calls, 8 + 2 * more), (Measure::Meetings, 2 + more), (Measure::Deals, 2)] {
            let of = (person.id, person.name, measure);
            goals::set(conn, &admin.viewer(), of, (0, target), since, now - Duration::weeks(5))?;
        }
    }
    Ok(())
}
