//! Meetings and the calendar: planned, moved, held; invitations and the feed as other calendars read them.

use std::collections::BTreeSet;

use calcard::icalendar::{ICalendar, ICalendarProperty};
use chrono::{Datelike, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use icalendar::Component;

use crate::support::*;

const NEW: &str = "/meetings/new";

/// Plans a meeting; the path of its page.
async fn plan(client: &Client, fields: &[(&str, &str)]) -> String {
    client.fill(NEW, fields).await.expect_redirect()
}

async fn contact(client: &Client, name: &str, email: &str) -> String {
    client.fill("/contacts/new", &[("Shown as", name), ("E-mail", email)]).await.expect_redirect()
}

/// A day this far from today, as date fields hold it.
fn day(offset: i64) -> String {
    (Utc::now().date_naive() + Duration::days(offset)).to_string()
}

/// What a calendar reads: (title, first second, last second, status, sequence).
type Read = BTreeSet<(String, i64, i64, String, i64)>;

/// As calcard reads it.
fn by_calcard(text: &str) -> Read {
    let calendar = ICalendar::parse(text).unwrap_or_else(|error| panic!("{error:?} in {text}"));
    let events = calendar.components.iter().filter(|c| c.has_property(&ICalendarProperty::Dtstart));
    events
        .map(|event| {
            let first = |property| event.property(&property).and_then(|entry| entry.values.first());
            let moment = |property| {
                let value = first(property).and_then(|value| value.as_partial_date_time()).expect("a moment");
                value.to_timestamp().expect("with a zone")
            };
            let title = first(ICalendarProperty::Summary).and_then(|v| v.as_text()).expect("a title").to_owned();
            let status = event.status().map(|s| format!("{s:?}").to_uppercase()).unwrap_or_default();
            let sequence = first(ICalendarProperty::Sequence).and_then(|v| v.as_integer()).expect("a sequence");
            (title, moment(ICalendarProperty::Dtstart), moment(ICalendarProperty::Dtend), status, sequence)
        })
        .collect()
}

/// As the crate icalendar reads it, which shares nothing with the other.
fn by_icalendar(text: &str) -> Read {
    let calendar: icalendar::Calendar = text.parse().unwrap_or_else(|error| panic!("{error} in {text}"));
    let events = calendar.components.iter().filter_map(|component| component.as_event());
    events
        .map(|event| {
            let moment = |name| {
                let value = event.property_value(name).expect("a moment");
                let at = chrono::NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ").expect("in UTC");
                at.and_utc().timestamp()
            };
            let title = event.get_summary().expect("a title").to_owned();
            let status = event.property_value("STATUS").unwrap_or_default().to_owned();
            let sequence = event.get_sequence().expect("a sequence");
            (title, moment("DTSTART"), moment("DTEND"), status, i64::from(sequence))
        })
        .collect()
}

/// What both read, which must be the same; and the text keeps the rules of lines.
fn read(text: &str) -> Read {
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "a bare line end: {line:?}");
    }
    let (one, other) = (by_calcard(text), by_icalendar(text));
    assert_eq!(one, other, "{text}");
    one
}

/// The part of a mail that has this type, decoded.
fn part(mail: &str, kind: &str) -> String {
    let boundary = mail.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("several parts");
    let mark = format!("--{boundary}");
    let parts = mail.split(&mark);
    let found = parts.skip(1).find(|part| part.trim_start().contains(&format!("Content-Type: {kind}")));
    let found = found.unwrap_or_else(|| panic!("no {kind} in: {mail}")).trim_start();
    let (head, body) = found.split_once("\n\n").expect("a head and a body");
    let body = if head.contains("quoted-printable") { unquoted(body) } else { body.to_owned() };
    body.trim_end().replace("\r\n", "\n").replace('\n', "\r\n") + "\r\n"
}

fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'=', [a, b, left @ ..]) => {
                let hex = std::str::from_utf8(&[*a, *b]).map(|h| u8::from_str_radix(h, 16));
                bytes.push(hex.expect("ASCII").expect("two digits"));
                rest = left;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Lines put together again (RFC 5545, 3.1).
fn unfolded(text: &str) -> String {
    text.replace("\r\n ", "")
}

#[tokio::test]
async fn who_is_invited_hears_of_the_meeting_of_its_move_and_of_its_end() {
    let smtp = Smtp::start();
    let server = Server::with(Database::company(), &["--smtp-url", &smtp.url()], &[]);
    let rep = server.sign_in_as(Person::Rep).await;
    let ana = contact(&rep, "Ana \"Ace\" Souza; Lda, X:Y", "ana@souza.example").await;
    let page = format!("/meetings/new?about=contact:{}", ana.rsplit('/').next().unwrap());
    let form = rep.page(&page).await.form("Title");
    let form = form.set("Title", "Visit\r\nBcc: eve@evil.example, and more").set("Date", &day(9));
    let form = form.set("Start", "10:00").set("End", "11:00").set("Place", "Room 4; second floor");
    let form = form.set("Add a colleague", Person::OtherRep.name());
    let meeting = rep.submit(&page, &form).await.expect_redirect();

    let mails = smtp.expect_taken(2);
    let to = |mails: &[String], email: &str| -> String {
        let found = mails.iter().rev().find(|mail| mail.contains(&format!("To: {email}")));
        found.unwrap_or_else(|| panic!("no mail to {email} in {mails:?}")).clone()
    };
    let first = to(&mails, "ana@souza.example");
    assert!(!first.contains("\nBcc"), "{first}");
    assert!(header(&first, "Reply-To").ends_with(&format!("<{}>", Person::Rep.email())), "{first}");
    assert!(header(&first, "Subject").starts_with("Invitation: Visit Bcc: eve@evil.example"), "{first}");
    assert!(header(&first, "Content-Type").starts_with("multipart/alternative"), "{first}");
    assert!(first.contains("Content-Type: text/calendar; method=REQUEST; charset=utf-8"), "{first}");
    let words = part(&first, "text/plain");
    assert!(words.contains("Rui Costa invites you to") && words.contains("Where: Room 4; second floor"), "{words}");
    let calendar = part(&first, "text/calendar");
    let asked = read(&calendar);
    let (title, from, to_end, status, sequence) = asked.first().expect("one event").clone();
    assert_eq!((title.as_str(), status.as_str(), sequence), ("Visit Bcc: eve@evil.example, and more", "CONFIRMED", 0));
    assert_eq!(to_end - from, 3_600);
    let lines = unfolded(&calendar);
    for line in [
        "METHOD:REQUEST",
        "ORGANIZER;CN=\"Rui Costa\":mailto:rui@harbour.example",
        "PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Ana 'Ace' Souza; Lda, X:Y\":mailto:ana@souza.example",
        "ROLE=CHAIR;PARTSTAT=ACCEPTED;CN=\"Rui Costa\"",
        "LOCATION:Room 4\\; second floor",
    ] {
        assert!(lines.contains(line), "{line} is not in {lines}");
    }
    let uid = |text: &str| unfolded(text).lines().find(|l| l.starts_with("UID:")).expect("a UID").to_owned();
    let known = uid(&calendar);

    rep.fill(&format!("{meeting}/edit"), &[("Title", "Visit"), ("Start", "12:00"), ("End", "13:30")])
        .await
        .expect_redirect();
    let moved = to(&smtp.expect_taken(4), "ana@souza.example");
    assert!(header(&moved, "Subject").starts_with("Changed: Visit"), "{moved}");
    let calendar = part(&moved, "text/calendar");
    let (_, again, until, _, sequence) = read(&calendar).first().expect("one event").clone();
    assert_eq!((again - from, until - again, sequence), (7_200, 5_400, 1));
    assert_eq!(uid(&calendar), known);

    rep.press(&meeting, "Cancel the meeting").await.expect_redirect();
    let over = to(&smtp.expect_taken(6), "ana@souza.example");
    assert!(over.contains("text/calendar; method=CANCEL"), "{over}");
    let calendar = part(&over, "text/calendar");
    let (_, _, _, status, sequence) = read(&calendar).first().expect("one event").clone();
    assert_eq!((status.as_str(), sequence), ("CANCELLED", 2));
    assert_eq!(uid(&calendar), known);
    rep.press(&meeting, "Undo").await.expect_redirect();
    let back = to(&smtp.expect_taken(8), "ana@souza.example");
    assert_eq!(read(&part(&back, "text/calendar")).first().expect("one event").4, 3);
}

#[tokio::test]
async fn who_is_taken_out_is_told_and_without_the_tick_nobody_is() {
    let smtp = Smtp::start();
    let server = Server::with(Database::company(), &["--smtp-url", &smtp.url()], &[]);
    let rep = server.sign_in_as(Person::Rep).await;
    let guests = "Ana Souza <ana@souza.example>, ben@acme.example";
    let form = rep.page(NEW).await.form("Title").set("Title", "Silent").set("Date", &day(9));
    rep.submit(NEW, &form.set("Add e-mail addresses", guests).uncheck("Send invitations")).await.expect_redirect();
    let meeting = plan(&rep, &[("Title", "Loud"), ("Date", &day(9)), ("Add e-mail addresses", guests)]).await;
    assert!(smtp.expect_taken(2).iter().all(|mail| mail.contains("Invitation: Loud")));
    let form = rep.page(&format!("{meeting}/edit")).await.form("Title").uncheck("ben@acme.example");
    rep.submit(&meeting, &form).await.expect_redirect();
    let mails = smtp.expect_taken(3);
    assert!(mails[2].contains("To: ben@acme.example") && mails[2].contains("method=CANCEL"), "{}", mails[2]);
    assert!(!unfolded(&part(&mails[2], "text/calendar")).contains("ana@souza.example"), "{}", mails[2]);
}

/// Address of a feed, made anew.
async fn feed(client: &Client) -> String {
    let page = client.post::<&str, &str>("/calendar/subscription", &[]).await.expect(200).html();
    let address = page.by_id("address").and_then(|field| field.attr("value")).unwrap_or_default().to_owned();
    let path = address.find("/calendar/feed/").unwrap_or_else(|| panic!("no address: {address}"));
    address[path..].to_owned()
}

#[tokio::test]
async fn a_feed_is_read_alike_by_two_parsers_across_changes_of_the_clocks_and_in_every_script() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let year = Utc::now().year();
    let mut expected: BTreeSet<(String, i64)> = BTreeSet::new();
    // The next change of the clocks in each zone: a day before and a day after it, at nine on the wall.
    for zone in [Tz::Europe__Berlin, Tz::America__New_York] {
        let days = (0..300).map(|n| Utc::now().date_naive() + Duration::days(n));
        let offset = |day: NaiveDate| {
            let noon = zone.from_local_datetime(&day.and_hms_opt(12, 0, 0).unwrap()).unwrap();
            noon.naive_local() - noon.naive_utc()
        };
        let change = days.clone().find(|day| offset(*day) != offset(*day + Duration::days(1))).expect("within a year");
        for day in [change - Duration::days(1), change + Duration::days(2)] {
            let title = format!("{} {day}", zone.name());
            let shown = zone.name().replace('_', " ");
            let fields = [("Title", title.as_str()), ("Date", &day.to_string()), ("Start", "09:00"), ("End", "10:00")];
            let form = fields.iter().fold(rep.page(NEW).await.form("Title"), |form, (label, v)| form.set(label, v));
            rep.submit(NEW, &form.set("Time zone", &shown)).await.expect_redirect();
            let wall = zone.from_local_datetime(&day.and_hms_opt(9, 0, 0).unwrap()).unwrap();
            expected.insert((title, wall.timestamp()));
        }
    }
    let names = names();
    for name in &names {
        let title = format!("{name}; {name}, \\ {name}");
        let fields = [("Title", title.as_str()), ("Date", &day(3)), ("Start", "09:00"), ("End", "09:30")];
        rep.fill(NEW, &fields).await.expect_redirect();
    }
    let address = feed(&rep).await;
    let stranger = server.client();
    let answer = stranger.get(&address).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    let found = read(&answer.text());
    assert!(answer.text().contains("METHOD:PUBLISH\r\n") && !answer.text().contains("ATTENDEE"));
    let times: BTreeSet<(String, i64)> = found.iter().map(|(title, from, ..)| (title.clone(), *from)).collect();
    assert!(times.is_superset(&expected), "{expected:?} is not in {times:?} in {year}");
    for name in names {
        assert!(found.iter().any(|(title, ..)| *title == format!("{name}; {name}, \\ {name}")), "{name}");
    }
}

