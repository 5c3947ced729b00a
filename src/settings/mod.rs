//! What an admin sets: the company, people, teams, pipelines, reasons, rates; and the first-time set-up.

pub mod assignment;
pub mod changes;
pub mod company;
pub mod competitors;
mod conditions;
mod handover;
pub mod lead_statuses;
pub mod leaving;
pub mod pages;
pub mod people;
pub mod pipelines;
pub mod price_books;
pub mod qualification;
pub mod queues;
pub mod quotes;
pub mod rates;
pub mod reasons;
pub mod response_times;
pub mod scoring;
pub mod set_up;
pub mod setup;
pub mod stage_rules;
pub mod task_types;
pub mod teams;

use crate::auth::Viewer;

/// Address, name and what one finds there.
type Place = (&'static str, &'static str, &'static str);

/// Those of the settings that managers keep as well as admins.
const LED: [&str; 1] = ["/settings/competitors"];

/// The groups of [`MAP`] with what this reader may open.
pub fn map(viewer: &Viewer) -> Vec<(&'static str, Vec<Place>)> {
    let groups = MAP.iter().map(|(group, places)| {
        let mine = places.iter().filter(|(url, ..)| viewer.is_admin() || LED.contains(url));
        (*group, mine.copied().collect::<Vec<Place>>())
    });
    groups.filter(|(_, places)| !places.is_empty()).collect()
}

/// The pages of the settings, in their groups: the navigation beside each, and the overview.
pub const MAP: [(&str, &[Place]); 4] = [
    (
        "Company",
        &[
            ("/settings/company", "Company", "Name, currency, time zone, and who sees whose records"),
            ("/settings/people", "People", "Who works here, their roles, invitations and leaving"),
            ("/settings/teams", "Teams", "Who leads whom; the forecast adds up along it"),
        ],
    ),
    (
        "Leads",
        &[
            ("/settings/lead-statuses", "Lead statuses", "The company’s own words for how far the work on a lead is"),
            ("/settings/assignment", "Assignment", "Who gets the leads that arrive, by rules in order"),
            ("/settings/queues", "Queues", "Where leads wait until somebody takes them"),
            ("/settings/scoring", "Scoring", "How promising a lead is, in points by rules"),
            ("/settings/response-times", "Response times", "How soon a lead is to be answered, by where it comes from"),
            ("/settings/qualification", "Qualification", "The questions that are asked before a lead is worth a deal"),
            ("/settings/forms", "Web forms", "What strangers fill in, on a page of ours or on your web site"),
        ],
    ),
    (
        "Deals",
        &[
            ("/settings/pipelines", "Pipelines and stages", "The steps that deals go through"),
            ("/settings/playbooks", "Playbooks", "Tasks that are added to a deal when it enters a stage"),
            ("/settings/competitors", "Competitors", "Who else sells to your customers, and how you win"),
            ("/settings/reasons", "Reasons", "Why deals are won and lost, and leads disqualified"),
            ("/settings/task-types", "Types of tasks", "Calls, mails, to-dos and your own"),
            ("/settings/price-books", "Price books", "What products cost, for whom, since when and from how many"),
            ("/settings/quotes", "Quotes", "Your address, your terms, and how long an offer holds"),
            ("/settings/rates", "Currencies and rates", "What other currencies are worth, and since when"),
        ],
    ),
    (
        "System",
        &[
            ("/settings/jobs", "Mail and jobs", "What Rapport does by itself, and mail that did not leave"),
            ("/settings/changes", "Change log", "Who changed what, and when"),
        ],
    ),
];
