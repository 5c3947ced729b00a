//! The whole filtered list as CSV (RFC 4180, UTF-8 with a byte order mark for spreadsheets), streamed in batches so that
//! a million rows take no more memory than a page.

use super::{Cell, List, Request, Slice, request::Cursor};
use crate::{db::Conn, error::Result, ui::Page, web::App};
use actix_web::{HttpResponse, http::header, web::Bytes};
use futures_util::stream;
use std::sync::Arc;

/// Rows fetched at a time.
const BATCH: i64 = 1000;

struct State<F, G> {
    app: App,
    page: Page,
    list: &'static List,
    request: Request,
    fetch: Arc<F>,
    cells: Arc<G>,
    begun: bool,
    done: bool,
}

/// Answers with the list. Columns are all of the list's unless the address chose some, with the number first.
pub fn csv<R, F, G>(app: App, page: Page, list: &'static List, mut request: Request, fetch: F, cells: G) -> HttpResponse
where
    R: HasId + Send + 'static,
    F: Fn(&mut Conn, &Request, &Page) -> Result<Slice<R>> + Send + Sync + 'static,
    G: Fn(&Page, &R, &str) -> Cell + Send + Sync + 'static,
{
    if !request.chosen {
        request.columns = list.columns.iter().collect();
    }
    request.size = BATCH;
    request.cursor = None;
    let name = format!("attachment; filename=\"{}-{}.csv\"", list.noun, page.today());
    let state =
        State { app, page, list, request, fetch: Arc::new(fetch), cells: Arc::new(cells), begun: false, done: false };
    let body = stream::unfold(state, |mut state| async move {
        if state.done {
            return None;
        }
        let bytes = batch(&mut state).await;
        if let Err(error) = &bytes {
            // The status is sent already: breaking the connection tells the reader that the file is not whole.
            tracing::error!(%error, list = state.list.noun, "export stopped");
            state.done = true;
        }
        Some((bytes.map_err(actix_web::Error::from), state))
    });
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(body)
}

/// A row that knows its number.
pub trait HasId {
    fn id(&self) -> i64;
}

async fn batch<R, F, G>(state: &mut State<F, G>) -> Result<Bytes>
where
    R: HasId + Send + 'static,
    F: Fn(&mut Conn, &Request, &Page) -> Result<Slice<R>> + Send + Sync + 'static,
    G: Fn(&Page, &R, &str) -> Cell + Send + Sync + 'static,
{
    let (fetch, page) = (state.fetch.clone(), state.page.clone());
    let request = state.request.clone();
    let slice = state.app.db.read_slowly(move |conn| fetch(conn, &request, &page)).await?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |e: csv::Error| crate::error::Error::Internal(e.into());
    let first = !std::mem::replace(&mut state.begun, true);
    if first {
        let labels = state.request.columns.iter().map(|c| c.label);
        writer.write_record(std::iter::once("Number").chain(labels)).map_err(failed)?;
    }
    for row in &slice.rows {
        let cells = state.request.columns.iter().map(|c| (state.cells)(&state.page, row, c.key).plain());
        writer.write_record(std::iter::once(row.id().to_string()).chain(cells)).map_err(failed)?;
    }
    match slice.next.as_deref().and_then(|c| Cursor::parse(c, false)) {
        Some(cursor) => state.request.cursor = Some(cursor),
        None => state.done = true,
    }
    let text = writer.into_inner().map_err(|e| crate::error::Error::internal(e.to_string()))?;
    if first {
        return Ok(Bytes::from([b"\xef\xbb\xbf".as_slice(), &text].concat()));
    }
    Ok(Bytes::from(text))
}
