//! What every handler shares, and the server built from the settings.

use crate::{
    auth::directory::Cache,
    config::Serving,
    contacts,
    db::{Db, Source},
    error::{Error, Result},
    jobs,
    leads::LEADS,
    lists::{Counts, List},
    mail::send::Postman,
    notifications::live,
    routes,
    tasks::TASKS,
    web,
};
use actix_web::{App as ActixApp, HttpServer, dev::Server, middleware::Compress, web as actix};
use std::{
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
};

/// Work that waits for the reader, as the navigation counts it: what a list finds for these parameters.
pub static WAITING: [(&List, &str); 2] =
    [(&TASKS, "owner=me&status=open&due.to=today"), (&LEADS, "owner=me,none&status=new")];

/// The state of one server process.
pub struct App {
    pub db: Db,
    /// Without a slash at the end: `https://crm.acme.example`.
    pub base_url: String,
    pub serving: Serving,
    pub directory: Cache,
    pub counts: Counts,
    pub postman: Postman,
    pub bells: jobs::Bells,
    pub live: live::Hub,
}

impl App {
    /// Sends waiting mail at once instead of within seconds: to be called after a write that queued some.
    pub fn mail_queued(&self) {
        self.bells.mail.notify_one();
    }

    /// Whether mail is only written to files, and so reaches nobody by itself.
    pub fn postman_writes_files(&self) -> bool {
        self.postman.folder().is_some()
    }

    /// Whether cookies may only travel over TLS.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// A server that listens but does not run yet.
pub struct Bound {
    pub server: Server,
    pub app: Arc<App>,
    pub address: SocketAddr,
    pub base_url: String,
}

/// Binds the address and makes the server.
///
/// # Errors
/// When the address is taken or is none, in a sentence.
pub fn bind(source: &Source, serving: Serving) -> Result<Bound> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let address: SocketAddr = serving.listen.to_socket_addrs().ok().and_then(|mut a| a.next()).ok_or_else(|| {
        Error::internal(format!("“{}” is not an address: write it like 127.0.0.1:8080", serving.listen))
    })?;
    let listener = std::net::TcpListener::bind(address).map_err(|e| {
        Error::internal(format!(
            "{address} cannot be listened on ({e}): stop what uses it, or choose another with --listen"
        ))
    })?;
    let bound_to = listener.local_addr()?;
    let base_url =
        serving.base_url.clone().unwrap_or_else(|| format!("http://{bound_to}")).trim_end_matches('/').to_owned();
    let postman = Postman::new(&serving.mail, source.folder())?;
    let app = Arc::new(App {
        db: Db::open(source, workers)?,
        base_url: base_url.clone(),
        serving,
        directory: Cache::default(),
        counts: Counts::default(),
        postman,
        bells: jobs::Bells::default(),
        live: live::Hub::default(),
    });
    let bench_page = app.serving.bench_page;
    let shared = actix::Data::from(app.clone());
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(shared.clone())
            .app_data(web::form_limits())
            .app_data(web::query_errors())
            .app_data(web::path_errors())
            .wrap(Compress::default())
            .wrap(actix_web::middleware::from_fn(web::frame::frame))
            .configure(routes::configure)
            .configure(|config| {
                if bench_page {
                    config.route("/bench/memory", actix::get().to(contacts::memory::show));
                }
            })
            .default_service(actix::to(web::nowhere))
    })
    .workers(workers)
    .shutdown_timeout(30)
    .listen(listener)?
    .run();
    Ok(Bound { server, app, address: bound_to, base_url })
}
