//! `server doctor` on a healthy set-up, and with one fault after another: each is named, with its fix.

use crate::http::site_root;
use crate::support::{SITE, Shape, TestDatabase};
use app::migrations::MIGRATIONS;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doctor::{Check, CheckOutcome, Report, examine};
use http::StatusCode;
use http::header::DATE;
use http_server::config::PartialConfig;
use rls::inspect::{SchemaObject, schema_objects};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};
use stand_ins::neon_auth::{self, Running, Settings};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

const ORIGIN: &str = "https://app.example.com";
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Deployment {
    pub variables: BTreeMap<&'static str, String>,
    pub database: TestDatabase,
    _neon_auth: Running,
}

impl Deployment {
    pub async fn new() -> Self {
        Self::of(Shape::SyncUuid).await
    }

    async fn of(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        database.forbid_temporary_tables().await;
        let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), database.superuser_url.clone());
        settings.trusted_domains = vec![ORIGIN.to_owned()];
        let neon_auth = neon_auth::start(settings).await.unwrap_or_else(|error| panic!("{error}"));
        let mut key = [0; 32];
        aws_lc_rs::rand::fill(&mut key).unwrap();
        let variables = BTreeMap::from([
            ("DATABASE_URL", database.web_url.clone()),
            ("DATABASE_OWNER_URL", database.owner_url.clone()),
            ("STACK_API_URL", neon_auth.origin.clone()),
            ("STACK_PROJECT_ID", neon_auth.project_id.clone()),
            ("STACK_PUBLISHABLE_CLIENT_KEY", neon_auth.publishable_client_key.clone()),
            ("STACK_SECRET_SERVER_KEY", neon_auth.secret_server_key.clone()),
            ("PUBLIC_ORIGIN", ORIGIN.to_owned()),
            ("SESSION_KEY", STANDARD.encode(key)),
            ("LEPTOS_SITE_ADDR", "127.0.0.1:0".to_owned()),
            ("LEPTOS_SITE_ROOT", site_root().display().to_string()),
            ("LEPTOS_HASH_FILES", "false".to_owned()),
        ]);
        Self { variables, database, _neon_auth: neon_auth }
    }

    async fn set(&mut self, name: &'static str, value: impl Into<String>) -> Report {
        let before = self.variables.insert(name, value.into());
        let report = self.examine().await;
        match before {
            Some(before) => self.variables.insert(name, before),
            None => self.variables.remove(name),
        };
        report
    }

    async fn examine(&self) -> Report {
        examine(PartialConfig::read(&|name| self.variables.get(name).map(OsString::from)), None, &SITE).await
    }

    async fn sql(&self, statement: &str) {
        self.database.superuser.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await.unwrap();
    }

    /// Runs the program with nothing else in its environment.
    async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command.env_clear().envs(&self.variables).current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
        command.arg("doctor").args(arguments).kill_on_drop(true);
        timeout(PATIENCE, command.output()).await.expect("it ends").expect("it starts")
    }
}

/// Returns the only failure.
fn failure(report: &Report) -> &Check {
    let failures: Vec<&Check> = report.checks.iter().filter(|check| check.outcome == CheckOutcome::Failure).collect();
    assert_eq!(failures.len(), 1, "{report:#?}");
    assert!(!report.is_healthy());
    failures[0]
}

fn check<'a>(report: &'a Report, name: &str) -> &'a Check {
    report.checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name} in {report:#?}"))
}

/// Checks that there is one failure, with this name, observation and fix.
#[track_caller]
fn assert_failure(report: &Report, name: &str, seen: &str, fix: &str) {
    let found = failure(report);
    assert_eq!(found.name, name, "{found:?}");
    assert!(found.seen.contains(seen), "{found:?}");
    assert!(found.fix.as_ref().is_some_and(|found| found.contains(fix)), "{found:?}");
}

#[tokio::test]
async fn a_healthy_set_up_has_nothing_to_repair() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let report = Deployment::of(shape).await.examine().await;
        assert!(report.checks.iter().all(|check| check.outcome == CheckOutcome::Ok), "{report:#?}");
        assert!(check(&report, "directory").seen.contains("neon_auth.users_sync"), "{report:#?}");
        assert!(check(&report, "migrations").seen.contains("all "), "{report:#?}");
        assert!(check(&report, "sign-in methods").seen.contains("password, "), "{report:#?}");
        assert!(check(&report, "database").seen.contains("direct"), "{report:#?}");
    }
}

