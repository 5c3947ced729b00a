//! What is sold, said and done at the demo company. `{who}`, `{account}`, `{amount}`, `{thing}`, `{rival}` are filled in.

/// (name, code, family, unit, price in cents of the company's currency)
pub(super) const PRODUCTS: [(&str, &str, &str, &str, i64); 16] = [
    ("Skerry water probe", "SK-100", "Probes", "", 89_000),
    ("Skerry water probe, salt water", "SK-120", "Probes", "", 124_000),
    ("Heron air monitor", "HE-200", "Monitors", "", 235_000),
    ("Heron dust head", "HE-210", "Monitors", "", 64_000),
    ("Tern temperature logger", "TE-10", "Loggers", "", 7_900),
    ("Tern logger, freezer", "TE-20", "Loggers", "", 11_900),
    ("Tern logger, truck set of 10", "TE-50", "Loggers", "set", 98_000),
    ("Beacon gateway", "BE-1", "Gateways", "", 48_000),
    ("Beacon gateway, outdoor", "BE-2", "Gateways", "", 72_000),
    ("Lookout, per station", "LO-S", "Subscriptions", "year", 21_600),
    ("Lookout audit report", "LO-A", "Subscriptions", "year", 120_000),
    ("Lookout for 100 loggers", "LO-L", "Subscriptions", "year", 360_000),
    ("Calibration on site", "CA-D", "Services", "day", 115_000),
    ("Installation", "IN-D", "Services", "day", 98_000),
    ("Training for operators", "TR-1", "Services", "course", 190_000),
    ("Old Skerry probe", "SK-090", "Probes", "", 69_000),
];

/// What a deal is about, and the family of products it is mostly made of.
pub(super) const DEALS: [(&str, &str); 22] = [
    ("Water probes, intake {n}", "Probes"),
    ("Probes for the treatment plant", "Probes"),
    ("Salt water pilot", "Probes"),
    ("River monitoring, {n} stations", "Probes"),
    ("Air monitoring, south yard", "Monitors"),
    ("Dust in hall {n}", "Monitors"),
    ("Stack monitoring", "Monitors"),
    ("Cold chain, {n}0 trucks", "Loggers"),
    ("Freezer loggers, warehouse {n}", "Loggers"),
    ("Vaccine fridges", "Loggers"),
    ("Temperature mapping, hall {n}", "Loggers"),
    ("Loggers for the new depot", "Loggers"),
    ("Gateways, site {n}", "Gateways"),
    ("Replace the old radio network", "Gateways"),
    ("Lookout, first year", "Subscriptions"),
    ("Lookout for all sites", "Subscriptions"),
    ("Audit reports {year}", "Subscriptions"),
    ("Calibration contract {year}", "Services"),
    ("Retrofit of line {n}", "Probes"),
    ("Greenhouse climate, block {n}", "Monitors"),
    ("Second phase after the pilot", "Loggers"),
    ("Spare parts and service", "Services"),
];

pub(super) const TITLES: [&str; 24] = [
    "Head of quality",
    "Plant manager",
    "Buyer",
    "Head of purchasing",
    "Maintenance engineer",
    "Managing director",
    "Laboratory lead",
    "Logistics manager",
    "Chief financial officer",
    "Owner",
    "Environmental officer",
    "IT administrator",
    "Production planner",
    "Hygiene officer",
    "Head of operations",
    "Assistant to the managing director",
    "Site engineer",
    "Compliance officer",
    "Warehouse lead",
    "Process engineer",
    "Facilities manager",
    "Chief technology officer",
    "Sustainability lead",
    "Executive Vice President, Global Quality Assurance and Regulatory Affairs",
];

pub(super) const ROLES: [&str; 5] = ["Decision maker", "Champion", "Technical buyer", "Signs the contract", "User"];
pub(super) const SOURCES: [&str; 7] =
    ["Web site", "Trade fair", "Recommendation", "Cold call", "Partner", "Existing customer", "Webinar"];
pub(super) const RIVALS: [&str; 5] =
    ["Clearmeter", "Hydrosense Nord", "Polar Data Loggers", "their own IT", "a spreadsheet and a thermometer"];
pub(super) const ACCOUNT_TAGS: [&str; 6] =
    ["Reference", "Framework contract", "Public tender", "Pays late", "Expanding", "Audit in spring"];
pub(super) const CONTACT_TAGS: [&str; 4] = ["Newsletter", "Trade fair 2025", "User group", "Speaks at events"];
pub(super) const DEAL_TAGS: [&str; 4] = ["Strategic", "Tender", "Pilot", "Upsell"];

pub(super) const DESCRIPTIONS: [&str; 8] = [
    "Three sites, one of them by the sea. Readings are still written on paper at night.",
    "Family business in the fourth generation. Decisions are taken over lunch.",
    "Was bought two years ago; purchasing moves to the parent step by step.",
    "Has an auditor in the house twice a year and dreads it.",
    "Runs everything through one maintenance engineer. Ask for her first.",
    "Wants one supplier for probes, radio and reports.",
    "Had our old probes since the beginning. Two still run.",
    "Grows fast and hires for a second shift.",
];