/// Names in the scripts of the world.
fn names() -> Vec<String> {
    let mut found: Vec<String> = ["ليان الحداد", "Νίκος", "小林 順", "Նարեկ"].map(str::to_owned).to_vec();
    if let Some(file) = shared_data("names/person-names/common-surnames-by-country.csv") {
        let mut rows = csv::Reader::from_path(file).expect("the file can be read");
        let all: Vec<String> = rows
            .records()
            .filter_map(|row| row.ok()?.get(4).map(|name| name.trim().to_owned()))
            .filter(|name| !name.is_empty() && !name.is_ascii())
            .collect();
        found.extend(all.iter().step_by(all.len() / 20 + 1).cloned());
    }
    found
}

#[tokio::test]
async fn a_feed_is_cheap_to_ask_again_and_ends_when_it_is_renewed_or_its_person_leaves() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    plan(&rep, &[("Title", "Mine"), ("Date", &day(1))]).await;
    let first = feed(&rep).await;
    let stranger = server.client();
    let answer = stranger.get(&first).await.expect(200);
    let tag = answer.header("etag").to_owned();
    let again = stranger.request("GET", &first).header("If-None-Match", &tag);
    assert!(stranger.send("GET", &first, again).await.expect(304).bytes.is_empty());
    let page = rep.page("/calendar/subscription").await;
    assert!(page.says("It was last read") && !page.text().contains("/calendar/feed/"), "{}", page.text());
    let other = server.sign_in_as(Person::OtherRep).await;
    let theirs = feed(&other).await;
    assert!(!stranger.get(&theirs).await.expect(200).text().contains("Mine"));
    let second = feed(&rep).await;
    stranger.get(&first).await.expect(404);
    assert!(stranger.get(&second).await.expect(200).text().contains("SUMMARY:Mine"));
    rep.press("/calendar/subscription", "End the address").await.expect_redirect();
    stranger.get(&second).await.expect(404);
    let admin = server.sign_in_as(Person::Admin).await;
    let person = admin.page("/settings/people").await.link(Person::OtherRep.name());
    admin.press(&format!("{person}/deactivation/new"), "Deactivate").await.expect_redirect();
    stranger.get(&theirs).await.expect(404);
    stranger.get("/calendar/feed/nonsense.ics").await.expect(404);
}

