//! How the demo company does what is the same for every deal.

use super::{people::Colleague, sales::Plan};
use crate::{
    db::{
        Conn,
        schema::task_links,
        types::{DealId, TaskId},
    },
    deals::{Status, pipelines::Pipeline},
    error::Result,
    playbooks::{self, Again, Input, OwnerRole, Step, Subject},
    tasks::{self, Priority, types},
};
use chrono::{Duration, NaiveDateTime, NaiveTime};
use diesel::prelude::*;

/// Deals of each stage that went by its playbook.
const DEALS: usize = 9;

fn step(subject: &str, kind: &str, days: i32, owner: OwnerRole) -> Step {
    Step {
        id: None,
        subject: subject.into(),
        kind: kind.into(),
        priority: Priority::Normal,
        days,
        working: true,
        time: None,
        owner,
        person_id: None,
        description: String::new(),
        again: Again::Never,
    }
}

/// Set once the deals are there; those that entered their stage lately have the tasks since then.
pub(super) fn keep(
    conn: &mut Conn,
    staff: &[Colleague],
    pipelines: &[Pipeline],
    (plans, deals): (&[Plan], &[DealId]),
    now: NaiveDateTime,
) -> Result<()> {
    use OwnerRole::{AccountOwner, DealOwner, Manager};
    let admin = staff[0].viewer();
    let begun = now - Duration::days(150);
    let Some(first) = pipelines.first() else { return Ok(()) };
    let open: Vec<_> = first.open().map(|stage| stage.id).collect();
    let at_ten = NaiveTime::from_hms_opt(10, 0, 0);
    let analysis = vec![
        step("Read what they measure today", types::TO_DO, 1, DealOwner),
        Step { time: at_ten, ..step("Call whoever runs the line", types::CALL, 2, DealOwner) },
        step("Ask for the drawings of the site", types::EMAIL, 3, AccountOwner),
        Step { working: false, ..step("Say what a visit would show", types::EMAIL, 7, DealOwner) },
    ];
    let proposal = vec![
        Step { priority: Priority::High, ..step("Check the discount", types::TO_DO, 1, Manager) },
        step("Send the offer", types::EMAIL, 2, DealOwner),
        Step { again: Again::Done, ..step("Call to hear what they think of it", types::CALL, 5, DealOwner) },
    ];
    let welcome = vec![step("Thank them in person", types::CALL, 1, Manager)];
    for (name, stages, steps) in [
        ("Understand the need", open.get(1..2).unwrap_or_default(), analysis),
        ("First offer", open.get(2..3).unwrap_or_default(), proposal),
        ("Welcome", &[], welcome),
    ] {
        let input = Input { name: name.into(), active: true, stages: stages.to_vec(), steps };
        let id = playbooks::create(conn, &admin, &input, begun)?;
        let playbook = playbooks::get(conn, id)?;
        let such = plans.iter().zip(deals).filter(|(plan, _)| {
            plan.status() == Status::Open
                && plan.steps.last().is_some_and(|s| stages.contains(&s.stage.id) && now - s.at < Duration::days(40))
        });
        for (nth, (plan, deal)) in such.take(DEALS).enumerate() {
            let viewer = staff[plan.owner].viewer();
            let Some(entered) = plan.steps.last().map(|s| s.at) else { continue };
            let deal = crate::deals::get(conn, &viewer, *deal)?;
            let subject =
                Subject { deal: deal.id, name: deal.name.clone(), owner: deal.owner_id, account: deal.account_id };
            playbooks::start(conn, &viewer, &playbook, &subject, None, entered)?;
            // What was due is done, on most deals.
            let tasks: Vec<TaskId> = task_links::table
                .filter(task_links::record_kind.eq("deal"))
                .filter(task_links::record_id.eq(deal.id.0))
                .order(task_links::task_id.desc())
                .limit(4)
                .select(task_links::task_id)
                .load(conn)?;
            for task in tasks {
                let due = tasks::get(conn, &viewer, task)?.due.map(|d| d.on.and_time(NaiveTime::MIN));
                let done = due.map(|due| due + Duration::hours(11)).filter(|at| *at < now && *at > entered);
                if let Some(done) = done.filter(|_| nth % 3 != 2) {
                    tasks::complete(conn, &viewer, task, "", done)?;
                }
            }
        }
    }
    Ok(())
}