#[tokio::test]
async fn a_login_that_is_too_powerful() {
    let mut here = Deployment::new().await;
    let url = here.database.superuser_url.clone();
    assert_failure(&here.set("DATABASE_URL", url).await, "login", "is a superuser", "server migrate");
    let url = here.database.owner_url.clone();
    assert_failure(&here.set("DATABASE_URL", url).await, "login", "owns the database", "server migrate");
}

#[tokio::test]
async fn a_login_of_another_name() {
    let mut here = Deployment::new().await;
    let name = format!("t_{}", Uuid::new_v4().simple());
    here.sql(&format!("create role {name} login password 'pw' noinherit in role authenticated, anonymous")).await;
    let mut url = url::Url::parse(&here.database.web_url).unwrap();
    url.set_username(&name).unwrap();
    url.set_password(Some("pw")).unwrap();
    let report = here.set("DATABASE_URL", url).await;
    here.sql(&format!("drop role {name}")).await;
    assert_failure(&report, "login", &format!("logs in as \"{name}\""), "\"web\"");
}

#[tokio::test]
async fn temporary_tables_that_nobody_has_forbidden() {
    let here = Deployment::new().await;
    here.sql(&format!("grant temporary on database {} to public", here.database.name)).await;
    let report = here.examine().await;
    let found = check(&report, "temporary tables");
    assert!(report.is_healthy() && found.outcome == CheckOutcome::Warning, "{report:#?}");
    let fix = found.fix.as_deref().unwrap();
    let (owner, statement) = fix.split_once(": ").unwrap();
    assert_eq!(owner, "as app_owner, the owner of the database");
    here.sql(statement).await;
    assert!(here.examine().await.checks.iter().all(|check| check.name != "temporary tables"));
}

#[tokio::test]
async fn a_wrong_password_and_a_database_that_is_not_there() {
    let mut here = Deployment::new().await;
    let with = |change: fn(&mut url::Url)| {
        let mut url = url::Url::parse(&here.database.web_url).unwrap();
        change(&mut url);
        String::from(url)
    };
    let wrong = with(|url| url.set_password(Some("hunter2")).unwrap());
    let silent = with(|url| url.set_port(Some(9)).unwrap());
    let report = here.set("DATABASE_URL", wrong).await;
    assert_failure(&report, "database", "password authentication failed", "server migrate");
    let report = here.set("DATABASE_URL", silent).await;
    assert_failure(&report, "database", "nobody answers", "DATABASE_URL");
    assert_eq!(check(&report, "Neon Auth").outcome, CheckOutcome::Ok, "it goes on");
}

#[tokio::test]
async fn private_link() {
    let mut here = Deployment::new().await;
    let url = "postgresql://web:x@ep-a-1.vpce.us-east-2.aws.neon.tech.invalid/neondb";
    let report = here.set("DATABASE_URL", url).await;
    let found = check(&report, "Private Link");
    assert!(
        found.outcome == CheckOutcome::Failure && found.seen.contains("with which Neon Auth does not work"),
        "{found:?}"
    );
}

#[tokio::test]
async fn tables_and_policies_that_were_weakened() {
    for (statement, seen, fix) in [
        ("alter table notes no force row level security", "forced", "alter table notes force row level security"),
        ("alter table letters disable row level security", "is on", "alter table letters enable row level security"),
        ("grant insert on letters to authenticated", "letters: INSERT to authenticated", "revoke"),
        ("drop function auth.jwt()", "session, uid, user_id", "0003"),
    ] {
        let here = Deployment::new().await;
        here.sql(statement).await;
        let report = here.examine().await;
        let name = if statement.contains("auth.") { "identity" } else { "row security" };
        assert_failure(&report, name, seen, fix);
    }
}