#[tokio::test]
async fn what_cannot_be_is_said_beside_the_field_and_all_that_was_typed_stays() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let zone = ("Time zone", "Europe/Berlin");
    for (fields, field, said) in [
        (vec![("Date", "2027-02-30")], "Date", "is no date"),
        (vec![("Date", "2027-03-28"), ("Start", "02:30"), ("End", "04:00"), zone], "Start", "The clocks skip 02:30"),
        (vec![("Date", "2027-03-26"), ("Start", "10:00"), ("End", "09:00")], "End", "end before it begins"),
        (
            vec![("Date", "2027-03-01"), ("Start", "10:00"), ("End", "11:00"), ("Ends on another day", "2027-03-16")],
            "End",
            "longer than 14 days",
        ),
        (vec![("Start", "25:00")], "Start", "is not a time"),
        (vec![("Link", "javascript:alert(1)")], "Link", "no web address"),
        (vec![("Add e-mail addresses", "ana@souza.example, nonsense")], "Add e-mail addresses", "has no @"),
    ] {
        let mut all = vec![("Title", "A *long* story"), ("Notes", "Kept\nas it is")];
        all.extend(fields.iter().copied());
        let answer = rep.fill(NEW, &all).await.expect(422);
        let page = answer.html();
        let error = page.field(field).error.unwrap_or_default();
        assert!(error.contains(said), "{fields:?}: {error}");
        for (label, value) in all.iter().filter(|(label, _)| *label != "Time zone") {
            assert_eq!(page.field(label).value, *value, "{label} of {fields:?}");
        }
    }
    assert!(rep.fill(NEW, &[("Title", " ")]).await.expect(422).html().says("What is it about?"));
}

