//! The program as a process: its messages when it cannot start, and how it ends.

use super::{SESSION_KEY, variables};
use crate::doctor::strange_neon_auth;
use crate::support::program::{self, PATIENCE};
use crate::support::{Program, Shape, TestDatabase};
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

fn with(changes: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    let mut variables = variables();
    variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    variables
}

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
async fn it_stops_on_either_signal() {
    for name in ["TERM", "INT"] {
        let mut program = Program::start(with(&[])).await;
        program.until_status("/healthz", "200").await;
        program.signal(name).await;
        assert!(program.ended().await.success(), "{name}");
    }
}

#[tokio::test]
async fn a_request_in_flight_is_finished_first() {
    let mut program = Program::start(with(&[])).await;
    let mut connection = half_a_request(&program).await;
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
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("not a complete e-mail"), "{answer}");
    assert!(program.ended().await.success());
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_it() {
    let mut program = Program::start(with(&[("SHUTDOWN_SECONDS", "1")])).await;
    let _connection = half_a_request(&program).await;
    program.signal("TERM").await;
    assert!(program.ended().await.success());
}

#[tokio::test]
async fn it_says_that_it_is_not_ready_before_it_stops_listening() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let mut program =
        Program::start(with(&[("DATABASE_URL", &database.web_url), ("SHUTDOWN_NOTICE_SECONDS", "2")])).await;
    program.until_status("/readyz", "200").await;
    program.signal("TERM").await;
    program.until_status("/readyz", "503").await;
    assert_eq!(program.status("/healthz").await.as_deref(), Some("200"));
    assert!(program.ended().await.success());
}

async fn complaint(changes: &[(&'static str, &str)]) -> String {
    let output =
        timeout(PATIENCE, program::command(with(changes)).output()).await.expect("it gives up").expect("it starts");
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
async fn it_refuses_files_of_another_build() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("two-builds-{}", std::process::id()));
    let (site, hashes) = (folder.join("site"), folder.join("hash.txt"));
    fs::create_dir_all(site.join("pkg")).expect("a folder");
    fs::write(&hashes, "css: abc\n").expect("a file");
    fs::write(site.join("pkg/app.xyz.css"), "").expect("a file");
    let (root, hashes) = (site.display().to_string(), hashes.display().to_string());
    let both = [("LEPTOS_SITE_ROOT", &*root), ("LEPTOS_HASH_FILES", "true"), ("LEPTOS_HASH_FILE_NAME", &*hashes)];
    let said = complaint(&both).await;
    assert!(said.contains("LEPTOS_HASH_FILE_NAME leads to files of another build"), "{said}");
    assert!(said.contains("pkg/app.abc.css is not there"), "{said}");
    fs::remove_dir_all(folder).expect("it was made here");
}

#[tokio::test]
async fn it_names_an_address_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = complaint(&[("LEPTOS_SITE_ADDR", &address)]).await;
    assert!(said.contains(&format!("LEPTOS_SITE_ADDR leads to {address}, where the server cannot listen")), "{said}");
}

#[tokio::test]
async fn it_says_that_its_clock_is_wrong() {
    let (neon_auth, server) = strange_neon_auth().await;
    let mut program = Program::start_heard(with(&[("STACK_API_URL", &neon_auth)])).await;
    let said = program.line_with("seconds ahead").await;
    server.abort();
    assert!(said.contains("WARN") && said.contains("signing in may fail") && said.contains("NTP"), "{said}");
}

#[tokio::test]
async fn it_says_why_neon_auth_cannot_be_reached() {
    let mut program = Program::start_heard(with(&[])).await;
    let said = program.line_with("Neon Auth cannot be reached").await;
    assert!(said.contains("WARN") && said.contains("refused") && !said.contains("http"), "{said}");
}

#[cfg(target_os = "linux")]
fn full_disk() -> std::process::Stdio {
    fs::File::options().write(true).open("/dev/full").expect("Linux has it").into()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_refusal_that_cannot_be_written_is_one_all_the_same() {
    let mut program = program::command(with(&[("SESSION_KEY", "")]));
    let status = timeout(PATIENCE, program.stderr(full_disk()).status()).await.expect("it gives up");
    assert_eq!(status.expect("it starts").code(), Some(1), "not as after a panic");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_takes_its_log_and_nothing_else() {
    let mut program = Program::start_with(with(&[("RUST_LOG", "debug")]), full_disk()).await;
    for (path, status) in [("/sign-in", "200"), ("/readyz", "503"), ("/nowhere", "404"), ("/healthz", "200")] {
        assert_eq!(program.status(path).await.as_deref(), Some(status), "{path}");
    }
    program.signal("TERM").await;
    assert!(program.ended().await.success());
}

/// Covers a log that is not read, with more lines than the queue holds and more bytes than a pipe holds.
#[tokio::test]
async fn a_reader_of_its_log_that_stops_does_not_stop_it() {
    const REQUESTS: usize = 8_000;
    let mut program = Program::start_heard(with(&[("RUST_LOG", "trace")])).await;
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

#[tokio::test]
async fn it_refuses_the_users_of_the_other_generation() {
    let database = TestDatabase::new(Shape::Managed).await;
    let here = [("DATABASE_URL", database.web_url.as_str()), ("LEPTOS_SITE_ADDR", "127.0.0.1:0")];
    let said = complaint(&here).await;
    assert!(said.contains("STACK_PROJECT_ID is set") && said.contains("set NEON_AUTH_BASE_URL"), "{said}");

    // Enabled, but not moved to yet.
    let database = TestDatabase::new(Shape::SyncUuid).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(Shape::managed_table())).execute(&database.superuser).await.expect("enabled");
    let said = complaint(&[
        ("DATABASE_URL", database.web_url.as_str()),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
        ("NEON_AUTH_BASE_URL", "http://127.0.0.1:1/neondb/auth"),
        ("STACK_PROJECT_ID", ""),
        ("STACK_PUBLISHABLE_CLIENT_KEY", ""),
        ("STACK_SECRET_SERVER_KEY", ""),
        ("STACK_API_URL", ""),
    ])
    .await;
    assert!(said.contains("NEON_AUTH_BASE_URL is set") && said.contains("server move-to-managed"), "{said}");
}

#[tokio::test]
async fn it_refuses_a_login_for_which_policies_do_not_hold() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    for (url, why) in [(&database.owner_url, "\"app_owner\""), (&database.superuser_url, "superuser")] {
        let said = complaint(&[("DATABASE_URL", url), ("LEPTOS_SITE_ADDR", "127.0.0.1:0")]).await;
        assert!(said.contains(why) && said.contains("server migrate"), "{said}");
    }
}
