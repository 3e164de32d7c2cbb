//! What keeps the server from starting, and its doctor beside it: both refuse the same set-ups, and name the same variables.
//! It must not test how one variable is read.

use crate::doctor::Deployment;
use crate::support::program::PATIENCE;
use crate::support::{Program, Shape, TestDatabase, free_port};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tokio::process::Command;
use tokio::time::timeout;
use url::Url;
use uuid::Uuid;

/// Numbers and rates of which no value is a word.
const NUMBERS: [&str; 29] = [
    "LEPTOS_RELOAD_PORT",
    "DATABASE_CONNECTIONS",
    "SESSION_DATABASE_CONNECTIONS",
    "DATABASE_ACQUIRE_SECONDS",
    "DATABASE_STATEMENT_CACHE",
    "DATABASE_STATEMENT_SECONDS",
    "DATABASE_LOCK_SECONDS",
    "DATABASE_IDLE_TRANSACTION_SECONDS",
    "BODY_LIMIT_BYTES",
    "BODIES_LIMIT_BYTES",
    "CONNECTIONS",
    "HEAD_SECONDS",
    "IDLE_SECONDS",
    "UNREAD_SECONDS",
    "REQUEST_SECONDS",
    "SHUTDOWN_SECONDS",
    "SHUTDOWN_NOTICE_SECONDS",
    "RATE_SIGN_IN",
    "RATE_CODE",
    "RATE_OTHER",
    "RATE_FORM",
    "RATE_ACCOUNT",
    "LOG_FORMAT",
    "TRUSTED_PROXY",
    "METRICS_TOKEN",
    "OTEL_SDK_DISABLED",
    "TRUSTED_TRACEPARENT",
    "PORT",
    "SESSION_KEY",
];

type Variables = BTreeMap<&'static str, String>;

struct Place {
    deployment: Deployment,
    folder: PathBuf,
}

impl Place {
    async fn new() -> Self {
        let name = format!("refusals-{}", Uuid::new_v4().simple());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a writable folder");
        Self { deployment: Deployment::new().await, folder }
    }