#[tokio::test]
async fn an_hour_that_comes_twice_is_the_first_and_a_meeting_over_it_lasts_as_long_as_it_says() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let form = rep.page(NEW).await.form("Title").set("Title", "Night watch").set("Date", "2027-10-31");
    let form = form.set("Start", "02:30").set("End", "02:15").set("Time zone", "Europe/Berlin");
    let meeting = rep.submit(NEW, &form).await.expect_redirect();
    // Half past two, the first time, until a quarter past two, the second.
    assert!(rep.page(&meeting).await.says("45 min"), "{}", rep.page(&meeting).await.text());
    for week in ["2027-10-31", "2027-03-28"] {
        rep.page(&format!("/calendar?week={week}")).await;
    }
    assert!(rep.page("/calendar?week=2027-10-31").await.says("Night watch"));
    assert!(!rep.page("/calendar?week=2027-11-01").await.says("Night watch"));
    for nonsense in ["week=2027-02-30", "week=99999-01-01", "week=x&person=9999"] {
        let status = rep.get(&format!("/calendar?{nonsense}")).await.status;
        assert!(matches!(status, 200 | 404), "{nonsense}: {status}");
    }
}

#[tokio::test]
async fn two_meetings_at_once_are_said_and_not_forbidden_and_tell_nothing_of_hidden_ones() {
    let server = Server::start();
    let admin = server.sign_in_as(Person::Admin).await;
    let own = "People see their own records; managers see their teams";
    let form = admin.page("/settings/company").await.form("Save company").choose(own);
    admin.submit("/settings/company", &form).await.expect_redirect();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let at = [("Date", day(2)), ("Start", "10:00".to_owned()), ("End", "11:00".to_owned())];
    let at: Vec<(&str, &str)> = at.iter().map(|(label, value)| (*label, value.as_str())).collect();
    let secret = [&[("Title", "Secret talks")], &at[..]].concat();
    let theirs = plan(&other, &secret).await;
    rep.get(&theirs).await.expect(404);

    let form = [&[("Title", "Open talks"), ("Add a colleague", Person::OtherRep.name())], &at[..]].concat();
    let filled = form.iter().fold(rep.page(NEW).await.form("Title"), |form, (label, value)| form.set(label, value));
    let looked = rep.submit(NEW, &filled.clone().press("Add people, and see who is busy")).await.expect(200).html();
    assert!(looked.says("Olu Bright is busy") && !looked.says("Secret talks"), "{}", looked.text());
    let mine = rep.submit(NEW, &filled).await.expect_redirect();
    let page = rep.page(&mine).await;
    assert!(page.says("Olu Bright is busy") && !page.says("Secret talks"), "{}", page.text());
    // Whoever sees both reads what it is.
    let page = other.page(&mine).await;
    assert!(page.says("Olu Bright has “Secret talks”"), "{}", page.text());
    assert!(other.page(&format!("/calendar?week={}", day(2))).await.says("2 meetings overlap"));
    // A colleague's calendar is open to those who see their records, and shows the others' as busy.
    let id = |page: &str| page.rsplit('/').next().unwrap_or_default().to_owned();
    let people = admin.page("/settings/people").await;
    let person = id(&people.link(Person::OtherRep.name()));
    rep.get(&format!("/calendar?person={person}")).await.expect(404);
    let manager = server.sign_in_as(Person::Manager).await;
    let of_rep = id(&people.link(Person::Rep.name()));
    let week = manager.page(&format!("/calendar?person={of_rep}&week={}", day(2))).await;
    assert!(week.says("Open talks"), "{}", week.text());
}

