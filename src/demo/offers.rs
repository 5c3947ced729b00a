//! Price books and quotes of the demo company: one of every kind, and of every state.

use super::{calendar::HISTORY, people::Colleague, sales, sales::Plan, words::PRODUCTS};
use crate::{
    db::{
        Conn,
        schema::{deals as deal_rows, mail_outbox},
        types::{DealId, EmailAddress, PriceBookId, ProductId},
    },
    deals::Status,
    error::{Error, Result},
    journal::Sender,
    mail::outbox,
    products::books::{self, BookInput},
    quotes::{self, Acceptance, Dispatch, defaults, defaults::Defaults},
};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use iso_currency::Currency;

const TERMS: &str = "Delivery within **four weeks** of the order, free to your site.\n\n\
    - Payment within 30 days, without deduction.\n- Two years of warranty on every device.\n- Prices without tax; tax is added as the law says.";

/// What a product costs from a quantity on, in hundredths of its list price.
const TIERS: [(i64, i64); 3] = [(0, 100), (10_000, 92), (50_000, 85)];
const PARTNER: [(i64, i64); 2] = [(0, 88), (20_000, 80)];

/// Keeps the price books: this year's list, that for partners, one in dollars, and next year's. Gives the partners' one.
pub(super) fn keep_books(
    conn: &mut Conn,
    admin: &Colleague,
    products: &[ProductId],
    dollars: i64,
    now: NaiveDateTime,
) -> Result<PriceBookId> {
    let viewer = admin.viewer();
    let at = now - Duration::days(HISTORY);
    let year = now.year();
    let first = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1);
    let last = |year: i32| NaiveDate::from_ymd_opt(year, 12, 31);
    let mut partners = None;
    // Partners have a book of what they sell on; the last product is no longer sold.
    let (some, most) = (5, products.len().saturating_sub(1));
    for (name, currency, from, to, tiers, count) in [
        ("Partner prices".to_owned(), Currency::EUR, first(year - 1), None, &PARTNER[..], some),
        (format!("Price list {}", year - 1), Currency::EUR, first(year - 1), last(year - 1), &TIERS[..2], most),
        (format!("Price list {year}"), Currency::EUR, first(year), last(year), &TIERS[..], most),
        (format!("Price list {}", year + 1), Currency::EUR, first(year + 1), None, &TIERS[..1], most),
        ("Price list USD".to_owned(), Currency::USD, first(year), None, &TIERS[..2], most),
    ] {
        let book = BookInput { name, currency, valid_from: from, valid_to: to, active: true };
        let id = books::create(conn, &viewer, &book, at)?;
        for (place, product) in products.iter().enumerate().take(count) {
            let rate = if currency == Currency::USD { dollars } else { 1_000_000_000 };
            let price = sales::price_in(PRODUCTS[place].4, currency, rate);
            for (quantity, percent) in tiers {
                books::set_price(conn, &viewer, id, (*product, *quantity), price / 100 * percent, at)?;
            }
        }
        partners = partners.or(Some(id));
    }
    partners.ok_or_else(|| Error::internal("the demo has no price book"))
}

/// What becomes of a quote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Draft,
    Sent,
    Viewed,
    Accepted,
    Declined,
    Expired,
    Revised,
}

/// Of open deals, in turn.
const FATES: [Fate; 9] = [
    Fate::Draft,
    Fate::Sent,
    Fate::Viewed,
    Fate::Accepted,
    Fate::Declined,
    Fate::Expired,
    Fate::Revised,
    Fate::Sent,
    Fate::Viewed,
];