    fn with(&self, changes: &[(&'static str, &str)]) -> Variables {
        let mut variables = self.deployment.variables.clone();
        variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        variables
    }

    /// A file of this place with this text, by its path.
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

    /// The failures of the doctor: name, and all that is said.
    async fn failures(&self, variables: &Variables) -> Vec<(String, String)> {
        let output = self.run(variables, &["doctor", "--json"]).await;
        let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
        let checks = document["checks"].as_array().expect("a list");
        let failed = checks.iter().filter(|check| check["outcome"] == "failure");
        let failed: Vec<_> = failed.map(|check| (text(&check["name"]), check.to_string())).collect();
        assert_eq!(output.status.success(), failed.is_empty(), "{document:#}");
        failed
    }

    /// The server refuses these variables by these names, and its doctor fails for no others.
    async fn assert_refused(&self, variables: &Variables, expected: &[&str]) {
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        let (server, failures) = tokio::join!(self.run(variables, &[]), self.failures(variables));
        let said = String::from_utf8_lossy(&server.stderr);
        assert!(!server.status.success(), "it starts, without {expected:?}");
        let refused: BTreeSet<&str> =
            said.lines().filter_map(|line| line.strip_prefix("  - ")?.split(' ').next()).collect();
        assert_eq!(refused, expected, "{said}");
        let failed: BTreeSet<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(failed, expected, "{failures:#?}");
    }

    /// The server starts, and its doctor has nothing against it.
    async fn assert_accepted(&self, variables: &Variables) {
        let mut program = Program::start(variables.iter().map(|(name, value)| (*name, value.clone()))).await;
        program.until_status("/readyz", "200").await;
        assert_eq!(self.failures(variables).await, []);
        // Beside the server, at its own address, as well.
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
async fn what_the_server_starts_with_the_doctor_accepts() {
    let place = Place::new().await;
    place.assert_accepted(&place.with(&[])).await;
    // cargo-leptos builds the files first.
    place.assert_accepted(&place.with(&[("LEPTOS_WATCH", "true"), ("LEPTOS_SITE_ROOT", "/nowhere")])).await;
}

#[tokio::test]
async fn values_that_cannot_be_read() {
    let place = Place::new().await;
    let words: Vec<_> = NUMBERS.map(|name| (name, "nonsense")).into();
    place.assert_refused(&place.with(&words), &NUMBERS).await;
    let others = [
        ("DATABASE_URL", "mysql://web:pw@127.0.0.1/app"),
        ("DATABASE_OWNER_URL", "nonsense"),
        ("PUBLIC_ORIGIN", "http://app.example.com"),
        ("STACK_API_URL", "http://auth.example.com"),
        ("LEPTOS_SITE_ADDR", "nonsense"),
        ("RUST_LOG", "server=nonsense"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://127.0.0.1:4317"),
    ];
    place.assert_refused(&place.with(&others), &others.map(|(name, _)| name)).await;
    let generations = [("NEON_AUTH_BASE_URL", "https://ep-1.neonauth.eu-central-1.aws.neon.tech/neondb/auth")];
    place.assert_refused(&place.with(&generations), &["NEON_AUTH_BASE_URL"]).await;
}

#[tokio::test]
async fn values_that_are_missing() {
    let place = Place::new().await;
    for name in ["DATABASE_URL", "PUBLIC_ORIGIN", "SESSION_KEY", "STACK_SECRET_SERVER_KEY"] {
        place.assert_refused(&place.with(&[(name, "")]), &[name]).await;
    }
}

#[tokio::test]
async fn files_that_are_not_there_or_not_of_one_build() {
    let place = Place::new().await;
    place.assert_refused(&place.with(&[("LEPTOS_SITE_ROOT", "/nowhere")]), &["LEPTOS_SITE_ROOT"]).await;
    for hashes in ["/nowhere/hash.txt".to_owned(), place.file("hash.txt", "css: abc\n"), place.file("empty.txt", "")] {
        let changes = [("LEPTOS_HASH_FILES", "true"), ("LEPTOS_HASH_FILE_NAME", &*hashes)];
        place.assert_refused(&place.with(&changes), &["LEPTOS_HASH_FILE_NAME"]).await;
    }
}

#[tokio::test]
async fn an_address_at_which_nobody_can_listen() {
    let place = Place::new().await;
    // Of another program, which does not answer.
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = other.local_addr().expect("an address");
    for address in [taken.to_string(), format!("192.0.2.1:{}", free_port())] {
        place.assert_refused(&place.with(&[("LEPTOS_SITE_ADDR", &address)]), &["LEPTOS_SITE_ADDR"]).await;
    }
    let mut by_port = place.with(&[("PORT", &taken.port().to_string())]);
    by_port.remove("LEPTOS_SITE_ADDR");
    place.assert_refused(&by_port, &["PORT"]).await;
}

#[tokio::test]
async fn a_file_of_variables_that_cannot_be_read() {
    let place = Place::new().await;
    place.file(".env", "PORT=3000\nnonsense\n");
    place.assert_refused(&place.with(&[]), &[".env"]).await;
}

/// Each with its fix, and without the password.
#[tokio::test]
async fn connection_strings_that_cannot_be_used() {
    let place = Place::new().await;
    for (url, fix) in [
        ("postgresql://web:hunter#2@127.0.0.1/app", "%23"),
        ("postgresql://web:12/hunter@127.0.0.1/app", "%2F"),
        ("postgresql://web:12?hunter@127.0.0.1/app", "%3F"),
        ("postgresql://web:p@hunter/2@127.0.0.1/app", "%40"),
        ("postgresql://web:hunter%ff@127.0.0.1/app", "%25"),
        ("postgresql://web:hunter@127.0.0.1/app?sslmode=always", "verify-full"),
        ("postgresql://web:hunter@127.0.0.1/app?sslrootcert=/nowhere", "sslrootcert=system"),
    ] {
        let variables = place.with(&[("DATABASE_URL", url), ("DATABASE_OWNER_URL", url)]);
        place.assert_refused(&variables, &["DATABASE_URL", "DATABASE_OWNER_URL"]).await;
        for command in [&[][..], &["migrate"], &["doctor"]] {
            let Output { stdout, stderr, .. } = place.run(&variables, command).await;
            let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
            assert!(said.contains(fix) && !said.contains("hunter"), "{url}: {said}");
        }
    }
}

/// As Neon's console shows it, and with a parameter of another driver.
#[tokio::test]
async fn parameters_that_the_driver_does_not_know() {
    let place = Place::new().await;
    let url = Url::parse(&place.deployment.variables["DATABASE_URL"]).expect("a URL");
    let said = async |parameters: &str| {
        let mut url = url.clone();
        url.set_query(Some(parameters));
        let variables = place.with(&[("DATABASE_URL", url.as_str())]);
        let program = Program::start_heard(variables.iter().map(|(name, value)| (*name, value.clone()))).await;
        program.until_status("/readyz", "200").await;
        program.signal("TERM").await;
        let doctor = place.run(&variables, &["doctor"]).await;
        assert!(doctor.status.success(), "{doctor:?}");
        (program.last_words().await, String::from_utf8_lossy(&doctor.stdout).into_owned())
    };
    let (log, report) = said("sslmode=prefer&channel_binding=require").await;
    assert!(!log.contains("parameter") && !report.contains("ignored"), "{log}{report}");
    let (log, report) = said("schema=hunter2").await;
    assert_eq!(log.matches("ignor").count(), 1, "{log}");
    for said in [log, report] {
        assert!(said.contains("has parameters that are ignored: schema") && !said.contains("hunter2"), "{said}");
    }
}

/// With a byte order mark and their ends of lines.
#[tokio::test]
async fn a_file_of_variables_from_windows() {
    let place = Place::new().await;
    let lines: Vec<String> =
        place.deployment.variables.iter().map(|(name, value)| format!("{name}={value}\r\n")).collect();
    place.file(".env", &format!("\u{feff}{}", lines.concat()));
    assert_eq!(place.failures(&Variables::new()).await, []);
    let utf16: Vec<u8> = "\u{feff}PORT=3000\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(place.folder.join(".env"), utf16).expect("a writable folder");
    place.assert_refused(&place.with(&[]), &[".env"]).await;
    let said = place.run(&place.with(&[]), &[]).await.stderr;
    assert!(String::from_utf8_lossy(&said).contains(".env is UTF-16: save it as UTF-8"));
}

/// Local mode was wanted: the shell has the database of another project.
#[tokio::test]
async fn a_database_of_another_project_in_the_environment() {
    let place = Place::new().await;
    let site = ["LEPTOS_SITE_ADDR", "LEPTOS_SITE_ROOT", "LEPTOS_HASH_FILES"];
    let site = site.map(|name| (name, place.deployment.variables[name].clone()));
    let other = |url: &str| Variables::from_iter(site.clone().into_iter().chain([("DATABASE_URL", url.to_owned())]));
    let missing = ["DATABASE_URL", "NEON_AUTH_BASE_URL", "PUBLIC_ORIGIN", "SESSION_KEY"];
    // It answers, and is not even asked.
    for url in [&*place.deployment.database.superuser_url, "mysql://root:pw@127.0.0.1/shop"] {
        place.assert_refused(&other(url), &missing).await;
        let (server, doctor) = (place.run(&other(url), &[]).await, place.run(&other(url), &["doctor"]).await);
        for said in [String::from_utf8_lossy(&server.stderr), String::from_utf8_lossy(&doctor.stdout)] {
            assert!(said.contains("is set in your environment, so local mode is off"), "{said}");
            assert!(said.contains("unset DATABASE_URL to run in local mode"), "{said}");
        }
    }
    place.file(".env", &format!("DATABASE_URL={}\n", place.deployment.variables["DATABASE_URL"]));
    let of_file = Variables::from_iter(site.clone());
    place.assert_refused(&of_file, &missing).await;
    let said = place.run(&of_file, &[]).await.stderr;
    let said = String::from_utf8_lossy(&said);
    assert!(
        said.contains("DATABASE_URL is set in .env, so local mode is off: take DATABASE_URL out of .env"),
        "{said}"
    );
}

#[tokio::test]
async fn a_value_of_the_file_that_the_environment_hides() {
    let place = Place::new().await;
    let url = &place.deployment.variables["DATABASE_URL"];
    place.file(".env", &format!("DATABASE_URL={url}\n"));
    let output = place.run(&place.with(&[]), &["doctor"]).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains("environment"), "the same value twice: {said}");

    let output = place.run(&place.with(&[("DATABASE_URL", "mysql://root:pw@127.0.0.1/shop")]), &["doctor"]).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("your environment has other values, which come first: DATABASE_URL"), "{said}");
    for command in [&[][..], &["migrate"]] {
        let said = place.run(&place.with(&[("DATABASE_URL", "mysql://root:pw@127.0.0.1/shop")]), command).await.stderr;
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("(your environment has it too, and comes before .env): set it to"), "{said}");
    }
}

/// Here the database has a say: both tell it in their own words.
#[tokio::test]
async fn a_database_that_must_not_be_used() {
    let place = Place::new().await;
    let owner = place.deployment.database.owner_url.clone();
    let managed = TestDatabase::new(Shape::Managed).await;
    for (url, check, named) in
        [(&owner, "login", "DATABASE_URL"), (&managed.web_url, "directory", "set NEON_AUTH_BASE_URL")]
    {
        let mut variables = place.with(&[("DATABASE_URL", url)]);
        variables.remove("DATABASE_OWNER_URL");
        let (server, failures) = tokio::join!(place.run(&variables, &[]), place.failures(&variables));
        let said = String::from_utf8_lossy(&server.stderr);
        assert!(!server.status.success() && said.contains(named), "{said}");
        let failure = failures.iter().find(|(name, _)| name == check);
        assert!(failure.is_some_and(|(_, said)| said.contains(named)), "{failures:#?}");
    }
}