#[tokio::test]
async fn a_meeting_that_was_held_stands_once_on_every_timeline_and_counts_as_a_touch() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let ana = contact(&rep, "Ana Souza", "ana@souza.example").await;
    let page = format!("/meetings/new?about=contact:{}", ana.rsplit('/').next().unwrap());
    let fields = [("Title", "Coffee"), ("Date", &day(-1)), ("Start", "09:00"), ("End", "10:00")];
    let meeting = rep.fill(&page, &fields).await.expect_redirect();
    assert!(rep.page("/").await.says("How was it?"));
    assert!(rep.page(&ana).await.says("How was it?"));
    let wrong = rep.fill(&meeting, &[("Minutes", "-3"), ("What came of it", "She wants *two*.")]).await.expect(422);
    assert_eq!(wrong.html().field("What came of it").value, "She wants *two*.");
    let said =
        [("What came of it", "She wants *two*."), ("Minutes", "55"), ("Next task", "Send two"), ("Due", &day(2))];
    assert_eq!(rep.fill(&meeting, &said).await.expect_redirect(), meeting);
    let undo = rep.page(&meeting).await.form("Undo").press("Undo");
    let shown = rep.page(&ana).await;
    let text = shown.text();
    assert_eq!(text.matches("Rui Costa met, 55 min").count(), 1, "{text}");
    assert!(text.contains("She wants two."), "{text}");
    assert!(text.contains("Send two"), "{text}");
    assert!(!shown.fact("In touch").contains("Not yet"), "{text}");
    assert!(!rep.page("/").await.says("How was it?"));
    rep.post::<&str, &str>(&format!("{meeting}/outcome"), &[("minutes", "5")]).await.expect(422);

    rep.submit(&meeting, &undo).await.expect_redirect();
    let text = rep.page(&ana).await.text();
    assert!(!text.contains("met, 55 min") && !text.contains("Send two"), "{text}");
    let form = rep.page(&meeting).await.form("What came of it").press("Did not take place");
    rep.submit(&meeting, &form).await.expect_redirect();
    assert!(rep.page(&ana).await.says("noted that it did not take place: Coffee"));
    assert!(rep.page(&ana).await.fact("In touch").contains("Not yet"));
    let later = plan(&rep, &[("Title", "Later"), ("Date", &day(3))]).await;
    let early = rep.post(&format!("{later}/outcome"), &[("minutes", "5"), ("do", "held")]).await.expect(422);
    assert!(early.html().says("It has not begun yet"));
}

#[tokio::test]
async fn colleagues_are_told_and_answer_and_nobody_is_told_of_their_own_doing() {
    let server = Server::start();
    let (rep, other) = (server.sign_in_as(Person::Rep).await, server.sign_in_as(Person::OtherRep).await);
    let fields = [("Title", "Stand-up"), ("Date", &day(4)), ("Add a colleague", Person::OtherRep.name())];
    let meeting = plan(&rep, &fields).await;
    assert!(other.page("/notifications").await.says("Rui Costa plans a meeting with you"));
    assert!(!rep.page("/notifications").await.says("Stand-up"));
    other.press(&meeting, "I will come").await.expect_redirect();
    let page = other.page(&meeting).await;
    assert!(page.says("You said: Comes") && page.says("Answer of Olu Bright"), "{}", page.text());
    rep.fill(&format!("{meeting}/edit"), &[("Date", &day(5))]).await.expect_redirect();
    assert!(other.page("/notifications").await.says("Rui Costa moved a meeting"));
    // Another time is asked about again.
    assert!(other.page(&meeting).await.says("Will you come?"));
    other.press(&meeting, "Cancel the meeting").await.expect_redirect();
    assert!(rep.page("/notifications").await.says("Olu Bright cancelled a meeting"));
    assert_eq!(other.page(&meeting).await.fact("State"), "Cancelled");
}

