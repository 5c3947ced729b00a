//! What leads did, and the points that it gives by its age.

use crate::{
    db::{
        Conn,
        schema::{form_submissions, quotes, timeline_entries, timeline_links},
        types::{ContactId, WebFormId},
    },
    error::Result,
    records::RecordKind,
    text_enum,
    timeline::{EntryKind, Outcome},
};
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

text_enum! {
    /// What is counted. Whatever else leaves moments behind joins with a word here and an arm of `Deed::times`.
    Behaviour {
        FormSent = "form_sent", "Sends a web form";
        CallReached = "call_reached", "Is reached by a call";
        MeetingHeld = "meeting_held", "Meets us";
        QuoteViewed = "quote_viewed", "Looks at a quote";
        QuoteAccepted = "quote_accepted", "Accepts a quote";
    }
}

/// A behaviour as a rule asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    pub behaviour: Behaviour,
    /// Of this form only.
    pub form: Option<WebFormId>,
    /// So often at least,
    pub least: usize,
    /// within so many days.
    pub days: i32,
    /// Days after which a time counts half; `None` counts whole until the end.
    pub half_life: Option<i32>,
    /// Points of the rule at most, whatever their sign.
    pub cap: Option<i32>,
}

impl Deed {
    /// When they did it, within the rule's days.
    pub(super) fn times(&self, conn: &mut Conn, lead: ContactId, at: NaiveDateTime) -> Result<Vec<NaiveDateTime>> {
        let since = at - Duration::days(self.days.into());
        let spoken = |kind: EntryKind| {
            timeline_links::table
                .inner_join(timeline_entries::table.on(timeline_entries::id.eq(timeline_links::entry_id)))
                .filter(timeline_links::record_kind.eq(RecordKind::Contact.text()))
                .filter(timeline_links::record_id.eq(lead.0))
                .filter(timeline_links::kind.eq(kind.text()))
                .filter(timeline_links::at.gt(since))
                .filter(timeline_links::at.le(at))
                .filter(timeline_entries::deleted_at.is_null())
                .select(timeline_links::at)
        };
        Ok(match self.behaviour {
            Behaviour::FormSent => {
                let mut sent = form_submissions::table
                    .filter(form_submissions::contact_id.eq(lead))
                    .filter(form_submissions::state.eq("taken"))
                    .filter(form_submissions::at.gt(since))
                    .select(form_submissions::at)
                    .into_boxed();
                if let Some(form) = self.form {
                    sent = sent.filter(form_submissions::form_id.eq(form));
                }
                sent.load(conn)?
            }
            Behaviour::CallReached => {
                spoken(EntryKind::Call).filter(timeline_entries::outcome.eq(Outcome::Reached.text())).load(conn)?
            }
            Behaviour::MeetingHeld => spoken(EntryKind::Meeting).load(conn)?,
            Behaviour::QuoteViewed => quotes::table
                .filter(quotes::contact_id.eq(lead))
                .filter(quotes::viewed_at.gt(since))
                .select(quotes::viewed_at.assume_not_null())
                .load(conn)?,
            Behaviour::QuoteAccepted => quotes::table
                .filter(quotes::contact_id.eq(lead))
                .filter(quotes::state.eq("accepted"))
                .filter(quotes::answered_at.gt(since))
                .select(quotes::answered_at.assume_not_null())
                .load(conn)?,
        })
    }

    /// What these times give (see the module `scoring`).
    pub(super) fn points(&self, each: i32, times: &[NaiveDateTime], at: NaiveDateTime) -> i32 {
        let thousandths: i64 = times.iter().map(|then| self.worth(each, (at - *then).num_days())).sum();
        let rounded = (thousandths + 500 * thousandths.signum()) / 1000;
        let cap = self.cap.map_or(i64::from(i32::MAX), i64::from);
        i32::try_from(rounded.clamp(-cap, cap)).unwrap_or(0)
    }

    /// One time of so many whole days ago, in thousandths of a point.
    fn worth(&self, each: i32, days: i64) -> i64 {
        let whole = i64::from(each) * 1000;
        let Some(half) = self.half_life.map(i64::from).filter(|h| *h > 0) else { return whole };
        let (halvings, rest) = (days.max(0) / half, days.max(0) % half);
        let shrunk = whole / (1_i64 << halvings.min(40));
        shrunk * (2 * half - rest) / (2 * half)
    }

    /// "2 times in 14 days", and what age or the cap took off.
    pub(super) fn told(&self, times: usize, each: i32, points: i32) -> String {
        let counted = match times {
            0 => return format!("not in {} days", self.days),
            1 => format!("once in {} days", self.days),
            2 => format!("twice in {} days", self.days),
            n => format!("{n} times in {} days", self.days),
        };
        if times < self.least {
            return format!("{counted}, of {} that it takes", self.least);
        }
        let full = i64::from(each) * i64::try_from(times).unwrap_or(i64::MAX);
        if full == i64::from(points) { counted } else { format!("{counted} (left of {full})") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(half_life: Option<i32>, cap: Option<i32>) -> Deed {
        Deed { behaviour: Behaviour::FormSent, form: None, least: 1, days: 90, half_life, cap }
    }

    #[test]
    fn what_was_done_counts_less_with_age_and_never_more_than_the_cap() {
        let at = NaiveDateTime::default() + Duration::days(1000);
        let ago = |days: i64| at - Duration::days(days) - Duration::hours(1);
        for (half_life, cap, each, ages, points) in [
            (None, None, 10, &[0, 50][..], 20),
            (Some(14), None, 10, &[0], 10),
            (Some(14), None, 10, &[7], 8),
            (Some(14), None, 10, &[14], 5),
            (Some(14), None, 10, &[28], 3),
            (Some(14), None, -10, &[28], -3),
            (Some(1), None, 10, &[80], 0),
            (None, Some(25), 10, &[1, 2, 3], 25),
            (None, Some(25), -10, &[1, 2, 3], -25),
        ] {
            let times: Vec<NaiveDateTime> = ages.iter().map(|d| ago(*d)).collect();
            assert_eq!(deed(half_life, cap).points(each, &times, at), points, "{half_life:?} {each} {ages:?}");
        }
        // Older is never worth more.
        let worth: Vec<i64> = (0..200).map(|d| deed(Some(9), None).worth(40, d)).collect();
        assert!(worth.windows(2).all(|w| w[0] >= w[1]), "{worth:?}");
    }
}
