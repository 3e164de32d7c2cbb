//! The subcommand `server local-neon-auth`: a process of its own, and the conditions under which it refuses to run.

use super::send;
use crate::support::{Shape, TestDatabase};
use reqwest::Client;
use serde_json::{Value, json};
use std::process::{Output, Stdio};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

fn command(database: &TestDatabase) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .arg("local-neon-auth")
        .args(["--sync-delay", "0", "--trusted-domain", "https://app.example.test"])
        .env("LOCAL_NEON_AUTH_STATE_URL", &database.superuser_url)
        .env("LOCAL_NEON_AUTH_DIRECTORY_URL", &database.superuser_url)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn program_prints_its_origin_and_keys_and_signs_up() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let mut process = command(&database).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let ready: Value = serde_json::from_str(&lines.next_line().await.unwrap().expect("one line")).unwrap();
    let origin = ready["origin"].as_str().unwrap();
    let request = Client::new()
        .post(format!("{origin}/api/v1/auth/password/sign-up"))
        .header("x-stack-access-type", "client")
        .header("x-stack-project-id", ready["project_id"].as_str().unwrap())
        .header("x-stack-publishable-client-key", ready["publishable_client_key"].as_str().unwrap())
        .json(&json!({ "email": "ada@example.com", "password": super::PASSWORD }));
    send(request).await.assert_ok();
    let synced: i64 =
        sqlx::query_scalar("select count(*) from neon_auth.users_sync").fetch_one(&database.superuser).await.unwrap();
    assert_eq!(synced, 1);
    process.kill().await.unwrap();
}

async fn refusal(mut command: Command) -> Output {
    let output = command.output().await.unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    output
}

#[tokio::test]
async fn other_addresses_and_production_are_refused() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let mut open_to_all = command(&database);
    open_to_all.args(["--listen", "0.0.0.0:0"]);
    let told = String::from_utf8(refusal(open_to_all).await.stderr).unwrap();
    assert!(told.contains("loopback only"), "{told}");

    let mut production = command(&database);
    production.env("LEPTOS_ENV", "PROD");
    let told = String::from_utf8(refusal(production).await.stderr).unwrap();
    assert!(told.contains("LEPTOS_ENV says that this is production"), "{told}");
    assert!(!told.contains("postgres://"), "no address of a database: {told}");
}
