//! The program as a process: how it ends, and what happens to its log. `refusals` has what it does not start with.

use super::variables_with as with;
#[cfg(feature = "stack")]
use crate::doctor::neon_auth_with_wrong_clock;
use crate::support::program::{self, PATIENCE};
use crate::support::{Program, SHAPE, TestDatabase, until};
use std::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Sends the first half of a sign-in.
async fn half_a_request(program: &Program) -> TcpStream {
    let mut connection = program.connect().await.expect("it listens");
    let request = format!(
        "POST /sign-in?/password HTTP/1.1\r\nhost: x\r\norigin: {}\r\ncontent-length: 12\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\nemail=",
        super::ORIGIN
    );
    connection.write_all(request.as_bytes()).await.expect("it reads");
    // Once the server answers a later client, it has read this.
    program.until_status("/healthz", "200").await;
    connection
}

#[tokio::test]
async fn server_stops_on_either_signal() {
    for name in ["TERM", "INT"] {
        let mut program = Program::start(with(&[])).await;
        program.until_status("/healthz", "200").await;
        program.signal(name).await;
        assert!(program.ended().await.success(), "{name}");
    }
}

#[tokio::test]
async fn shutdown_finishes_requests_in_flight() {
    let mut program = Program::start(with(&[])).await;
    let mut connection = half_a_request(&program).await;
    program.signal("TERM").await;
    until("no other client is let in", async || program.connect().await.is_err()).await;

    connection.write_all(b"nobody").await.expect("it still reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.expect("it still answers");
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("not a complete e-mail"), "{answer}");
    assert!(program.ended().await.success());
}

#[tokio::test]
async fn what_is_over_is_deleted_while_the_server_runs() {
    let database = TestDatabase::new(SHAPE).await;
    let (ada, bob) = (database.add_user("Ada").await, database.add_user("Bob").await);
    let rows = format!(
        "insert into memos (body, user_id, created_at)
            values ('Of Ada', '{ada}', now()), ('Old', '{bob}', now() - interval '2 years');
         insert into web.session (id_hash, ciphertext, expires_at) values (sha256('1'), 'x', now())"
    );
    database.run(&rows).await;
    // Where the directory is that of Stack, she is only marked as deleted.
    database.delete_user(ada).await;
    let _program = Program::start_with_feature(with(&[("DATABASE_URL", &database.web_url)])).await;
    let left = async || database.count("memos").await + database.count("web.session").await;
    until("rows of deleted users, old rows and expired sessions are gone", async || left().await == 0).await;
}

#[tokio::test]
async fn shutdown_does_not_wait_for_endless_requests() {
    let mut program = Program::start(with(&[("SHUTDOWN_SECONDS", "1")])).await;
    let _connection = half_a_request(&program).await;
    program.stop().await;
}

#[tokio::test]
async fn shutdown_reports_not_ready_before_it_stops_listening() {
    let database = TestDatabase::new(SHAPE).await;
    let mut program =
        Program::start(with(&[("DATABASE_URL", &database.web_url), ("SHUTDOWN_NOTICE_SECONDS", "2")])).await;
    program.until_status("/readyz", "200").await;
    program.signal("TERM").await;
    program.until_status("/readyz", "503").await;
    assert_eq!(program.status("/healthz").await.as_deref(), Some("200"));
    assert!(program.ended().await.success());
}

#[cfg(feature = "stack")]
#[tokio::test]
async fn wrong_clock_is_logged() {
    let neon_auth = neon_auth_with_wrong_clock().await;
    let mut program = Program::start_logged(with(&[("STACK_API_URL", &neon_auth.origin)])).await;
    let said = program.line_with("seconds ahead").await;
    assert!(said.contains("WARN") && said.contains("signing in may fail") && said.contains("NTP"), "{said}");
}

/// Managed Neon Auth keeps its settings in the database, which is not there either.
#[cfg(feature = "stack")]
#[tokio::test]
async fn unreachable_neon_auth_is_logged_with_the_reason() {
    let mut program = Program::start_logged(with(&[])).await;
    let said = program.line_with("Neon Auth cannot be reached").await;
    assert!(said.contains("WARN") && said.contains("refused") && !said.contains("http"), "{said}");
}

#[cfg(target_os = "linux")]
fn full_disk() -> std::process::Stdio {
    fs::File::options().write(true).open("/dev/full").expect("Linux has it").into()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn refusal_exits_with_1_even_if_it_cannot_be_written() {
    let mut program = program::command(with(&[("SESSION_KEY", "")]));
    let status = timeout(PATIENCE, program.stderr(full_disk()).status()).await.expect("it gives up");
    assert_eq!(status.expect("it starts").code(), Some(1), "not as after a panic");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn full_disk_stops_only_the_log() {
    let mut program = Program::start_with(with(&[("RUST_LOG", "debug")]), full_disk()).await;
    for (path, status) in [("/sign-in", "200"), ("/readyz", "503"), ("/nowhere", "404"), ("/healthz", "200")] {
        assert_eq!(program.status(path).await.as_deref(), Some(status), "{path}");
    }
    program.stop().await;
}

/// Covers a log that is not read, with more lines than the queue holds and more bytes than a pipe holds.
#[tokio::test]
async fn blocked_log_does_not_stop_the_server() {
    const REQUESTS: usize = 8_000;
    let mut program = Program::start_logged(with(&[("RUST_LOG", "trace")])).await;
    let (mut answers, mut requests) = program.connect().await.expect("it listens").into_split();
    let asking = tokio::spawn(async move {
        for _ in 0..REQUESTS {
            requests.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("it reads");
        }
        requests
    });
    let all_answered = async {
        let (mut answered, mut rest) = (0, Vec::new());
        while answered < REQUESTS {
            let mut piece = [0; 16 * 1024];
            let length = answers.read(&mut piece).await.expect("it answers");
            assert_ne!(length, 0, "it goes on");
            rest.extend_from_slice(&piece[..length]);
            answered += rest.windows(ALIVE.len()).filter(|window| *window == ALIVE).count();
            rest.drain(..rest.len().saturating_sub(ALIVE.len() - 1));
        }
    };
    timeout(PATIENCE * 3, all_answered).await.expect("it answers whether its log is read or not");
    drop(asking.await.expect("all were sent"));

    let said = program.line_with("lines of the log were dropped").await;
    assert!(said.contains("WARN") && said.contains("since_start="), "{said}");
}

const ALIVE: &[u8] = br#"{"status":"alive"}"#;
