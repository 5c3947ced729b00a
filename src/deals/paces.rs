//! How long deals that were won spent in each stage: of those of a pipeline that were closed as won within a year, the latest
//! [`LATEST`], the days in a stage are the sum of all times there, and its pace is the median of those that were there, to
//! the nearest day; none while they are fewer than [`LEAST`].

use super::{Status, pipelines, touches};
use crate::{
    db::{
        Conn,
        schema::{deal_moves, deals, stages},
        types::{DealId, PipelineId, StageId},
    },
    error::Result,
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use std::collections::HashMap;

/// Fewer say nothing.
const LEAST: usize = 5;
/// More say nothing new.
const LATEST: i64 = 500;

/// What the night renews: the pace of every stage, and when people last spoke.
pub fn renew_nightly(conn: &mut Conn, now: NaiveDateTime) -> Result<()> {
    for pipeline in pipelines::all(conn)? {
        renew(conn, pipeline.id, now)?;
    }
    touches::renew_passed(conn, now)
}

/// A deal was won: the first ones give a pipeline its paces at once, the night does the rest.
pub(super) fn won(conn: &mut Conn, pipeline: PipelineId, now: NaiveDateTime) -> Result<()> {
    let known = stages::table.filter(stages::pipeline_id.eq(pipeline)).filter(stages::won_days.is_not_null());
    if diesel::select(diesel::dsl::exists(known)).get_result(conn)? { Ok(()) } else { renew(conn, pipeline, now) }
}

fn renew(conn: &mut Conn, pipeline: PipelineId, now: NaiveDateTime) -> Result<()> {
    let won: Vec<DealId> = deals::table
        .filter(deals::pipeline_id.eq(pipeline))
        .filter(deals::status.eq(Status::Won))
        .filter(deals::deleted_at.is_null())
        .filter(deals::closed_on.ge((now - Duration::days(365)).date()))
        .order((deals::closed_on.desc(), deals::id.desc()))
        .limit(LATEST)
        .select(deals::id)
        .load(conn)?;
    let moves: Vec<(DealId, StageId, NaiveDateTime)> = deal_moves::table
        .filter(deal_moves::deal_id.eq_any(&won))
        .order((deal_moves::deal_id, deal_moves::at, deal_moves::id))
        .select((deal_moves::deal_id, deal_moves::stage_id, deal_moves::at))
        .load(conn)?;
    let mut spent: HashMap<(StageId, DealId), i64> = HashMap::new();
    for pair in moves.windows(2) {
        if let [(deal, stage, from), (same, _, to)] = pair
            && deal == same
        {
            *spent.entry((*stage, *deal)).or_default() += (*to - *from).num_seconds();
        }
    }
    for stage in pipelines::stages(conn, pipeline)? {
        let mut times: Vec<i64> = spent.iter().filter(|((at, _), _)| *at == stage.id).map(|(_, s)| *s).collect();
        times.sort_unstable();
        let days = median(&times).filter(|_| times.len() >= LEAST && stage.kind == Status::Open);
        if days != stage.won_days {
            diesel::update(stages::table.find(stage.id)).set(stages::won_days.eq(days)).execute(conn)?;
        }
    }
    Ok(())
}

/// Of sorted seconds, in days.
fn median(sorted: &[i64]) -> Option<i32> {
    let (low, high) = (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    i32::try_from((low.midpoint(*high) + 43_200) / 86_400).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_many_is_told_in_days() {
        let days = |list: &[i64]| median(&list.iter().map(|d| d * 86_400).collect::<Vec<_>>());
        assert_eq!(days(&[]), None);
        assert_eq!(days(&[1, 8, 90]), Some(8));
        assert_eq!(days(&[2, 4, 6, 100]), Some(5));
        assert_eq!(median(&[86_400 * 2, 86_400 * 3 + 3600]), Some(3), "to the nearest");
    }
}
