//! Writing iCalendar (RFC 5545). Times are in UTC: a single meeting is a moment, which needs no rules of a time zone to
//! travel with it, and every calendar shows it on its reader's own clocks.

use chrono::NaiveDateTime;

/// An iCalendar object under construction.
pub struct Writer(String);

impl Writer {
    /// Begins an object with this method.
    pub fn new(method: &str) -> Self {
        let mut writer = Self(String::new());
        writer.line("BEGIN:VCALENDAR");
        writer.line("VERSION:2.0");
        writer.line("PRODID:-//Rapport//Rapport CRM//EN");
        writer.line("CALSCALE:GREGORIAN");
        writer.line(&format!("METHOD:{method}"));
        writer
    }

    /// A content line as it is, folded after 75 octets, never inside of a sign.
    pub fn line(&mut self, text: &str) {
        let mut room = 75;
        for sign in text.chars() {
            if sign.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = 74;
            }
            room -= sign.len_utf8();
            self.0.push(sign);
        }
        self.0.push_str("\r\n");
    }

    /// A property of text; nothing where it is empty.
    pub fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            let escaped = value.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
            // What is left of control signs would end the line.
            self.line(&format!("{name}:{}", escaped.replace(|c: char| c.is_control(), " ")));
        }
    }

    pub fn moment(&mut self, name: &str, at: NaiveDateTime) {
        self.line(&format!("{name}:{}", at.format("%Y%m%dT%H%M%SZ")));
    }

    /// `ORGANIZER` or `ATTENDEE`: somebody by name and address, with further parameters.
    pub fn person(&mut self, name: &str, parameters: &str, called: &str, email: &str) {
        // A quoted value holds anything but quotes and control signs (RFC 5545, 3.2).
        let called: String =
            called.chars().map(|c| if c == '"' { '\'' } else { c }).filter(|c| !c.is_control()).collect();
        self.line(&format!("{name}{parameters};CN=\"{called}\":mailto:{email}"));
    }

    pub fn done(mut self) -> String {
        self.line("END:VCALENDAR");
        self.0
    }
}
