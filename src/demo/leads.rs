//! How leads find their people in the demo company: rules, a queue, somebody away; and decisions that can be taken back.

use super::people::Colleague;
use crate::{
    attachments,
    auth::{Role, Viewer},
    contacts::{self, Lifecycle, answering},
    db::{
        Conn,
        schema::contacts as contact_rows,
        types::{ContactId, QueueId},
    },
    deals::{
        pipelines::Pipeline,
        reasons::{Outcome, Reason},
    },
    error::{Error, Result},
    leads::{
        assignment::{self, Input, Target, availability, queues},
        conditions::{Condition, Field, Test},
        frameworks, job,
        qualifying::{self, Decision, NewDeal, Place},
        scoring::{
            Behaviour, Deed,
            rules::{self, Input as Scoring},
        },
        speed::targets,
    },
    records::{RecordRef, lead_status::Kind},
    timeline::{self, EntryKind, NewEntry},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;

const ANSWERS: [&str; 4] =
    ["18,000, from the plant's maintenance", "The plant director", "An audit in March", "Before the audit"];

/// Set once the leads are there. Returns how many deals come of it.
pub(super) fn keep(
    conn: &mut Conn,
    staff: &[Colleague],
    pipelines: &[Pipeline],
    reasons: &[Reason],
    now: NaiveDateTime,
) -> Result<usize> {
    let admin: Viewer = staff[0].viewer();
    let then = now - Duration::days(90);
    score(conn, &admin, then)?;
    queues::save(conn, &admin, None, ("Cold chain", None, true), then)?;
    let queue: QueueId = queues::all(conn)?.first().map(|q| q.id).ok_or(Error::NotFound)?;
    let reps: Vec<&Colleague> = staff.iter().filter(|c| c.viewer().role == Role::Rep).collect();
    let condition = |field, test, value: &str| Condition::new(field, test, value).map_err(Error::internal);
    if let Some(rep) = reps.first().and_then(|c| c.viewer().id) {
        let conditions = vec![condition(Field::Employees, Test::AtLeast, "500")?];
        let large = Input { name: "Large firms".into(), active: true, conditions, target: Target::Owner(rep) };
        assignment::create(conn, &admin, &large, then)?;
    }
    let conditions = vec![condition(Field::JobTitle, Test::Has, "quality, food, cold")?];
    let cold = Input { name: "Cold chain".into(), active: true, conditions, target: Target::Queue(queue) };
    assignment::create(conn, &admin, &cold, then)?;
    if let Some(rep) = reps.last().and_then(|c| c.viewer().id) {
        let today = now.date();
        let away = availability::Availability {
            away_from: Some(today - Duration::days(1)),
            away_until: Some(today + Duration::days(6)),
            most_leads: Some(30),
            version: 0,
        };
        availability::set(conn, &admin, rep, &away, now - Duration::days(2))?;
    }
    let waiting: Vec<ContactId> = newest(conn, None, 6)?;
    for id in waiting {
        contacts::put_in_queue(conn, &admin, id, (queue, "Cold chain"), now - Duration::hours(2))?;
    }
    let Some(seller) = reps.first().map(|c| c.viewer()) else { return Ok(0) };
    let own = newest(conn, seller.id, 2)?;
    if let [won, lost] = own.as_slice() {
        let lead = contacts::get(conn, &seller, *won)?;
        let deal =
            pipelines.first().and_then(|p| Some((p.id, p.open().next()?.id))).map(|(pipeline_id, stage_id)| NewDeal {
                name: format!(
                    "{}, first delivery",
                    lead.account.as_ref().map_or(lead.name.as_str(), |a| a.name.as_str())
                ),
                pipeline_id,
                stage_id,
                amount: Some(1_850_000),
                currency: Currency::EUR,
                expected_close: Some(now.date() + Duration::days(60)),
            });
        let questions = frameworks::chosen(conn)?.map(|f| f.questions).unwrap_or_default();
        let answers = questions.iter().zip(ANSWERS).map(|(q, answer)| (q.id, answer.to_owned())).collect();
        let decision = Decision { place: Place::AsIs, deal, answers };
        let made = qualifying::qualify(conn, &seller, *won, lead.version, &decision, now - Duration::hours(3))?;
        let lead = contacts::get(conn, &seller, *lost)?;
        if let Some(reason) = reasons.iter().find(|r| r.outcome == Outcome::Disqualified && r.name == "Not this year") {
            let why = (reason.id, "The budget is set in spring.", Some(now.date() + Duration::days(50)));
            qualifying::disqualify(conn, &seller, *lost, lead.version, why, now - Duration::hours(5))?;
        }
        return Ok(made.iter().count());
    }
    Ok(0)
}

/// Rules of scoring: over fields and behaviour, one of them switched off.
fn score(conn: &mut Conn, admin: &Viewer, at: NaiveDateTime) -> Result<()> {
    let asked = |field, test, value: &str| Condition::new(field, test, value).map_err(Error::internal);
    let sent =
        Deed { behaviour: Behaviour::FormSent, form: None, least: 1, days: 90, half_life: Some(21), cap: Some(40) };
    let called = Deed { behaviour: Behaviour::CallReached, half_life: None, days: 30, cap: Some(20), ..sent.clone() };
    for (name, points, active, conditions, deed) in [
        (
            "Director or head of something",
            20,
            true,
            vec![asked(Field::JobTitle, Test::Has, "director, head, CTO")?],
            None,
        ),
        ("A firm of 250 or more", 25, true, vec![asked(Field::Employees, Test::AtLeast, "250")?], None),
        ("Hot", 15, true, vec![asked(Field::Rating, Test::Is, "Hot")?], None),
        ("Private mail address", -10, true, vec![asked(Field::Domain, Test::Is, "gmail.com, outlook.com")?], None),
        ("Wrote to us", 15, true, Vec::new(), Some(sent)),
        ("Talked with us", 10, true, Vec::new(), Some(called)),
        ("From the fair", 5, false, vec![asked(Field::Campaign, Test::Has, "fair")?], None),
    ] {
        rules::create(conn, admin, &Scoring { name: name.into(), active, conditions, points, deed }, at)?;
    }
    Ok(())
}

/// Leads of all ages: some that wait, some too long, some answered; and what all of them are worth.
pub(super) fn answer(conn: &mut Conn, staff: &[Colleague], now: NaiveDateTime) -> Result<()> {
    let admin = staff[0].viewer();
    let then = now - Duration::days(3);
    targets::create(conn, &admin, "Web site", Some(60), then)?;
    targets::create(conn, &admin, "Trade fair", Some(1440), then)?;
    if let Some(rest) = targets::all(conn)?.into_iter().find(targets::Target::is_rest) {
        targets::update(conn, &admin, rest.id, rest.version, Some(Some(240)), then)?;
    }
    let mut waiting = newest(conn, None, 5)?;
    let reps: Vec<&Colleague> = staff.iter().filter(|c| c.viewer().role == Role::Rep).collect();
    for rep in reps.iter().take(3) {
        waiting.extend(newest(conn, rep.viewer().id, 4)?);
    }
    let ages = [4, 50, 170, 300, 1500, 30, 225, 2000, 700];
    for (place, id) in waiting.into_iter().enumerate() {
        let arrived = now - Duration::minutes(ages[place % ages.len()]);
        answering::set_arrived(conn, id, arrived)?;
        let lead = contacts::get(conn, &admin, id)?;
        if lead.owner_id.is_none() {
            attachments::add(
                conn,
                &admin,
                id.into(),
                "Probes they have.txt",
                b"Four tanks, ten probes each.",
                arrived,
            )?;
        }
        let caller = reps.iter().find(|rep| rep.viewer().id == lead.owner_id);
        if let (Some(rep), true) = (caller, place % 3 == 0) {
            let called = arrived + Duration::minutes([3, 12, 90][place % 9 / 3]);
            let record = RecordRef::from(id);
            let entry = NewEntry {
                kind: EntryKind::Call,
                at: called.min(now),
                about: record,
                title: lead.name.clone(),
                body: "Asked what they measure today and who decides.".into(),
                outcome: "reached".into(),
                minutes: Some(9),
                change: None,
                links: vec![record],
            };
            timeline::add(conn, &rep.viewer(), &entry, called.min(now))?;
        }
        answering::recheck(conn, id, Some(now), now)?;
    }
    while job::recheck(conn, now)? > 0 {}
    Ok(())
}

/// The latest leads of somebody, or of nobody, that nothing is decided about.
fn newest(conn: &mut Conn, owner: Option<crate::db::types::UserId>, most: i64) -> Result<Vec<ContactId>> {
    let mut rows = contact_rows::table
        .filter(contact_rows::lifecycle.eq(Lifecycle::Lead))
        .filter(contact_rows::lead_status.eq_any([Kind::New.text(), Kind::Working.text()]))
        .order((contact_rows::created_at.desc(), contact_rows::id.desc()))
        .select(contact_rows::id)
        .limit(most)
        .into_boxed();
    rows = match owner {
        Some(owner) => rows.filter(contact_rows::owner_id.eq(owner)),
        None => rows.filter(contact_rows::owner_id.is_null()),
    };
    Ok(rows.load(conn)?)
}
