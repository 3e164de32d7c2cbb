//! Set-ups that the server refuses to start with: its doctor refuses the same, and both name the same variables.

mod database;

use crate::doctor::TestDeployment;
use crate::support::program::PATIENCE;
use crate::support::{NeonAuthStandIn, Program, TestNeonAuth, free_port};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tokio::process::Command;
use tokio::time::timeout;
use uuid::Uuid;

/// Variables with numbers, rates and the like, for which a word is invalid.
const NUMBERS: &str = "
    DATABASE_CONNECTIONS SESSION_DATABASE_CONNECTIONS DATABASE_ACQUIRE_SECONDS DATABASE_STATEMENT_CACHE
    DATABASE_STATEMENT_SECONDS DATABASE_LOCK_SECONDS DATABASE_IDLE_TRANSACTION_SECONDS
    CONNECTIONS HEAD_SECONDS IDLE_SECONDS UNREAD_SECONDS REQUEST_SECONDS SHUTDOWN_SECONDS SHUTDOWN_NOTICE_SECONDS
    BODY_LIMIT_BYTES BODIES_LIMIT_BYTES
    RATE_SIGN_IN RATE_CODE RATE_OTHER RATE_FORM RATE_ACCOUNT
    LOG_FORMAT METRICS_TOKEN OTEL_SDK_DISABLED TRUSTED_PROXY TRUSTED_TRACEPARENT
    PORT LEPTOS_RELOAD_PORT SESSION_KEY";

type Variables = BTreeMap<&'static str, String>;

struct Place {
    deployment: TestDeployment,
    folder: PathBuf,
}

impl Place {
    async fn new() -> Self {
        let name = format!("refusals-{}", Uuid::new_v4().simple());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a writable folder");
        Self { deployment: TestDeployment::new().await, folder }
    }