#[tokio::test]
async fn policies_and_indexes_that_were_dropped() {
    let here = Deployment::new().await;
    let schema_objects = schema_objects(&MIGRATIONS);
    for SchemaObject { name, .. } in &schema_objects {
        let dropped = name.split_once(" on ").filter(|(index, _)| index.starts_with("index"));
        let dropped = dropped.map_or(name.as_str(), |(index, _)| index);
        here.sql(&format!("set search_path = public, web; drop {dropped}; reset search_path")).await;
    }
    let report = here.examine().await;
    assert!(!schema_objects.is_empty());
    for SchemaObject { name, statement } in &schema_objects {
        let seen = format!("{name} is missing");
        let found = report.checks.iter().find(|check| check.seen == seen);
        let fix = found.and_then(|check| check.fix.as_deref());
        assert!(fix.is_some_and(|fix| fix.contains(statement)), "{seen}: {report:#?}");
    }
}

#[tokio::test]
async fn a_new_table_without_protection() {
    let here = Deployment::new().await;
    here.sql("create table drafts (id int); alter table drafts owner to app_owner").await;
    let report = here.examine().await;
    let seen: Vec<&str> =
        report.checks.iter().filter(|check| check.name == "row security").map(|check| &*check.seen).collect();
    assert_eq!(seen.len(), 3, "not on, not forced, no maintenance: {seen:?}");
    assert!(seen.iter().all(|seen| seen.contains("drafts")), "{seen:?}");
}

#[tokio::test]
async fn migrations_behind_ahead_or_changed() {
    for (statement, seen, fix) in [
        ("delete from _sqlx_migrations where version = 8", "behind this build: 0008", "server migrate"),
        ("update _sqlx_migrations set version = 9999 where version = 8", "", ""),
        (
            "update _sqlx_migrations set checksum = '\\x00' where version = 8",
            "another text than this build has: 0008",
            "old text",
        ),
    ] {
        let here = Deployment::new().await;
        here.sql(statement).await;
        let report = here.examine().await;
        if seen.is_empty() {
            let seen = report.checks.iter().filter(|check| check.name == "migrations").map(|check| &*check.seen);
            assert!(
                seen.collect::<Vec<_>>().concat().contains("ahead of this build: it does not know 9999"),
                "{report:#?}"
            );
        } else {
            assert_failure(&report, "migrations", seen, fix);
        }
    }
    let mut here = Deployment::new().await;
    here.variables.remove("DATABASE_OWNER_URL");
    let report = here.examine().await;
    assert!(report.is_healthy() && check(&report, "migrations").outcome == CheckOutcome::Warning, "{report:#?}");
}

#[tokio::test]
async fn a_directory_that_is_not_there() {
    let here = Deployment::new().await;
    here.sql("drop schema neon_auth cascade").await;
    let report = here.examine().await;
    let found = check(&report, "directory");
    assert_eq!(found.outcome, CheckOutcome::Failure);
    assert!(found.fix.as_ref().unwrap().contains("enable Neon Auth"), "{found:?}");
}

#[tokio::test]
async fn a_neon_auth_that_does_not_know_us() {
    let mut here = Deployment::new().await;
    let report = here.set("STACK_PROJECT_ID", Uuid::new_v4()).await;
    assert_failure(&report, "Neon Auth", "does not know STACK_PROJECT_ID", "copy the project id");
    let report = here.set("STACK_SECRET_SERVER_KEY", "ssk_wrong").await;
    assert_failure(&report, "server key", "STACK_SECRET_SERVER_KEY is refused", "Neon's console");
}

#[tokio::test]
async fn a_neon_auth_that_is_down() {
    let mut here = Deployment::new().await;
    let report = here.set("STACK_API_URL", "http://127.0.0.1:9").await;
    assert_failure(&report, "Neon Auth", "127.0.0.1 does not answer", "reach it");
}

#[tokio::test]
async fn an_origin_that_is_not_trusted() {
    let mut here = Deployment::new().await;
    let report = here.set("PUBLIC_ORIGIN", "https://other.example.com").await;
    assert_failure(&report, "trusted domain", ORIGIN, "add https://other.example.com in Neon's console");
}