/// First talks.
pub(super) const OPENINGS: [&str; 8] = [
    "Called {who}. They write readings down by hand every four hours and lost a batch in spring. Wants to see the probes.",
    "{who} came to us by recommendation. Budget for this year is set, but a pilot fits in.",
    "Long talk with {who} about **{thing}**. The auditor asked for gapless records; they have none for weekends.",
    "Reached {who} between two meetings. Interested, asks for a short description by mail.",
    "{who} compares three vendors. What counts: battery life, who calibrates, price of the second year.",
    "Met {who} at the fair. They showed me photographs of their switch cabinet. We can do better.",
    "First call. {who} knows us from a former employer and asks whether the gateway still needs its own SIM.",
    "{who} says: *no cloud without a contract for data processing.* Sent ours.",
];

/// While needs and proposal are worked out.
pub(super) const MIDDLES: [&str; 12] = [
    "Visited {account} with the engineer. 14 measuring points, two of them hard to reach. Photographs are with the technician.",
    "Sent the proposal over {amount}. {who} wants it split: hardware this year, subscription next.",
    "{who} asked for a reference in the same trade. Suggested a call with one of our customers.",
    "Went through the proposal with {who}. Open points:\n\n- delivery in two parts\n- training in the evening\n- who pays for scaffolding",
    "Test device runs since Monday. First curve looks good, {who} sends it round in the house.",
    "{who} is away for two weeks. Talked to purchasing instead, they want four weeks to pay.",
    "Price talk. They have an offer from {rival} that is lower by a tenth, without calibration.",
    "IT asked for the security questionnaire. 84 questions, half of them about passwords.",
    "{who} needs a yes from the board. It meets on the second Thursday of the month.",
    "Demo for six people. The night shift lead asked the best questions.",
    "They want to begin smaller: one hall first. Adjusted quantities, amount is now {amount}.",
    "Called, nobody there. Left a message with the reception.",
];

/// When it is won, and when it is lost.
pub(super) const WINS: [&str; 4] = [
    "Signed. {who} sent the order this morning and asks for delivery before the audit.",
    "Won. What decided it: calibration on site and that we answered on a Sunday.",
    "Order is in, {amount}. Hand-over to service next week.",
    "{who} called: we have it. They will begin with one site and add the others in autumn.",
];
pub(super) const LOSSES: [&str; 5] = [
    "Lost to {rival}. {who} was fair about it: price, and they take the old devices back.",
    "No decision this year. The budget went into a new roof. Ask again in a year.",
    "{who} does not answer any more. Three mails, four calls. Closing it.",
    "The project was stopped with the change of management.",
    "They needed a display on the device. We have none.",
];

/// Talks with customers between deals.
pub(super) const CARE: [&str; 6] = [
    "Quarterly call with {who}. All stations report. They ask about a logger for lab fridges.",
    "{who} changes jobs in summer and introduces a successor then.",
    "Invoice was paid twice, accounting sends it back. {who} laughed about it.",
    "Service was there on Tuesday and changed two batteries. {who} is content.",
    "{who} would be a reference if we ask ahead of time.",
    "They have a new site from January. Should get an offer in autumn.",
];

/// What colleagues write to the owner: `{person}` is the mention.
pub(super) const MENTIONS: [&str; 5] = [
    "@{person} their auditor comes next month, can you send the report template before?",
    "@{person} I met {who} at the airport. They are ready to talk about a second site.",
    "@{person} service needs the serial numbers for this one.",
    "@{person} please look at the discount, it is above what we agreed for this quarter.",
    "@{person} good work here. Can you show it in the team round on Monday?",
];

/// (kind, subject)
pub(super) const TASKS: [(&str, &str); 16] = [
    ("call", "Call {who} about the proposal"),
    ("call", "Ask {who} for a date"),
    ("call", "Follow up with {who}"),
    ("call", "Hear how the test device does"),
    ("email", "Send the revised offer"),
    ("email", "Send the security questionnaire back"),
    ("email", "Send a reference to {who}"),
    ("email", "Write a summary of the visit"),
    ("to_do", "Prepare the demo for {account}"),
    ("to_do", "Check delivery times"),
    ("to_do", "Get the discount approved"),
    ("to_do", "Book the technician"),
    ("to_do", "Draft the contract"),
    ("call", "Talk to purchasing at {account}"),
    ("email", "Ask for the order number"),
    ("to_do", "Plan the kick-off"),
];
pub(super) const OUTCOMES: [&str; 6] =
    ["", "", "Done, they answer by Friday.", "Reached, positive.", "Sent.", "They need another week."];

/// Tasks that are about no record.
pub(super) const CHORES: [&str; 6] = [
    "Update the forecast",
    "Look at deals without a next step",
    "Prepare the team round",
    "Travel expenses",
    "Read the new price list",
    "Tidy up contacts without e-mail",
];

pub(super) const STEPS: [&str; 8] = [
    "Call after their board meeting",
    "Send the revised offer",
    "Visit with the engineer",
    "Get the order number",
    "Demo for the night shift",
    "Agree on delivery dates",
    "Hear how the test went",
    "Talk to purchasing",
];
