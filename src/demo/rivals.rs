//! What the demo company knows of those who sell against it.

use super::people::Colleague;
use crate::{
    db::Conn,
    deals::competitors::{self, Input},
    error::Result,
};
use chrono::{Duration, NaiveDateTime};

/// Strengths, weaknesses and how to win, in turn.
const KNOWN: [(&str, &str, &str); 3] = [
    (
        "Cheaper by a fifth on small orders. Their probes are in stock.",
        "No service of their own outside two countries; firmware is updated on site.",
        "Ask who comes when a probe fails at night, then show the service map.",
    ),
    (
        "One vendor for sensors and the control room; large reference sites.",
        "A year from order to first reading. Every change is a project.",
        "Offer four probes for a month: they cannot answer that.",
    ),
    (
        "Known to everybody who studied instrumentation.",
        "Their gateways speak nothing but their own protocol.",
        "Bring the line’s own controller into the first meeting.",
    ),
];

/// The names came with the deals.
pub(super) fn keep(conn: &mut Conn, staff: &[Colleague], now: NaiveDateTime) -> Result<()> {
    let admin = staff[0].viewer();
    for (found, (strengths, weaknesses, approach)) in competitors::all(conn)?.into_iter().zip(KNOWN.into_iter().cycle())
    {
        let input = Input {
            name: found.name.clone(),
            website: String::new(),
            strengths: strengths.into(),
            weaknesses: weaknesses.into(),
            approach: approach.into(),
            active: true,
        };
        competitors::update(conn, &admin, &found, found.version, &input, now - Duration::days(90))?;
    }
    Ok(())
}