#[tokio::test]
async fn people_are_reminded_of_a_meeting_shortly_before_it_begins_and_once() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let soon = Utc::now() + Duration::minutes(5);
    let [on, start] = ["%Y-%m-%d", "%H:%M"].map(|shape| soon.format(shape).to_string());
    let end = (soon + Duration::minutes(30)).format("%H:%M").to_string();
    let form = rep.page(NEW).await.form("Title").set("Title", "Soon").set("Time zone", "UTC");
    let last = (soon + Duration::minutes(30)).format("%Y-%m-%d").to_string();
    let form = form.set("Date", &on).set("Start", &start).set("End", &end).set("Ends on another day", &last);
    rep.submit(NEW, &form).await.expect_redirect();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !rep.page("/notifications").await.says("reminds you of a meeting") {
        assert!(std::time::Instant::now() < until, "{}", server.log());
        tokio::task::yield_now().await;
    }
    let told = "SELECT count(*) FROM notifications WHERE event LIKE 'reminder:meeting:%'";
    assert_eq!(server.database().number(told), 1);
}

#[tokio::test]
async fn moving_in_the_calendar_keeps_the_length_and_can_be_undone() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let fields = [("Title", "Review"), ("Date", "2027-03-26"), ("Start", "10:00"), ("End", "11:30")];
    let meeting = plan(&rep, &fields).await;
    let time = format!("{meeting}/time");
    let moved = [("version", "1"), ("start", "2027-03-29T14:00"), ("back", "/calendar?week=2027-03-29")];
    assert_eq!(rep.post(&time, &moved).await.expect_redirect(), "/calendar?week=2027-03-29");
    let page = rep.page("/calendar?week=2027-03-29").await;
    assert!(page.says("14:00 to 15:30") && page.says("“Review” is now on"), "{}", page.text());
    let undo = page.form("Undo").press("Undo");
    rep.submit("/calendar", &undo).await.expect_redirect();
    assert!(rep.page(&meeting).await.says("10:00 to 11:30"), "{}", rep.page(&meeting).await.text());
    // Somebody else was faster.
    rep.post(&time, &moved).await.expect_redirect();
    let page = rep.page("/calendar?week=2027-03-29").await;
    assert!(page.says("Not moved: someone else has changed"), "{}", page.text());
    let stretched = [("version", "3"), ("end", "2027-03-26T12:00")];
    rep.post(&time, &stretched).await.expect_redirect();
    assert!(rep.page(&meeting).await.says("10:00 to 12:00"));
    let skipped = [("version", "4"), ("end", "2027-03-26T09:00")];
    rep.post(&time, &skipped).await.expect_redirect();
    assert!(rep.page(&meeting).await.says("Not moved. It would end before it begins"));
}

#[tokio::test]
async fn two_people_who_change_one_meeting_see_both_versions() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    let meeting = plan(&rep, &[("Title", "Audit"), ("Date", &day(6))]).await;
    let edit = format!("{meeting}/edit");
    let [mine, theirs] = [rep.page(&edit).await.form("Title"), rep.page(&edit).await.form("Title")];
    rep.submit(&edit, &theirs.set("Place", "Room 1")).await.expect_redirect();
    let clash = rep.submit(&edit, &mine.set("Place", "Room 2")).await.expect(409).html();
    assert!(clash.says("Room 1") && clash.says("Room 2"), "{}", clash.text());
}

