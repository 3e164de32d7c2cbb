//! The program itself: what it says when it cannot start, and how it ends.
//! It must not test what a router can.

use super::{SESSION_KEY, variables};
use crate::support::{Shape, TestDatabase};
use std::net::TcpListener;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

struct Program {
    child: Child,
    address: String,
}

/// The program with nothing in its environment but this.
fn command(changes: &[(&'static str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).kill_on_drop(true);
    command.envs(variables()).envs(changes.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

impl Program {
    async fn start(changes: &[(&'static str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let address = format!("127.0.0.1:{port}");
        let child = command(changes).env("LEPTOS_SITE_ADDR", &address).spawn().expect("the program starts");
        let program = Self { child, address };
        let connects = async {
            while program.connect().await.is_err() {
                sleep(Duration::from_millis(20)).await
            }
        };
        timeout(PATIENCE, connects).await.expect("the program listens");
        program
    }

    async fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(&self.address).await
    }

    /// The status of a page, or nothing when nobody answers.
    async fn status(&self, path: &str) -> Option<String> {
        let mut connection = self.connect().await.ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.ok()?;
        answer.get(9..12).map(str::to_owned)
    }

    async fn until_status(&self, path: &str, status: &str) {
        let wait = async {
            while self.status(path).await.as_deref() != Some(status) {
                sleep(Duration::from_millis(20)).await
            }
        };
        timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{path} becomes {status}"));
    }

    async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args([format!("-{name}"), id]).status().await;
        assert!(sent.is_ok_and(|status| status.success()));
    }

    async fn ended(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("it can be waited for")
    }

    /// A sign-in of which half is sent.
    async fn half_a_request(&self) -> TcpStream {
        let mut connection = self.connect().await.expect("it listens");
        let request = format!(
            "POST /auth/sign-in HTTP/1.1\r\nhost: x\r\norigin: {}\r\ncontent-length: 12\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\nemail=",
            super::ORIGIN
        );
        connection.write_all(request.as_bytes()).await.expect("it reads");
        // The server has read it once it answers somebody who came later.
        self.until_status("/healthz", "200").await;
        connection
    }
}

#[tokio::test]
async fn it_stops_on_either_signal() {
    for name in ["TERM", "INT"] {
        let mut program = Program::start(&[]).await;
        program.until_status("/healthz", "200").await;
        program.signal(name).await;
        assert!(program.ended().await.success(), "{name}");
    }
}

#[tokio::test]
async fn a_request_in_flight_is_finished_first() {
    let mut program = Program::start(&[]).await;
    let mut connection = program.half_a_request().await;
    program.signal("TERM").await;
    let closed = async {
        while program.connect().await.is_ok() {
            sleep(Duration::from_millis(20)).await
        }
    };
    timeout(PATIENCE, closed).await.expect("nobody else is let in");

    connection.write_all(b"nobody").await.expect("it still reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.expect("it still answers");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(program.ended().await.success());
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_it() {
    let mut program = Program::start(&[("SHUTDOWN_SECONDS", "1")]).await;
    let _connection = program.half_a_request().await;
    program.signal("TERM").await;
    assert!(program.ended().await.success());
}

#[tokio::test]
async fn it_says_that_it_is_not_ready_before_it_stops_listening() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let mut program = Program::start(&[("DATABASE_URL", &database.web_url), ("SHUTDOWN_NOTICE_SECONDS", "2")]).await;
    program.until_status("/readyz", "200").await;
    program.signal("TERM").await;
    program.until_status("/readyz", "503").await;
    assert_eq!(program.status("/healthz").await.as_deref(), Some("200"));
    assert!(program.ended().await.success());
}

async fn complaint(changes: &[(&'static str, &str)]) -> String {
    let output = timeout(PATIENCE, command(changes).output()).await.expect("it gives up").expect("it starts");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn it_refuses_to_start_half_configured() {
    let said = complaint(&[("SESSION_KEY", ""), ("PUBLIC_ORIGIN", "nonsense")]).await;
    assert!(said.contains("SESSION_KEY is missing"), "{said}");
    assert!(said.contains("PUBLIC_ORIGIN is not a URL"), "{said}");
    assert!(!said.contains(SESSION_KEY), "{said}");
}

#[tokio::test]
async fn it_names_the_variable_of_files_that_are_not_there() {
    let said = complaint(&[("LEPTOS_SITE_ROOT", "/nowhere")]).await;
    assert!(said.contains("LEPTOS_SITE_ROOT leads to /nowhere/pkg, which is not there"), "{said}");
    let said = complaint(&[("LEPTOS_HASH_FILES", "true"), ("LEPTOS_HASH_FILE_NAME", "nowhere.txt")]).await;
    assert!(said.contains("LEPTOS_HASH_FILE_NAME leads to"), "{said}");
}

#[tokio::test]
async fn it_names_an_address_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = complaint(&[("LEPTOS_SITE_ADDR", &address)]).await;
    assert!(said.contains(&format!("LEPTOS_SITE_ADDR or PORT: cannot listen on {address}")), "{said}");
}

#[tokio::test]
async fn it_refuses_the_users_of_the_other_generation() {
    let database = TestDatabase::new(Shape::Managed).await;
    let here = [("DATABASE_URL", database.web_url.as_str()), ("LEPTOS_SITE_ADDR", "127.0.0.1:0")];
    let said = complaint(&here).await;
    assert!(said.contains("STACK_PROJECT_ID is set") && said.contains("set NEON_AUTH_BASE_URL"), "{said}");
}

#[tokio::test]
async fn it_refuses_a_login_for_which_policies_do_not_hold() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    for (url, why) in [(&database.owner_url, "\"app_owner\""), (&database.superuser_url, "superuser")] {
        let said = complaint(&[("DATABASE_URL", url), ("LEPTOS_SITE_ADDR", "127.0.0.1:0")]).await;
        assert!(said.contains(why) && said.contains("server migrate"), "{said}");
    }
}
