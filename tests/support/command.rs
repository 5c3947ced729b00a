//! The program run to its end, as from a shell.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::database::Database;

/// How long a command may take: the longest imports thousands of records in a debug build.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a finished command left.
#[derive(Debug)]
pub struct Ran {
    pub line: String,
    /// 0 done, 1 failed, 2 wrong usage.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `rapport` on a database.
pub fn rapport(database: &Database, arguments: &[&str]) -> Ran {
    rapport_with(database, arguments, &[], "")
}

/// The same with environment variables and something to read on standard input.
pub fn rapport_with(database: &Database, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
    let mut command = program();
    command.args(arguments).args(database.arguments()).current_dir(database.folder());
    command.envs(variables.iter().copied());
    finish(command, input)
}

/// Runs `rapport` without a database: help, wrong usage, the site map.
pub fn rapport_alone(arguments: &[&str]) -> Ran {
    let mut command = program();
    command.args(arguments);
    finish(command, "")
}

/// The program, with no setting from the shell that runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RAPPORT_")) {
        command.env_remove(name);
    }
    command
}

fn finish(mut command: Command, input: &str) -> Ran {
    let line = format!("rapport {}", command.get_args().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" "));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap_or_else(|error| panic!("{line} does not start: {error}"));
    let mut stdin = process.stdin.take().expect("standard input is piped");
    // A command that does not read its input may be gone already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let id = process.id();
    let (sender, finished) = mpsc::channel();
    std::thread::spawn(move || sender.send(process.wait_with_output()));
    let output = match finished.recv_timeout(PATIENCE) {
        Ok(output) => output.unwrap_or_else(|error| panic!("{line}: {error}")),
        Err(_) => {
            let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
            panic!("{line} did not end within {PATIENCE:?}")
        }
    };
    Ran {
        line,
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Ran {
    #[track_caller]
    pub fn expect_done(self) -> Ran {
        assert_eq!(self.code, 0, "{} failed.\nstdout: {}\nstderr: {}", self.line, self.stdout, self.stderr);
        self
    }

    /// Fails unless the command ended with this code and one sentence on standard error; returns it.
    #[track_caller]
    pub fn expect_failure(self, code: i32) -> String {
        assert_eq!(self.code, code, "{} ended so.\nstdout: {}\nstderr: {}", self.line, self.stdout, self.stderr);
        let lines: Vec<_> = self.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(lines.len(), 1, "{} says more than one sentence: {}", self.line, self.stderr);
        lines[0].to_owned()
    }
}
