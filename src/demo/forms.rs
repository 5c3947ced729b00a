//! The web forms of the demo company, and what people sent with them.

use super::{firms::Person, people::Colleague, random::Random};
use crate::{
    contacts::Lifecycle,
    db::Conn,
    error::Result,
    products,
    web_forms::{self, Arrival, Field, FieldKind, Input, WebForm},
};
use chrono::{Duration, NaiveDateTime};

const MESSAGES: [&str; 6] = [
    "We run two lines and want to see drift before the customer does. Who can show us?",
    "Is there a rental for a trial of three months?",
    "Our probes are ten years old. What would new ones cost for four tanks?",
    "Do you calibrate on site in the north?",
    "Please send the data sheet, and say how long delivery takes.",
    "問い合わせです。見積もりをお願いします。",
];

const TITLES: [&str; 5] = ["Head of Operations", "Quality Manager", "Plant Engineer", "Responsable qualité", "CTO"];

const SPAM: [(&str, &str); 4] = [
    ("Best Prices", "Buy 10,000 backlinks today and rank first tomorrow."),
    ("Crypto Desk", "Your wallet has been chosen. Answer within the hour."),
    ("SEO Team", "We looked at your site and found 47 mistakes."),
    ("Loans Now", "A loan without questions, at once."),
];

const WAYS: [[(&str, &str); 3]; 3] = [
    [("utm_source", "newsletter"), ("utm_medium", "email"), ("utm_campaign", "Autumn letter")],
    [("utm_source", "google"), ("utm_medium", "cpc"), ("utm_campaign", "Water probes")],
    [
        ("referrer", "https://www.sensortrade.example/reviews"),
        ("page", "https://www.varde.example/contact"),
        ("utm_source", ""),
    ],
];

/// Designs the forms and sends them, by leads whom the company knows already.
pub(super) fn keep(
    conn: &mut Conn,
    random: &mut Random,
    staff: &[Colleague],
    people: &[Person],
    now: NaiveDateTime,
) -> Result<()> {
    let admin = staff[0].viewer();
    let leads: Vec<&Person> =
        people.iter().filter(|p| p.input.lifecycle == Lifecycle::Lead && !p.input.emails.is_empty()).collect();
    for (design, days, sent, spam) in designs() {
        let at = now - Duration::days(days);
        let id = web_forms::create(conn, &admin, &design, at)?;
        let form = web_forms::get(conn, id)?;
        for number in 0..sent {
            let Some(lead) = leads.get(random.below(leads.len())) else { continue };
            let then = at + (now - at) * (number + 1) / (sent + 1);
            let pairs = answers(conn, random, &form, lead)?;
            send(conn, &form, pairs, then)?;
        }
        for (at, (name, text)) in SPAM.iter().enumerate().take(spam).rev() {
            let hours = i64::try_from(at).unwrap_or(0) * 9 + 2;
            let pairs = [("given_name", *name), ("family_name", "Ltd"), ("email", "office@spam.example")];
            let more = [("message", *text), ("website", "https://spam.example"), ("consent", "1")];
            let pairs = pairs.iter().chain(&more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            send(conn, &form, pairs.collect(), now - Duration::hours(hours))?;
        }
    }
    Ok(())
}

fn send(conn: &mut Conn, form: &WebForm, pairs: Vec<(String, String)>, at: NaiveDateTime) -> Result<()> {
    let key = format!("demo-{}", at.and_utc().timestamp_micros());
    match Arrival::of(form, pairs, &key, conn)? {
        Some(arrival) => web_forms::keep(conn, form, &arrival, "DK", at),
        None => Ok(()),
    }
}

/// What a lead writes: much of it known, some of it new.
fn answers(conn: &mut Conn, random: &mut Random, form: &WebForm, lead: &Person) -> Result<Vec<(String, String)>> {
    let products = products::options(conn)?;
    let own = |text: &Option<String>| text.clone().unwrap_or_else(|| lead.input.name.clone());
    let mut pairs = Vec::new();
    for field in &form.fields {
        let value = match field.kind() {
            FieldKind::GivenName => own(&lead.input.given_name),
            FieldKind::FamilyName => own(&lead.input.family_name),
            FieldKind::Email => lead.input.emails.first().map(|e| e.as_str().to_owned()).unwrap_or_default(),
            FieldKind::JobTitle if random.chance(60) => (*random.pick(&TITLES)).to_owned(),
            FieldKind::Employees => (random.within(1, 40) * 25).to_string(),
            FieldKind::Interest if !products.is_empty() => random.pick(&products).0.to_string(),
            FieldKind::Message => (*random.pick(&MESSAGES)).to_owned(),
            FieldKind::Question => "Two, from March on".to_owned(),
            _ => continue,
        };
        pairs.push((field.key.clone(), value));
    }
    pairs.extend(form.consent.as_ref().map(|(number, _)| ("consent".to_owned(), number.to_string())));
    pairs.extend(random.pick(&WAYS).iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Ok(pairs)
}

/// Each form with the days that it is old, how many were sent, and how many of those programs wrote.
fn designs() -> [(Input, i64, i32, usize); 3] {
    use FieldKind::{Company, Email, Employees, FamilyName, GivenName, Interest, JobTitle, Message};
    let fields = |kinds: &[(FieldKind, bool)]| kinds.iter().map(|(kind, needed)| Field::new(*kind, *needed)).collect();
    let mut asked: Vec<Field> = fields(&[
        (GivenName, true),
        (FamilyName, true),
        (Email, true),
        (Company, false),
        (JobTitle, false),
        (Employees, false),
        (Interest, false),
    ]);
    asked.push(Field { key: "qlines".into(), label: "How many lines do you run?".into(), required: false });
    asked.push(Field::new(Message, true));
    let offer = Input {
        name: "Ask for an offer".into(),
        heading: "What can we measure for you?".into(),
        introduction: "Tell us about your line. Somebody who knows probes answers within a working day.".into(),
        fields: asked,
        button: "Send".into(),
        thanks: "Thank you. We answer within a working day.".into(),
        redirect: String::new(),
        consent: "Varde Instruments may keep what I wrote to answer me.".into(),
        consent_required: true,
        source: "Web site".into(),
        campaign: String::new(),
        origins: vec!["https://www.varde.example".into()],
        least_seconds: 3,
        active: true,
    };
    let list = Input {
        name: "Price list".into(),
        heading: "The price list by mail".into(),
        introduction: String::new(),
        fields: fields(&[(Email, true), (GivenName, false), (FamilyName, false)]),
        button: "Send me the list".into(),
        redirect: "https://www.varde.example/thanks".into(),
        consent: "I want to hear of news, at most once a month.".into(),
        consent_required: false,
        campaign: "Price list".into(),
        ..offer.clone()
    };
    let fair = Input {
        name: "Fair in Hanover".into(),
        heading: "Meet us at the fair".into(),
        consent: String::new(),
        consent_required: false,
        source: "Fair".into(),
        campaign: "Hanover".into(),
        active: false,
        ..list.clone()
    };
    [(offer, 90, 26, 4), (list, 60, 9, 0), (fair, 220, 5, 0)]
}