    fn with(&self, changes: &[(&'static str, &str)]) -> Variables {
        let mut variables = self.deployment.variables.clone();
        variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        variables
    }

    /// Writes a file in this folder, and returns its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a writable folder");
        fs::write(&path, text).expect("a writable folder");
        path.display().to_string()
    }

    async fn run(&self, variables: &Variables, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command.env_clear().envs(variables).current_dir(&self.folder).stdin(Stdio::null()).args(arguments);
        timeout(PATIENCE, command.kill_on_drop(true).output()).await.expect("it ends").expect("it starts")
    }

    /// Returns what the program prints.
    async fn said(&self, variables: &Variables, arguments: &[&str]) -> String {
        let Output { stdout, stderr, .. } = self.run(variables, arguments).await;
        String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned()
    }

    /// Returns the names and texts of the doctor's failures.
    async fn failures(&self, variables: &Variables) -> Vec<(String, String)> {
        let output = self.run(variables, &["doctor", "--json"]).await;
        let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
        let checks = document["checks"].as_array().expect("a list");
        let failed = checks.iter().filter(|check| check["outcome"] == "failure");
        let failed: Vec<_> = failed.map(|check| (text(&check["name"]), check.to_string())).collect();
        assert_eq!(output.status.success(), failed.is_empty(), "{document:#}");
        failed
    }

    /// Checks that the server refuses exactly these variables, and that its doctor fails for exactly the same. Returns
    /// what the server says.
    async fn assert_refused(&self, variables: &Variables, expected: &[&str]) -> String {
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        let (server, failures) = tokio::join!(self.run(variables, &[]), self.failures(variables));
        let said = String::from_utf8_lossy(&server.stderr).into_owned();
        assert!(!server.status.success(), "it starts, without {expected:?}");
        let refused: BTreeSet<&str> =
            said.lines().filter_map(|line| line.strip_prefix("  - ")?.split(' ').next()).collect();
        assert_eq!(refused, expected, "{said}");
        let failed: BTreeSet<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(failed, expected, "{failures:#?}");
        said
    }

    /// Checks that the server starts, and that its doctor finds no failure.
    async fn assert_accepted(&self, variables: &Variables) {
        let mut program = Program::start(variables.iter().map(|(name, value)| (*name, value.clone()))).await;
        program.until_status("/readyz", "200").await;
        assert_eq!(self.failures(variables).await, []);
        // Also while the server runs at the same address.
        let mut here = variables.clone();
        here.insert("LEPTOS_SITE_ADDR", program.address.clone());
        assert_eq!(self.failures(&here).await, []);
        program.signal("TERM").await;
        program.ended().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn doctor_accepts_what_the_server_starts_with() {
    let place = Place::new().await;
    place.assert_accepted(&place.with(&[])).await;
    // cargo-leptos builds the files first.
    place.assert_accepted(&place.with(&[("LEPTOS_WATCH", "true"), ("LEPTOS_SITE_ROOT", "/nowhere")])).await;
}

#[tokio::test]
async fn unreadable_values_are_refused() {
    let place = Place::new().await;
    let numbers: Vec<&str> = NUMBERS.split_whitespace().collect();
    let words: Vec<_> = numbers.iter().map(|name| (*name, "nonsense")).collect();
    place.assert_refused(&place.with(&words), &numbers).await;
    let (url_variable, unencrypted) = TestNeonAuth::url_variable("http://auth.example.com");
    let others = [
        ("DATABASE_URL", "mysql://web:pw@127.0.0.1/app"),
        ("DATABASE_OWNER_URL", "nonsense"),
        ("PUBLIC_ORIGIN", "http://app.example.com"),
        (url_variable, &*unencrypted),
        ("LEPTOS_SITE_ADDR", "nonsense"),
        ("RUST_LOG", "server=nonsense"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://127.0.0.1:4317"),
    ];
    let said = place.assert_refused(&place.with(&others), &others.map(|(name, _)| name)).await;
    assert!(!said.contains(&place.deployment.variables["SESSION_KEY"]), "{said}");
    #[cfg(all(feature = "managed", feature = "stack"))]
    let generations = [("NEON_AUTH_BASE_URL", "https://ep-1.neonauth.eu-central-1.aws.neon.tech/neondb/auth")];
    #[cfg(all(feature = "managed", feature = "stack"))]
    place.assert_refused(&place.with(&generations), &["NEON_AUTH_BASE_URL"]).await;
}

#[tokio::test]
async fn missing_value_is_refused() {
    let place = Place::new().await;
    for name in [&["DATABASE_URL", "PUBLIC_ORIGIN", "SESSION_KEY"], TestNeonAuth::REQUIRED].concat() {
        let said = place.assert_refused(&place.with(&[(name, "")]), &[name]).await;
        assert!(said.contains(&format!("{name} is missing")), "{said}");
    }
}

#[tokio::test]
async fn missing_or_mixed_files_are_refused() {
    let place = Place::new().await;
    let said = place.assert_refused(&place.with(&[("LEPTOS_SITE_ROOT", "/nowhere")]), &["LEPTOS_SITE_ROOT"]).await;
    assert!(said.contains("LEPTOS_SITE_ROOT leads to /nowhere/pkg, which is not there"), "{said}");
    for (hashes, text) in [
        ("/nowhere/hash.txt".to_owned(), "LEPTOS_HASH_FILE_NAME leads to /nowhere/hash.txt"),
        (place.file("hash.txt", "css: abc\n"), "pkg/app.abc.css is not there"),
        (place.file("hash.txt", "css: abc\n"), "LEPTOS_HASH_FILE_NAME leads to files of another build"),
        (place.file("empty.txt", ""), "LEPTOS_HASH_FILE_NAME leads to"),
    ] {
        let changes = [("LEPTOS_HASH_FILES", "true"), ("LEPTOS_HASH_FILE_NAME", &*hashes)];
        let said = place.assert_refused(&place.with(&changes), &["LEPTOS_HASH_FILE_NAME"]).await;
        assert!(said.contains(text), "{text}: {said}");
    }
}

#[tokio::test]
async fn unusable_address_is_refused() {
    let place = Place::new().await;
    // A port of another program, which does not answer.
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = other.local_addr().expect("an address");
    for address in [taken.to_string(), format!("192.0.2.1:{}", free_port())] {
        let variables = place.with(&[("LEPTOS_SITE_ADDR", &address)]);
        let said = place.assert_refused(&variables, &["LEPTOS_SITE_ADDR"]).await;
        let text = format!("LEPTOS_SITE_ADDR leads to {address}, where the server cannot listen");
        assert!(said.contains(&text), "{said}");
    }
    let mut by_port = place.with(&[("PORT", &taken.port().to_string())]);
    by_port.remove("LEPTOS_SITE_ADDR");
    place.assert_refused(&by_port, &["PORT"]).await;
}

#[tokio::test]
async fn unreadable_env_file_is_refused() {
    let place = Place::new().await;
    place.file(".env", "PORT=3000\nnonsense\n");
    place.assert_refused(&place.with(&[]), &[".env"]).await;
}

/// Covers a `.env` with a byte order mark and the line ends of Windows, and one in UTF-16.
#[tokio::test]
async fn env_file_from_windows_is_read() {
    let place = Place::new().await;
    let lines: Vec<String> =
        place.deployment.variables.iter().map(|(name, value)| format!("{name}={value}\r\n")).collect();
    place.file(".env", &format!("\u{feff}{}", lines.concat()));
    assert_eq!(place.failures(&Variables::new()).await, []);
    let utf16: Vec<u8> = "\u{feff}PORT=3000\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(place.folder.join(".env"), utf16).expect("a writable folder");
    place.assert_refused(&place.with(&[]), &[".env"]).await;
    let said = place.said(&place.with(&[]), &[]).await;
    assert!(said.contains(".env is UTF-16: save it as UTF-8"), "{said}");
}

#[tokio::test]
async fn hidden_value_of_the_env_file_is_reported() {
    let place = Place::new().await;
    let url = &place.deployment.variables["DATABASE_URL"];
    place.file(".env", &format!("DATABASE_URL={url}\n"));
    let said = place.said(&place.with(&[]), &["doctor"]).await;
    assert!(!said.contains("environment"), "the same value twice: {said}");

    let hidden = place.with(&[("DATABASE_URL", "mysql://root:pw@127.0.0.1/shop")]);
    let comes_first = "(your environment has it too, and comes before .env): set it to";
    for (command, text) in [
        (&["doctor"][..], "your environment has other values, which come first: DATABASE_URL"),
        (&[], comes_first),
        (&["migrate"], comes_first),
    ] {
        let said = place.said(&hidden, command).await;
        assert!(said.contains(text), "{command:?}: {said}");
    }
}
