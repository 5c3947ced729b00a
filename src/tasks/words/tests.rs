//! What lines are read as.

use super::*;

fn said(text: &str, now: &str, zone: &str, month_first: bool) -> Said {
    let place = Where { now: now.parse().unwrap(), zone: zone.parse().unwrap(), month_first };
    read(text, place, &|name| match name {
        "Ana" | "Ana Souza" => Ok(UserId(7)),
        _ => Err(format!("Nobody is called {name}.")),
    })
}

/// `2026-11-25 15:00` in the zone, `2026-11-25` without a time, or empty.
fn due(said: &Said, zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap();
    said.due.map_or_else(String::new, |due| match due.at {
        Some(at) => format::local(at, zone).format("%Y-%m-%d %H:%M").to_string(),
        None => due.on.to_string(),
    })
}

#[test]
fn lines_are_read_as_they_are_said() {
    // A Tuesday, 10:00 in Berlin.
    for (text, subject, when) in [
        ("call Maria tomorrow 15:00", "call Maria", "2026-11-25 15:00"),
        ("in 3 days send the offer", "send the offer", "2026-11-27"),
        ("send the offer in three days", "send the offer", "2026-11-27"),
        ("review next Tuesday", "review", "2026-12-01"),
        ("Tuesday review", "review", "2026-12-01"),
        ("review this Tuesday", "review", "2026-11-24"),
        ("review on 15 January", "review", "2027-01-15"),
        ("review on January 15", "review", "2027-01-15"),
        ("review on the 15th of January", "review", "2027-01-15"),
        ("review Jan 15th, 2028", "review", "2028-01-15"),
        ("review 24 Nov", "review", "2026-11-24"),
        ("review 23 November", "review", "2027-11-23"),
        ("Fri 9am ring the plant", "ring the plant", "2026-11-27 09:00"),
        ("ring the plant Fri 9am", "ring the plant", "2026-11-27 09:00"),
        ("ring the plant friday at 9", "ring the plant", "2026-11-27 09:00"),
        ("ring at 9:30 pm today", "ring", "2026-11-24 21:30"),
        ("ring at noon", "ring", "2026-11-24 12:00"),
        ("ring 9:00", "ring", "2026-11-25 09:00"),
        ("ring 15h30", "ring", "2026-11-24 15:30"),
        ("ring tomorrow morning", "ring", "2026-11-25 09:00"),
        ("ring tomorrow evening", "ring", "2026-11-25 18:00"),
        ("ring the day after tomorrow", "ring", "2026-11-26"),
        ("today", "", "2026-11-24"),
        ("plan next week", "plan", "2026-11-30"),
        ("plan next month", "plan", "2026-12-01"),
        ("plan next year", "plan", "2027-01-01"),
        ("plan end of month", "plan", "2026-11-30"),
        ("plan by end of the week", "plan", "2026-11-27"),
        ("plan in a week", "plan", "2026-12-01"),
        ("plan in 2 weeks", "plan", "2026-12-08"),
        ("plan in 2 months", "plan", "2027-01-24"),
        ("plan in a year", "plan", "2027-11-24"),
        ("plan in 5 working days", "plan", "2026-12-01"),
        ("plan 3 days from now", "plan", "2026-11-27"),
        ("ring in 2 hours", "ring", "2026-11-24 12:00"),
        ("ring in 30 minutes", "ring", "2026-11-24 10:30"),
        ("pay 2026-12-24", "pay", "2026-12-24"),
        ("pay 24.12.", "pay", "2026-12-24"),
        ("pay 24.12.2027", "pay", "2027-12-24"),
        ("pay on 24/12", "pay", "2026-12-24"),
        ("pay on the 30th", "pay", "2026-11-30"),
        ("pay on the 3rd", "pay", "2026-12-03"),
        ("pay 29 February", "pay", "2028-02-29"),
        // What is no date stays a word.
        ("offer support 24/7", "offer support 24/7", ""),
        ("buy 2 screens", "buy 2 screens", ""),
        ("ask whether May may help", "ask whether May may help", ""),
        ("update to version 1.5 now", "update to version 1.5 now", ""),
        ("order the 16:9 screen", "order the 16:9 screen", ""),
        ("we sat with the sun behind us", "we sat with the sun behind us", ""),
        ("read the weekly report", "read the weekly report", ""),
        // Of two days the one at the end counts.
        ("send the Friday report tomorrow", "send the Friday report", "2026-11-25"),
        ("tomorrow prepare Friday visit", "prepare Friday visit", "2026-11-25"),
    ] {
        let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", false);
        let got = (said.subject.as_str(), due(&said, "Europe/Berlin"));
        assert_eq!((got, said.wrong.clone()), ((subject, when.to_owned()), vec![]), "{text}");
    }
}

