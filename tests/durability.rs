//! A killed server loses nothing that it confirmed.

use crate::support::*;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// Writers that run at once.
const WRITERS: usize = 8;
/// The server is killed once so many writes were confirmed.
const CONFIRMED: usize = 120;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_that_was_confirmed() {
    let database = Database::durable_company();
    let mut server = Server::on(database.clone());
    let confirmed: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let client = server.sign_in_as(Person::Admin).await;
        let (confirmed, stop) = (confirmed.clone(), stop.clone());
        writers.push(tokio::spawn(async move {
            for n in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let name = format!("Witness {writer}-{n}");
                let email = format!("w{writer}-{n}@kept.example");
                let request = client.request("POST", "/contacts").header("Sec-Fetch-Site", "same-origin").form(&[
                    ("name", name.as_str()),
                    ("email", email.as_str()),
                    ("anyway", "true"),
                ]);
                // What was cut off by the kill was never confirmed.
                let Ok(answer) = client.try_send("POST", "/contacts", request).await else { break };
                let location = answer.expect_redirect();
                confirmed.lock().expect("no writer panics").push((location, name));
            }
        }));
    }
    while confirmed.lock().expect("no writer panics").len() < CONFIRMED {
        assert!(!writers.iter().any(|w| w.is_finished()), "a writer failed before the kill");
        tokio::task::yield_now().await;
    }
    server.kill();
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.expect("a writer ends by itself");
    }

    let server = Server::on(database);
    let client = server.sign_in_as(Person::Admin).await;
    let confirmed = confirmed.lock().expect("no writer panics").clone();
    assert!(confirmed.len() >= CONFIRMED);
    for (location, name) in confirmed {
        let page = client.page(&location).await;
        assert_eq!(page.heading(), name, "{location}");
    }
}
