//! How the demo company works its deals: what stages ask for, their checklists, and files beside deals.

use super::people::Colleague;
use crate::{
    attachments,
    auth::Viewer,
    db::{Conn, types::DealId},
    deals::{
        Status,
        pipelines::Pipeline,
        rules::{self, Requirement},
    },
    error::Result,
};
use chrono::{Duration, NaiveDateTime};

/// Requirements and checklist of the open stages of the first pipeline, in order.
const RULES: [(&[Requirement], &[&str]); 4] = [
    (&[], &["The line and its problem are known", "We know who decides"]),
    (&[Requirement::Account, Requirement::Person], &["A technician has seen the site"]),
    (&[Requirement::Amount, Requirement::ExpectedClose], &["The offer went through a second pair of eyes"]),
    (&[Requirement::NextStep], &[]),
];

const NOTES: [(&str, &str); 3] = [
    ("Site visit.txt", "Two lines, four probes each. Ceiling too low for the tall mast: order the short one.\n"),
    ("Réunion de lancement.csv", "point;qui;quand\nplan d'accès;Elina;lundi\ncâblage;client;mercredi\n"),
    ("現場の写真について.txt", "写真は来週届きます。\n"),
];

/// Set once the deals are there: their past was free.
pub(super) fn keep(
    conn: &mut Conn,
    staff: &[Colleague],
    pipelines: &[Pipeline],
    deals: &[DealId],
    now: NaiveDateTime,
) -> Result<()> {
    let admin: Viewer = staff[0].viewer();
    let open = pipelines.first().into_iter().flat_map(Pipeline::open);
    for (stage, (asked, lines)) in open.zip(RULES) {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        rules::save(conn, &admin, stage, asked, &lines, now - Duration::days(200))?;
    }
    let open: Vec<DealId> = deals.iter().rev().copied().take(40).collect();
    let mut notes = NOTES.iter().cycle();
    for (at, id) in open.into_iter().enumerate().step_by(4) {
        let deal = crate::deals::get(conn, &admin, id)?;
        let Some((name, text)) = notes.next().filter(|_| deal.status == Status::Open) else { continue };
        let then = now - Duration::hours(i64::try_from(at).unwrap_or(0) * 7 + 3);
        attachments::add(conn, &admin, id.into(), name, text.as_bytes(), then)?;
        let checks = rules::checklist(conn, deal.stage_id, None)?;
        let first: Vec<i64> = checks.first().map(|c| c.id).into_iter().collect();
        rules::tick(conn, &admin, &deal, deal.stage_id, &first, then)?;
    }
    Ok(())
}