#[test]
fn zones_clock_changes_and_year_ends_are_minded() {
    for (text, now, zone, month_first, when) in [
        ("x tomorrow", "2026-12-31T23:30:00", "America/New_York", true, "2027-01-01"),
        ("x tomorrow", "2026-12-31T23:30:00", "Asia/Tokyo", true, "2027-01-02"),
        ("x next week", "2026-12-30T09:00:00", "UTC", false, "2027-01-04"),
        ("x in 2 months", "2026-12-31T09:00:00", "UTC", false, "2027-02-28"),
        ("x on 1/2", "2026-11-24T09:00:00", "America/New_York", true, "2027-01-02"),
        ("x on 1/2", "2026-11-24T09:00:00", "Europe/Berlin", false, "2027-02-01"),
        ("x on 1/2/2028", "2026-11-24T09:00:00", "America/New_York", true, "2028-01-02"),
        // An hour that is skipped is the hour after; hours are counted, not read off the clock.
        ("x tomorrow 2:30", "2026-03-28T09:00:00", "Europe/Berlin", false, "2026-03-29 03:30"),
        ("x in 2 hours", "2026-03-29T00:30:00", "Europe/Berlin", false, "2026-03-29 04:30"),
        ("x in 2 hours", "2026-10-25T00:30:00", "Europe/Berlin", false, "2026-10-25 03:30"),
        ("x tomorrow 9am", "2026-10-24T09:00:00", "Europe/Berlin", false, "2026-10-25 09:00"),
    ] {
        let said = said(text, now, zone, month_first);
        assert_eq!((due(&said, zone), said.subject.as_str()), (when.to_owned(), "x"), "{text} in {zone}");
    }
}

#[test]
fn what_cannot_be_is_a_sentence() {
    for (text, month_first, sentence) in [
        ("pay 31 February", false, "“31 February” does not exist: write another day."),
        ("pay on 31/2", false, "“31/2” does not exist: write another day."),
        ("pay 2027-02-29", false, "“2027-02-29” does not exist: write another day."),
        ("pay on 15/1", true, "“15/1” is no day, with the month first: write it as in “15 January”."),
        ("pay on 1/15", false, "“1/15” is no day, with the day first: write it as in “15 January”."),
        ("ring at 25:10", false, "“25:10” is no time: write it like 15:00."),
        ("ring @Bob", false, "Nobody is called Bob."),
    ] {
        let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", month_first);
        assert_eq!(said.wrong, [sentence], "{text}");
        assert!(said.due.is_none(), "{text}");
    }
}

#[test]
fn series_priorities_and_people_are_read() {
    for (text, subject, when, rule) in [
        ("every Monday review pipeline", "review pipeline", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO"),
        ("stand-up every weekday 9:15", "stand-up", "2026-11-25 09:15", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("sync every Monday and Thursday", "sync", "2026-11-26", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("sync every other week", "sync", "2026-11-24", "FREQ=WEEKLY;INTERVAL=2"),
        ("water every 3 days until 1 March", "water", "2026-11-24", "FREQ=DAILY;INTERVAL=3;UNTIL=20270301"),
        ("bill every last Friday of the month", "bill", "2026-11-27", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("bill every 15th", "bill", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("ask every month for 3 times", "ask", "2026-11-24", "FREQ=MONTHLY;COUNT=3"),
        ("ask every year on 15 January", "ask", "2027-01-15", "FREQ=YEARLY"),
    ] {
        let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", false);
        assert_eq!((said.subject.as_str(), due(&said, "Europe/Berlin")), (subject, when.to_owned()), "{text}");
        assert_eq!(said.rule.map(|r| r.text()).as_deref(), Some(rule), "{text}");
    }
    for (text, subject, priority, owner) in [
        ("ring the plant !!", "ring the plant", Some(Priority::High), None),
        ("ring the plant high", "ring the plant", Some(Priority::High), None),
        ("low priority ring the plant", "ring the plant", Some(Priority::Low), None),
        ("ask about the high rack", "ask about the high rack", None, None),
        ("ring the plant @Ana Souza tomorrow", "ring the plant", None, Some(UserId(7))),
        ("@Ana ring the plant", "ring the plant", None, Some(UserId(7))),
    ] {
        let said = said(text, "2026-11-24T09:00:00", "Europe/Berlin", false);
        assert_eq!((said.subject.as_str(), said.priority, said.owner), (subject, priority, owner), "{text}");
    }
}
