//! The real server as a process of its own, on a free port, with a database of its own.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use super::client::Client;
use super::command::{Ran, program, rapport};
use super::database::Database;
use super::folder::unique_name;
use super::people::{PASSWORD, Person};

/// How long a server may take to be ready, and to stop. Generous: builds may run beside it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server prints: lines still to come, and lines read while waiting for another.
struct Lines {
    coming: mpsc::Receiver<String>,
    seen: Vec<String>,
}

/// A running server, killed when dropped. Its log is shown when the test fails.
pub struct Server {
    process: Child,
    address: String,
    lines: Mutex<Lines>,
    log: PathBuf,
    database: Arc<Database>,
}

impl Server {
    /// A company that is set up, with its people and nothing else.
    pub fn start() -> Server {
        Server::on(Database::company())
    }

    /// The made-up company of `rapport demo`, with the test people added.
    pub fn demo() -> Server {
        Server::on(Database::demo())
    }

    /// A server on a database, which others may serve too.
    pub fn on(database: Arc<Database>) -> Server {
        Server::with(database, &[], &[])
    }

    /// The same with further arguments and environment variables.
    pub fn with(database: Arc<Database>, arguments: &[&str], variables: &[(&str, &str)]) -> Server {
        match Server::try_with(database, arguments, variables) {
            Ok(server) => server,
            Err(log) => panic!("The server did not become ready. Its log:\n{log}"),
        }
    }

    /// The same where the server may refuse to start; then what it said.
    pub fn try_with(database: Arc<Database>, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Server, String> {
        let log = database.folder().join(format!("{}.log", unique_name()));
        let file = File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let errors = file.try_clone().expect("a file handle can be doubled");
        let mut command = program();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(database.arguments()).args(arguments);
        command.envs(variables.iter().copied()).current_dir(database.folder());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        let mut process = command.spawn().expect("the program starts");
        let stdout = process.stdout.take().expect("standard output is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let mut file = file;
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // The log is for people; a test does not fail for want of it.
                let _ = writeln!(file, "{line}");
                let _ = sender.send(line);
            }
        });
        let lines = Mutex::new(Lines { coming: lines, seen: Vec::new() });
        let mut server = Server { process, address: String::new(), lines, log, database };
        match server.line("Rapport is listening on ") {
            Some(address) => server.address = address,
            None => {
                // The program is over, or silent for too long.
                let _ = server.process.kill();
                let _ = server.process.wait();
                return Err(server.log());
            }
        }
        Ok(server)
    }

    /// `http://127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The path of the one-time set-up link, which only a database without people has.
    pub fn set_up_link(&self) -> String {
        let link = self.line("Set up: ").unwrap_or_else(|| panic!("No set-up link. The log:\n{}", self.log()));
        match link.find("/set-up/") {
            Some(path) => link[path..].to_owned(),
            None => panic!("The set-up link is no such link: {link}"),
        }
    }

    /// Waits for a printed line that begins so; returns the rest of it.
    fn line(&self, beginning: &str) -> Option<String> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + PATIENCE;
        let found = |line: &str| line.strip_prefix(beginning).map(|rest| rest.trim().to_owned());
        if let Some(rest) = lines.seen.iter().find_map(|line| found(line)) {
            return Some(rest);
        }
        while let Ok(line) = lines.coming.recv_timeout(until.saturating_duration_since(Instant::now())) {
            let rest = found(&line);
            lines.seen.push(line);
            if rest.is_some() {
                return rest;
            }
        }
        None
    }

    /// The mail to this address, once the server has written one to its folder.
    pub async fn mail_to(&self, email: &str) -> String {
        self.mails_to(email, 1).await.remove(0)
    }

    /// So many mails to this address, once they are all there.
    pub async fn mails_to(&self, email: &str, count: usize) -> Vec<String> {
        let folder = self.database.data().join("outbox");
        let until = Instant::now() + PATIENCE;
        loop {
            let files = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
            let finished = files.filter(|file| file.extension().is_some_and(|extension| extension == "eml"));
            let mails = finished.filter_map(|file| std::fs::read_to_string(file).ok());
            // Long lines are folded as quoted-printable.
            let found: Vec<String> = mails
                .filter(|mail| mail.contains(&format!("To: {email}")))
                .map(|mail| mail.replace("=\r\n", "").replace("=3D", "="))
                .collect();
            if found.len() >= count {
                return found;
            }
            assert!(Instant::now() < until, "{} of {count} mails to {email} came: {}", found.len(), self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn database(&self) -> Arc<Database> {
        self.database.clone()
    }

    /// A visitor who is not signed in.
    pub fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// A visitor who just signed in, as on the sign-in page.
    pub async fn sign_in_as(&self, person: Person) -> Client {
        self.sign_in(person.email(), PASSWORD).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Client {
        let client = self.client();
        client.post("/sign-in", &[("email", email), ("password", password)]).await.expect(303);
        client
    }

    /// Runs a command on the same database while the server runs.
    pub fn rapport(&self, arguments: &[&str]) -> Ran {
        rapport(&self.database, arguments)
    }

    /// Everything the server wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Asks the server to stop (SIGTERM) and waits until it has.
    pub fn stop(&mut self) -> ExitStatus {
        self.ask_to_stop();
        self.wait()
    }

    /// Sends SIGTERM and returns at once.
    pub fn ask_to_stop(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the server is there to be told to stop");
    }

    /// Waits until the process is over.
    pub fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.process.try_wait().expect("the server is a child of this process") {
                return status;
            }
            assert!(Instant::now() < until, "the server did not stop within {PATIENCE:?}");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Kills the server (SIGKILL): nothing it held in memory survives.
    pub fn kill(&mut self) {
        self.process.kill().expect("the server can be killed");
        self.process.wait().expect("the server is a child of this process");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let log = self.log();
            let from = log.len().saturating_sub(20_000);
            let from = (from..=log.len()).find(|&at| log.is_char_boundary(at)).unwrap_or(0);
            eprintln!("--- log of {} ---\n{}\n--- end of log ---", self.address, &log[from..]);
        }
    }
}