/// Keeps the quotes of some deals, in the order in which they were made, and lets some deals name the partners' prices.
pub(super) fn keep_quotes(
    conn: &mut Conn,
    staff: &[Colleague],
    (plans, deals): (&[Plan], &[DealId]),
    partners: PriceBookId,
    now: NaiveDateTime,
) -> Result<()> {
    let begun = now - Duration::days(HISTORY);
    let address = "Havnegade 44\n1058 København K\nDenmark\nVAT DK 38 21 77 04";
    let begins = Defaults { address: address.into(), terms: TERMS.into(), valid_days: 30, version: 1 };
    defaults::update(conn, &staff[0].viewer(), &begins, begun)?;
    let mut wanted: Vec<(NaiveDateTime, DealId, &Colleague, Fate)> = Vec::new();
    let (mut open, mut won) = (0, 0);
    for (plan, deal) in plans.iter().zip(deals) {
        let Some((begun, last)) = plan.steps.first().zip(plan.steps.last()) else { continue };
        if plan.items().is_empty() || plan.firm.is_none() || plan.people.is_empty() {
            continue;
        }
        let owner = &staff[plan.owner];
        match plan.status() {
            Status::Open if open < FATES.len() * 3 && begun.at < now - Duration::days(50) => {
                let fate = FATES[open % FATES.len()];
                let days = match fate {
                    Fate::Expired => 45,
                    Fate::Draft => 1,
                    _ => 3 + i64::try_from(open).unwrap_or(0) % 9,
                };
                wanted.push((now - Duration::days(days) - Duration::minutes(50), *deal, owner, fate));
                if open % 4 == 0 && plan.currency == Currency::EUR {
                    let row = deal_rows::table.find(*deal);
                    diesel::update(row).set(deal_rows::price_book_id.eq(partners)).execute(conn)?;
                }
                open += 1;
            }
            Status::Won if won < 12 && last.at - begun.at > Duration::days(12) => {
                wanted.push((last.at - Duration::days(9), *deal, owner, Fate::Accepted));
                won += 1;
            }
            _ => {}
        }
    }
    wanted.sort_by_key(|(at, deal, ..)| (*at, *deal));
    for (at, deal, owner, fate) in wanted {
        tell(conn, owner, deal, fate, at)?;
    }
    // They left long ago.
    diesel::update(mail_outbox::table.filter(mail_outbox::status.eq(outbox::Status::Waiting)))
        .set((
            mail_outbox::status.eq(outbox::Status::Sent),
            mail_outbox::sent_at.eq(now),
            mail_outbox::body_text.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// One quote from its making on.
fn tell(conn: &mut Conn, owner: &Colleague, deal: DealId, fate: Fate, at: NaiveDateTime) -> Result<()> {
    let viewer = owner.viewer();
    let id = quotes::make(conn, &viewer, deal, at)?;
    let made = quotes::of_deal(conn, deal)?.into_iter().find(|q| q.id == id).ok_or(Error::NotFound)?;
    let Ok(to) = EmailAddress::parse(&made.recipient_email) else { return Ok(()) };
    if fate == Fate::Draft {
        return Ok(());
    }
    let after = |minutes: i64| at + Duration::minutes(minutes);
    let mail = Dispatch {
        to,
        subject: format!("Quote {}", made.name()),
        body: "Here is our quote.".into(),
        from: Sender { name: owner.name.into(), email: None },
    };
    quotes::send(conn, &viewer, (id, made.version), &mail, "https://crm.varde.example", after(20))?;
    if fate == Fate::Sent || fate == Fate::Expired {
        return Ok(());
    }
    quotes::seen(conn, id, after(60 * 5))?;
    let from = Acceptance {
        name: made.recipient_name.clone(),
        title: "Head of purchasing".into(),
        from: "192.0.2.44".into(),
        with: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/145.0".into(),
    };
    match fate {
        Fate::Accepted => quotes::accept(conn, id, &from, after(60 * 26)).map(|_| ()),
        Fate::Declined => {
            let reason = "Too much for this year: could we begin with half of it?";
            quotes::decline(conn, id, &from, reason, after(60 * 27)).map(|_| ())
        }
        Fate::Revised => quotes::revise(conn, &viewer, id, after(60 * 28)).map(|_| ()),
        Fate::Draft | Fate::Sent | Fate::Viewed | Fate::Expired => Ok(()),
    }
}
