//! A real mail server on a free port, which takes what it is sent unless it is told otherwise.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a test waits for mail.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server does with the next mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    Take,
    /// Reads the whole mail and answers with this code (4xx for later, 5xx for never).
    Answer(u16),
    /// Hangs up in the middle of the mail.
    HangUp,
    /// Never asks for the mail's text: the other side waits.
    StallBefore,
    /// Takes the mail and never says so: the other side waits.
    StallAfter,
}

#[derive(Default)]
struct State {
    script: VecDeque<Handling>,
    /// Mails that were begun.
    tries: usize,
    /// Texts of the mails that the server has taken.
    taken: Vec<String>,
}

/// Serves until the test ends.
pub struct Smtp {
    address: std::net::SocketAddr,
    shared: Arc<(Mutex<State>, Condvar)>,
}

impl Smtp {
    pub fn start() -> Smtp {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared: Arc<(Mutex<State>, Condvar)> = Arc::default();
        let serving = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = serving.clone();
                // A visitor that goes away ends its own conversation only.
                std::thread::spawn(move || converse(&stream, &shared));
            }
        });
        Smtp { address, shared }
    }

    /// For `RAPPORT_SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Handles the next mails so, one after the other; those after them are taken.
    pub fn then(&self, handlings: &[Handling]) {
        self.state().script.extend(handlings);
    }

    /// Waits until so many mails were begun.
    #[track_caller]
    pub fn expect_tries(&self, count: usize) {
        self.wait(|state| state.tries >= count);
        assert_eq!(self.state().tries, count, "mails that were begun");
    }

    /// Waits until so many mails were taken; their texts.
    #[track_caller]
    pub fn expect_taken(&self, count: usize) -> Vec<String> {
        self.wait(|state| state.taken.len() >= count);
        let taken = self.state().taken.clone();
        assert_eq!(taken.len(), count, "mails that were taken");
        taken
    }

    #[track_caller]
    fn wait(&self, there: impl Fn(&State) -> bool) {
        let (_, changed) = &*self.shared;
        let (state, waited) = changed
            .wait_timeout_while(self.state(), PATIENCE, |state| !there(state))
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "{} mails were begun and {} taken", state.tries, state.taken.len());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of a mail's header.
pub fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let line = mail.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in: {mail}"))
}

/// One connection (RFC 5321). `None` when the other side is gone.
fn converse(stream: &TcpStream, shared: &(Mutex<State>, Condvar)) -> Option<()> {
    let (state, changed) = shared;
    let change = |change: &mut dyn FnMut(&mut State)| {
        change(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
        changed.notify_all();
    };
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut say = |line: &str| writer.write_all(format!("{line}\r\n").as_bytes()).ok();
    say("220 mail.example")?;
    let mut handling = Handling::Take;
    loop {
        let line = read_line(&mut reader)?;
        let command: String = line.split([' ', ':']).next()?.to_uppercase();
        match command.as_str() {
            "EHLO" | "HELO" => say("250 mail.example")?,
            "MAIL" => {
                change(&mut |state| {
                    handling = state.script.pop_front().unwrap_or(Handling::Take);
                    state.tries += 1;
                });
                say("250 2.1.0 fine")?;
            }
            "DATA" if handling == Handling::StallBefore => wait_until_gone(&mut reader)?,
            "DATA" => {
                say("354 go on")?;
                let mut mail = String::new();
                loop {
                    let line = read_line(&mut reader)?;
                    if handling == Handling::HangUp {
                        return stream.shutdown(std::net::Shutdown::Both).ok();
                    }
                    if line == "." {
                        break;
                    }
                    // A line that begins with a point is sent with one more.
                    mail += line.strip_prefix('.').unwrap_or(&line);
                    mail.push('\n');
                }
                match handling {
                    Handling::Answer(code) => say(&format!("{code} {}.0.0 as told", code / 100))?,
                    _ => {
                        change(&mut |state| state.taken.push(std::mem::take(&mut mail)));
                        if handling == Handling::StallAfter {
                            wait_until_gone(&mut reader)?;
                        }
                        say("250 2.0.0 taken")?;
                    }
                }
            }
            "QUIT" => return say("221 2.0.0 goodbye"),
            _ => say("250 2.0.0 fine")?,
        }
    }
}

fn read_line(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Says nothing until the other side has closed the connection.
fn wait_until_gone(reader: &mut BufReader<&TcpStream>) -> Option<()> {
    while read_line(reader).is_some() {}
    None
}