#[tokio::test]
async fn an_origin_without_https() {
    let mut here = Deployment::new().await;
    let report = here.set("PUBLIC_ORIGIN", "http://app.example.com").await;
    assert_failure(&report, "PUBLIC_ORIGIN", "begins with http://", "https://app.example.com");
    let report = here.set("PUBLIC_ORIGIN", "http://localhost:3000").await;
    assert!(report.is_healthy() && check(&report, "PUBLIC_ORIGIN").outcome == CheckOutcome::Warning, "{report:#?}");
}

#[tokio::test]
async fn a_session_key_that_can_be_guessed() {
    let mut here = Deployment::new().await;
    for weak in [hex::encode((0..32).collect::<Vec<u8>>()), STANDARD.encode("correct horse battery staple yes")] {
        assert_failure(&here.set("SESSION_KEY", weak).await, "SESSION_KEY", "", "openssl rand -base64 32");
    }
    let report = here.set("SESSION_KEY", "changeme").await;
    assert_failure(&report, "SESSION_KEY", "cannot be used", "openssl rand -base64 32");
}

#[tokio::test]
async fn values_that_were_copied_from_the_example() {
    let mut here = Deployment::new().await;
    let report = here.set("DATABASE_OWNER_URL", "postgresql://o:from-the-console@127.0.0.1:9/neondb").await;
    assert_eq!(check(&report, "DATABASE_OWNER_URL").outcome, CheckOutcome::Failure, "{report:#?}");
}

#[tokio::test]
async fn a_proxy_that_nobody_named() {
    let mut here = Deployment::new().await;
    for (variable, fix) in [("K_SERVICE", "set it to 1"), ("FLY_APP_NAME", "set it to fly")] {
        let report = here.set(variable, "mine").await;
        assert!(
            report.is_healthy() && check(&report, "TRUSTED_PROXY").fix.as_deref() == Some(fix),
            "{variable}: {report:#?}"
        );
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_and_keys_that_cannot_be_read() {
    let mut here = Deployment::new().await;
    let (origin, server) = strange_neon_auth().await;
    let report = here.set("STACK_API_URL", origin).await;
    server.abort();
    let clock = check(&report, "Neon Auth clock");
    assert!(clock.outcome == CheckOutcome::Failure && clock.fix.as_ref().unwrap().contains("NTP"), "{clock:?}");
    let keys = check(&report, "token keys");
    assert!(keys.outcome == CheckOutcome::Failure && keys.seen.contains("not a JWKS"), "{keys:?}");
    let methods = check(&report, "sign-in methods");
    assert!(
        methods.outcome == CheckOutcome::Failure && methods.fix.as_ref().unwrap().contains("switch one on"),
        "{methods:?}"
    );
}

/// Starts a Neon Auth with a wrong clock, no keys and no way to sign in.
pub async fn strange_neon_auth() -> (String, JoinHandle<()>) {
    async fn answer(request: Request) -> Response {
        let date = [(DATE, "Tue, 01 Oct 2024 12:00:00 GMT")];
        if request.uri().path().ends_with("jwks.json") {
            return (StatusCode::OK, date, "<html>Maintenance</html>").into_response();
        }
        let config = json!({"credential_enabled": false, "domains": [{"domain": ORIGIN}]});
        (date, axum::Json(json!({ "config": config }))).into_response()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer);
    (origin, tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }))
}

#[tokio::test]
async fn a_broken_configuration_is_told_whole_and_the_rest_is_examined() {
    let mut here = Deployment::new().await;
    here.variables.insert("SESSION_KEY", "hunter2".to_owned());
    here.variables.insert("PORT", "hunter2".to_owned());
    here.variables.remove("STACK_PROJECT_ID");
    let report = here.examine().await;
    for name in ["SESSION_KEY", "PORT", "STACK_PROJECT_ID"] {
        assert_eq!(check(&report, name).outcome, CheckOutcome::Failure);
    }
    assert_eq!(check(&report, "login").outcome, CheckOutcome::Ok);
    assert_eq!(check(&report, "row security").outcome, CheckOutcome::Ok);
}