#[tokio::test]
async fn a_deleted_meeting_lies_in_the_bin_and_comes_back() {
    let server = Server::start();
    let manager = server.sign_in_as(Person::Manager).await;
    let meeting = plan(&manager, &[("Title", "Mistake"), ("Date", &day(1))]).await;
    manager.press(&meeting, "Delete").await.expect_redirect();
    let undo = manager.page("/calendar").await.form("Undo").press("Undo");
    manager.get(&meeting).await.expect(404);
    assert!(manager.page("/bin").await.says("Mistake"));
    manager.submit("/calendar", &undo).await.expect_redirect();
    assert!(manager.page("/calendar/agenda").await.says("Mistake"));
    manager.press(&meeting, "Delete").await.expect_redirect();
    manager.post::<&str, &str>(&format!("{meeting}/erasure"), &[]).await.expect_redirect();
    assert_eq!(server.database().number("SELECT count(*) FROM meeting_people"), 0);
}

#[tokio::test]
async fn an_agenda_goes_on_page_by_page_and_shows_tasks_with_a_time() {
    let server = Server::start();
    let rep = server.sign_in_as(Person::Rep).await;
    for n in 0..33 {
        let (title, start) = (format!("Visit {n:02}"), format!("{:02}:00", 6 + n % 12));
        let on = day(1 + n / 12);
        plan(&rep, &[("Title", title.as_str()), ("Date", &on), ("Start", &start), ("End", "23:00")]).await;
    }
    rep.fill("/tasks/new", &[("Subject", "Ring Maria"), ("Due", &day(1)), ("Time", "09:30")]).await.expect_redirect();
    let first = rep.page("/calendar/agenda").await;
    assert!(first.says("Visit 00") && first.says("Ring Maria") && !first.says("Visit 32"), "{}", first.text());
    let second = rep.page(&first.link("Later")).await;
    assert!(second.says("Visit 32") && !second.says("Visit 00"), "{}", second.text());
    assert!(rep.page(&format!("/calendar?week={}", day(1))).await.says("Ring Maria"));
}

#[tokio::test]
async fn whoever_takes_over_organises_what_is_to_come() {
    let server = Server::start();
    let (admin, rep) = (server.sign_in_as(Person::Admin).await, server.sign_in_as(Person::Rep).await);
    let meeting = plan(&rep, &[("Title", "Handed on"), ("Date", &day(8))]).await;
    let person = admin.page("/settings/people").await.link(Person::Rep.name());
    let leaving = format!("{person}/deactivation/new");
    assert!(admin.page(&leaving).await.says("1 meeting to come"));
    admin.fill(&leaving, &[("Who takes over", Person::OtherRep.name())]).await.expect_redirect();
    assert!(admin.page(&meeting).await.fact("Organiser").contains("Olu Bright"));
    let other = server.sign_in_as(Person::OtherRep).await;
    assert!(other.page(&format!("/calendar?week={}", day(8))).await.says("Handed on"));
}

mod browser {
    use super::{day, plan};
    use crate::support::{Browser, Person, Server};
    use fantoccini::Locator;

    #[tokio::test]
    async fn a_meeting_is_dragged_to_another_half_hour() {
        let server = Server::start();
        let rep = server.sign_in_as(Person::Rep).await;
        let on = day(7);
        plan(&rep, &[("Title", "Movable"), ("Date", &on), ("Start", "10:00"), ("End", "11:00")]).await;
        let browser = Browser::open(&server).await;
        browser.sign_in_as(Person::Rep).await;
        browser.visit(&format!("/calendar?week={on}")).await;
        let card = browser.find(Locator::Css("[data-card]")).await.expect("the meeting");
        let place = browser.find(Locator::Css(&format!("[data-stage='{on}T13:00']"))).await.expect("one o'clock");
        browser.drag(card, place).await;
        browser.wait_for_text("“Movable” is now on").await;
        let text = browser.text().await;
        assert!(text.contains("13:00 to 14:00"), "{text}");
    }
}
