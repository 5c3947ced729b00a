//! Contacts that might be the same person: told while another is added.

use super::store::{Input, scoped};
use crate::{
    auth::Viewer,
    db::{
        Conn,
        sql::{Sql, Value},
        types::{ContactId, Phone, fold},
    },
    error::Result,
};
use diesel::sql_types::{BigInt, Nullable, Text};

/// A contact that might be the same person.
#[derive(Clone, Debug)]
pub struct Duplicate {
    pub id: ContactId,
    pub name: String,
    pub why: String,
}

/// Contacts with one of these e-mails or phones, or a very similar name at the same account or mail domain.
pub fn find(conn: &mut Conn, viewer: &Viewer, input: &Input, except: Option<ContactId>) -> Result<Vec<Duplicate>> {
    let mut found: Vec<Duplicate> = Vec::new();
    let mut add = |rows: Vec<(i64, String)>, why: &str| {
        for (id, name) in rows {
            if Some(ContactId(id)) != except && !found.iter().any(|d| d.id.0 == id) {
                found.push(Duplicate { id: ContactId(id), name, why: why.to_owned() });
            }
        }
    };
    for email in &input.emails {
        let rows =
            matching(conn, viewer, "JOIN contact_emails p ON p.contact_id = c.id", "p.email_key = ", email.key())?;
        add(rows, &format!("has the e-mail {}", email.as_str()));
    }
    for e164 in input.phones.iter().filter_map(|p| p.e164.clone()) {
        let shown = Phone::shown(&e164, Some(&e164));
        let rows = matching(conn, viewer, "JOIN contact_phones p ON p.contact_id = c.id", "p.e164 = ", e164)?;
        add(rows, &format!("has the phone {shown}"));
    }
    let name = fold(&input.name);
    let near = |other: &str| rapidfuzz::distance::jaro_winkler::similarity(name.chars(), fold(other).chars()) >= 0.93;
    if let Some(account) = input.account_id {
        let mut sql = Sql::new("SELECT c.id, c.name FROM contacts c WHERE c.deleted_at IS NULL AND c.account_id = ");
        sql.bind(Value::Int(account.0));
        scoped(&mut sql, viewer);
        sql.push(" LIMIT 500");
        let mut rows: Vec<(i64, String)> = sql.load::<(BigInt, Text), _>(conn)?;
        rows.retain(|(_, other)| near(other));
        add(rows, "has this name at the same account");
    }
    let hosts = input.emails.iter().filter_map(|e| e.as_str().rsplit_once('@').map(|(_, d)| d.to_lowercase()));
    let hosts: Vec<String> = hosts.filter(|h| !is_public_mail(h)).collect();
    let mut sql =
        Sql::new("SELECT c.id, c.name, c.email FROM contacts c WHERE c.deleted_at IS NULL AND c.name_folded = ");
    sql.bind(Value::Text(name.clone()));
    scoped(&mut sql, viewer);
    sql.push(" LIMIT 50");
    let rows: Vec<(i64, String, Option<String>)> = sql.load::<(BigInt, Text, Nullable<Text>), _>(conn)?;
    let same_domain = rows.into_iter().filter(|(_, _, email)| {
        hosts.is_empty() || email.as_deref().is_none_or(|e| hosts.iter().any(|h| e.to_lowercase().ends_with(h)))
    });
    add(same_domain.map(|(id, name, _)| (id, name)).collect(), "has the same name");
    found.truncate(10);
    Ok(found)
}

/// Mail hosts that many companies share: sharing one says nothing.
pub fn is_public_mail(host: &str) -> bool {
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "mail.ru",
        "qq.com",
        "163.com",
        "proton.me",
        "protonmail.com",
    ]
    .contains(&host)
}

fn matching(conn: &mut Conn, viewer: &Viewer, join: &str, test: &str, value: String) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new(format!("SELECT c.id, c.name FROM contacts c {join} WHERE c.deleted_at IS NULL AND {test}"));
    sql.bind(Value::Text(value));
    scoped(&mut sql, viewer);
    sql.push(" LIMIT 10");
    sql.load::<(BigInt, Text), _>(conn)
}