#[tokio::test]
async fn the_program_ends_with_what_it_found_and_prints_no_secret() {
    let mut here = Deployment::new().await;
    let healthy = here.run(&["--json"]).await;
    assert!(healthy.status.success(), "{healthy:?}");
    let document: Value = serde_json::from_slice(&healthy.stdout).unwrap();
    assert_eq!((&document["healthy"], &document["failures"]), (&json!(true), &json!(0)));
    assert!(document["checks"].as_array().unwrap().len() >= 12, "{document:#}");

    here.sql("create table drafts (id int); alter table drafts enable row level security, force row level security")
        .await;
    here.variables.insert("STACK_SECRET_SERVER_KEY", "ssk_hunter2hunter2".to_owned());
    let ill = here.run(&["--json"]).await;
    assert_eq!(ill.status.code(), Some(1));
    let document: Value = serde_json::from_slice(&ill.stdout).unwrap();
    assert_eq!((&document["healthy"], &document["failures"]), (&json!(false), &json!(2)));
    let failed = document["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "failure");
    assert!(failed.clone().count() == 2 && failed.clone().all(|check| check["fix"].is_string()), "{document:#}");

    here.variables.insert("SESSION_KEY", "hunter2hunter2".to_owned());
    let text = here.run(&[]).await;
    assert_eq!(text.status.code(), Some(1));
    let shown = String::from_utf8(text.stdout.clone()).unwrap();
    assert!(shown.contains("failure  row security") && shown.contains("Fix: "), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colours where nobody looks");

    for output in [healthy, ill, text] {
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        for secret in here.secrets() {
            assert!(!printed.contains(&secret), "{secret} in {printed}");
        }
    }
}

impl Deployment {
    fn secrets(&self) -> Vec<String> {
        let password = |name| url::Url::parse(&self.variables[name]).unwrap().password().unwrap().to_owned();
        let mut secrets = vec![password("DATABASE_URL"), password("DATABASE_OWNER_URL")];
        for name in ["SESSION_KEY", "STACK_PUBLISHABLE_CLIENT_KEY", "STACK_SECRET_SERVER_KEY"] {
            secrets.push(self.variables[name].clone());
        }
        secrets.push("hunter2".to_owned());
        secrets
    }
}

#[tokio::test]
async fn without_any_configuration_nothing_is_started() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("doctor-{}", Uuid::new_v4().simple()));
    let (healthy, shown) = examine_local_mode(&folder, &[]).await;
    assert!(healthy && shown.contains("local mode") && shown.contains("cargo xtask dev"), "{shown}");
    assert!(!folder.exists());
}

#[tokio::test]
async fn local_mode_that_other_machines_can_reach() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("never");
    let (healthy, shown) = examine_local_mode(&folder, &[("LEPTOS_SITE_ADDR", "0.0.0.0:0")]).await;
    assert!(healthy && shown.contains("0.0.0.0:0 lets other machines in") && shown.contains("127.0.0.1"), "{shown}");
    let (healthy, shown) = examine_local_mode(&folder, &[]).await;
    assert!(healthy && !shown.contains("lets other machines in"), "{shown}");
}

#[tokio::test]
async fn local_mode_that_could_not_start() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (healthy, shown) = examine_local_mode(Path::new("/dev/null/local"), &[]).await;
    assert!(!healthy && shown.contains("/dev/null is no folder") && shown.contains("LOCAL_FOLDER"), "{shown}");
    let (healthy, shown) = examine_local_mode(&folder.join("never"), &[("PG_BIN", "/nowhere")]).await;
    assert!(!healthy && shown.contains("cannot be started") && shown.contains("PG_BIN"), "{shown}");
}

/// Returns whether the doctor found no failure, and its output. `HOME` is kept, since PostgreSQL may be in a cache
/// there.
async fn examine_local_mode(folder: &Path, changes: &[(&str, &str)]) -> (bool, String) {
    let kept = ["HOME", "PATH", "PG_BIN", "XDG_CACHE_HOME"];
    let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.env_clear().envs(kept).env("LOCAL_FOLDER", folder).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command.env("LEPTOS_SITE_ADDR", "127.0.0.1:0").env("LEPTOS_WATCH", "true");
    command.envs(changes.iter().copied()).arg("doctor").kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.expect("it ends").expect("it starts");
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}
