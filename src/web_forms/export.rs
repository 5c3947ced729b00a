//! What was sent with a form as CSV, streamed in batches.

use super::{
    State, WebForm,
    submissions::{self, Submission},
};
use crate::{
    db::types::SubmissionId,
    error::{Error, Result},
    lists::Cell,
    ui::Page,
    web::App,
};
use actix_web::{HttpResponse, http::header, web::Bytes};
use futures_util::stream;

/// Rows read at a time.
const BATCH: usize = 1000;

/// Where an export stands.
struct Reading {
    app: App,
    page: Page,
    form: WebForm,
    before: Option<SubmissionId>,
    begun: bool,
    done: bool,
}

/// Answers with everything that was sent, newest first. The columns are the form's fields as they are now.
pub fn csv(app: App, page: Page, form: WebForm) -> HttpResponse {
    let name = format!("attachment; filename=\"form-{}-{}.csv\"", form.id, page.today());
    let state = Reading { app, page, form, before: None, begun: false, done: false };
    let body = stream::unfold(state, |mut state| async move {
        if state.done {
            return None;
        }
        let bytes = batch(&mut state).await;
        if let Err(error) = &bytes {
            // The status is sent already: breaking the connection tells the reader that the file is not whole.
            tracing::error!(%error, "export of a form stopped");
            state.done = true;
        }
        Some((bytes.map_err(actix_web::Error::from), state))
    });
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(body)
}

async fn batch(state: &mut Reading) -> Result<Bytes> {
    let (form, before) = (state.form.id, state.before);
    let most = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let rows = state.app.db.read_slowly(move |conn| submissions::list(conn, form, None, before, most)).await?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |e: csv::Error| Error::Internal(e.into());
    let first = !std::mem::replace(&mut state.begun, true);
    if first {
        let labels = state.form.fields.iter().map(|f| Cell::Text(f.label.clone()).plain());
        let end = [
            "Agreed to",
            "utm_source",
            "utm_medium",
            "utm_campaign",
            "utm_term",
            "utm_content",
            "Referrer",
            "Page",
            "Other answers",
        ];
        let head = ["Number", "Sent", "State", "Contact"].map(str::to_owned).into_iter().chain(labels);
        writer.write_record(head.chain(end.map(str::to_owned))).map_err(failed)?;
    }
    for row in &rows {
        writer.write_record(record(&state.page, &state.form, row)).map_err(failed)?;
    }
    state.before = rows.last().map(|row| row.id);
    state.done = rows.len() < BATCH;
    let text = writer.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    // Spreadsheets take the mark for a sign of UTF-8.
    Ok(Bytes::from(if first { [b"\xef\xbb\xbf".as_slice(), &text].concat() } else { text }))
}

fn record(page: &Page, form: &WebForm, row: &Submission) -> Vec<String> {
    let state = match row.state {
        State::Taken => "taken",
        State::Held => "held",
    };
    let contact = row.contact.as_ref().map(|(id, ..)| id.to_string()).unwrap_or_default();
    let mut record = vec![row.id.to_string(), page.iso(row.at), state.to_owned(), contact];
    // As a cell of any list: nothing that a spreadsheet would run.
    let plain = |text: &str| Cell::Text(text.to_owned()).plain();
    record.extend(form.fields.iter().map(|f| plain(row.answer(&f.key))));
    record.push(plain(row.consent.as_deref().unwrap_or_default()));
    record.extend(row.came_by.pairs().map(|(_, value)| plain(value)));
    // To what the form asked once.
    let others = row.answers.iter().filter(|a| !form.fields.iter().any(|f| f.key == a.key));
    record.push(plain(&others.map(|a| format!("{}: {}", a.label, a.value)).collect::<Vec<_>>().join("; ")));
    record
}
