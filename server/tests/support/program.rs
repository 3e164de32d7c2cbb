//! The program as a separate process, with nothing in its environment but what a test sets.

use super::{free_port, until};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Program {
    child: Child,
    pub address: String,
}

pub fn command<'a>(variables: impl IntoIterator<Item = (&'a str, String)>) -> Command {
    command_of(Path::new(env!("CARGO_BIN_EXE_server")), variables)
}

fn command_of<'a>(program: &Path, variables: impl IntoIterator<Item = (&'a str, String)>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).kill_on_drop(true).envs(variables);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

impl Program {
    /// Starts the program, and waits until it listens.
    pub async fn start<'a>(variables: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self::start_with(variables, Stdio::null()).await
    }

    /// Starts the program as above, and keeps its log for the two functions below, up to the size of a pipe.
    pub async fn start_logged<'a>(variables: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self::start_with(variables, Stdio::piped()).await
    }

    pub async fn start_with<'a>(variables: impl IntoIterator<Item = (&'a str, String)>, log: Stdio) -> Self {
        Self::start_within(PATIENCE, command(variables), log).await
    }

    /// Starts the program in local mode, where it makes a PostgreSQL first.
    pub async fn start_locally<'a>(variables: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self::start_within(4 * PATIENCE, command(variables), Stdio::inherit()).await
    }

    /// Starts the server with the tests' own feature. It is an example of this package, which cargo builds with the
    /// tests.
    pub async fn start_with_feature<'a>(variables: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_server")).with_file_name("examples").join("server_with_memos");
        Self::start_within(PATIENCE, command_of(&program, variables), Stdio::null()).await
    }

    async fn start_within(limit: Duration, mut command: Command, log: Stdio) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let child = command.stderr(log).env("LEPTOS_SITE_ADDR", &address).spawn();
        let mut program = Self { child: child.expect("the program starts"), address };
        let connects = async {
            while program.connect().await.is_err() {
                let ended = program.child.try_wait().expect("it can be waited for");
                assert!(ended.is_none(), "the program ends before it listens: {ended:?}");
                sleep(Duration::from_millis(20)).await
            }
        };
        timeout(limit, connects).await.expect("the program listens");
        program
    }

    pub async fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(&self.address).await
    }

    /// Returns the status of a page, or `None` without an answer.
    pub async fn status(&self, path: &str) -> Option<String> {
        let mut connection = self.connect().await.ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.ok()?;
        answer.get(9..12).map(str::to_owned)
    }

    pub async fn until_status(&self, path: &str, status: &str) {
        let becomes = format!("{path} becomes {status}");
        until(&becomes, async || self.status(path).await.as_deref() == Some(status)).await;
    }

    pub async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args([format!("-{name}"), id]).status().await;
        assert!(sent.is_ok_and(|status| status.success()));
    }

    /// Stops it like a platform does, and checks that it ends well.
    pub async fn stop(&mut self) {
        self.signal("TERM").await;
        assert!(self.ended().await.success());
    }

    /// Waits for its end, and returns its log.
    pub async fn log_at_exit(mut self) -> String {
        self.ended().await;
        let mut log = String::new();
        self.child.stderr.take().expect("a piped log").read_to_string(&mut log).await.expect("text");
        log
    }

    /// Returns the first line of its log that contains these words.
    pub async fn line_with(&mut self, words: &str) -> String {
        let mut lines = BufReader::new(self.child.stderr.take().expect("a piped log")).lines();
        let found = async {
            loop {
                let line = lines.next_line().await.expect("text").expect("it has not ended");
                if line.contains(words) {
                    return line;
                }
            }
        };
        timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("it says: {words}"))
    }

    pub async fn ended(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("it can be waited for")
    }
}
