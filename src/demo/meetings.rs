//! Meetings of the demo company, in every state: held, without an outcome, today, at the same time, to come, cancelled.

use super::{firms::Person, people::Colleague};
use crate::{
    db::{
        Conn,
        types::{ContactId, DealId},
    },
    error::Result,
    meetings::{self, Guest, Input, Kind, Outcome},
    records::RecordRef,
    ui::format,
};
use chrono::{Datelike, Days, Duration, NaiveDateTime, NaiveTime, Weekday};

/// One of a person's fortnight: (working days from today, hour and minute where they are, minutes, kind, title, what
/// becomes of it).
type Plan = (i64, (u32, u32), i64, Kind, &'static str, Fate);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Held(&'static str),
    /// Nobody has said what came of it.
    Silent,
    Missed,
    Planned,
    Cancelled,
}

const PLANS: [Plan; 10] = [
    (
        -6,
        (9, 30),
        60,
        Kind::Meeting,
        "First visit",
        Fate::Held("They showed us the line. The old probes **drift**; they want two on trial."),
    ),
    (-4, (14, 0), 30, Kind::Call, "Call about the trial", Fate::Held("Asked for the data sheet and the lead time.")),
    (-3, (11, 0), 45, Kind::Meeting, "Coffee at the fair", Fate::Missed),
    (-1, (15, 0), 60, Kind::Meeting, "Walk through the offer", Fate::Silent),
    (0, (10, 0), 60, Kind::Meeting, "Demo for the buying group", Fate::Planned),
    (0, (10, 30), 30, Kind::Call, "Call back about the spare sensors", Fate::Planned),
    (0, (16, 0), 45, Kind::Meeting, "Review of the rollout", Fate::Planned),
    (1, (13, 30), 30, Kind::Call, "Answer questions on the contract", Fate::Planned),
    (3, (9, 0), 120, Kind::Meeting, "Site visit", Fate::Planned),
    (5, (11, 0), 60, Kind::Meeting, "Quarterly review", Fate::Cancelled),
];

const PLACES: [&str; 4] = ["At theirs", "Room Skagerrak", "", "Hall 3, stand 14"];

/// Keeps a fortnight of those who try the demo and of some others.
pub(super) fn keep(
    conn: &mut Conn,
    staff: &[Colleague],
    people: &[Person],
    (contacts, deals): (&[ContactId], &[DealId]),
    now: NaiveDateTime,
) -> Result<()> {
    // Whoever has an address can be invited.
    let mut guests = people.iter().zip(contacts).filter(|(p, _)| !p.input.emails.is_empty()).map(|(_, id)| *id).cycle();
    let mut latest = deals.iter().rev().copied();
    for organiser in [0, 3, 4, 6, 8, 18, 22] {
        let colleague = &staff[organiser];
        for (at, (days, (hour, minute), minutes, kind, title, fate)) in PLANS.into_iter().enumerate() {
            let Some(starts_at) = on(colleague, now, days, hour, minute) else { continue };
            let mut comes: Vec<Guest> = guests.by_ref().take(1 + at % 2).map(Guest::Contact).collect();
            if at % 3 == 0 {
                comes.push(Guest::Colleague(staff[(organiser + 5) % staff.len()].id));
            }
            let about: Vec<RecordRef> =
                latest.next().map(RecordRef::from).into_iter().filter(|_| at % 2 == 0).collect();
            let input = Input {
                kind,
                title: title.into(),
                starts_at,
                ends_at: starts_at + Duration::minutes(minutes),
                time_zone: colleague.zone,
                place: if kind == Kind::Call { String::new() } else { PLACES[at % PLACES.len()].into() },
                link: if kind == Kind::Call { "https://meet.varde.example/room".into() } else { String::new() },
                description: String::new(),
                owner_id: Some(colleague.id),
                guests: comes,
                about,
                // Nobody of the demo is to be written to.
                invites: false,
                remind_before: Some(10),
            };
            let planned = starts_at.min(now) - Duration::days(3);
            let id = meetings::create(conn, &colleague.viewer(), &input, planned)?;
            let after = (input.ends_at + Duration::minutes(5)).min(now);
            match fate {
                Fate::Held(words) => {
                    let minutes = i32::try_from(minutes).unwrap_or(60);
                    let outcome = Outcome { minutes, words: words.into(), next: None };
                    meetings::hold(conn, &colleague.viewer(), id, &outcome, after)?;
                }
                Fate::Missed => meetings::miss(conn, &colleague.viewer(), id, "They were ill.", after)?,
                Fate::Cancelled => {
                    meetings::cancel(conn, &colleague.viewer(), id, planned + Duration::days(1))?;
                }
                Fate::Silent | Fate::Planned => {}
            }
        }
    }
    Ok(())
}

/// So many working days from today, at this time where they are.
fn on(colleague: &Colleague, now: NaiveDateTime, days: i64, hour: u32, minute: u32) -> Option<NaiveDateTime> {
    let mut day = format::local(now, colleague.zone).date_naive();
    let mut left = days.abs();
    while left > 0 {
        day = if days < 0 { day.pred_opt()? } else { day.checked_add_days(Days::new(1))? };
        left -= i64::from(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    }
    Some(format::stored(day.and_time(NaiveTime::from_hms_opt(hour, minute, 0)?), colleague.zone))
}
