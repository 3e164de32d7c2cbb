//! The stand-in for Managed Neon Auth: it follows the specification, and fits the app's database.

use crate::support::{BetterAuth, ManagedNeonAuth, Shape, TestDatabase};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use stand_ins::managed_neon_auth::folder;
use std::fs;
use std::path::PathBuf;
use tokio::process::Command;

const ORIGIN: &str = "http://127.0.0.1:3000";

async fn post(neon_auth: &ManagedNeonAuth, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = reqwest::Client::new().post(format!("{}{path}", neon_auth.base_url)).header("origin", ORIGIN);
    let request = request.header("content-type", "application/json").body(body.to_string());
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    (status, serde_json::from_str(&answer.text().await.expect("a body")).unwrap_or_default())
}

fn ada() -> Value {
    json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse battery" })
}

#[tokio::test]
async fn stand_in_passes_its_own_tests() {
    run_tests_of_stand_in(BetterAuth::V1_4).await;
}

#[tokio::test]
async fn stand_in_passes_its_own_tests_on_the_next_version() {
    run_tests_of_stand_in(BetterAuth::V1_7).await;
}

/// Runs the stand-in's own tests, which are in its language, with a database.
async fn run_tests_of_stand_in(version: BetterAuth) {
    let database = TestDatabase::new(Shape::Managed).await;
    let entries = fs::read_dir(folder().join("tests")).expect("the tests are there");
    let files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    assert!(!files.is_empty());
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1"]).args(files);
    node.env("TEST_DATABASE_URL", &database.superuser_url).env("BETTER_AUTH", version.name());
    let output = node.kill_on_drop(true).output().await.expect("Node.js is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test]
async fn owner_of_the_app_may_read_settings_and_sessions() {
    let database = TestDatabase::new(Shape::Managed).await;
    let neon_auth = ManagedNeonAuth::with(&database, &json!({ "trusted_origins": [ORIGIN] })).await;
    neon_auth.change(json!({ "require_email_verification": true })).await;
    #[expect(clippy::disallowed_methods, reason = "the app itself never connects as its owner")]
    let owner = sqlx::PgPool::connect(&database.owner_url).await.expect("the owner may log in");
    let read = "select trusted_origins, email_and_password from neon_auth.project_config";
    let row: (Value, Value) = sqlx::query_as(read).fetch_one(&owner).await.expect("the owner may read the settings");
    assert_eq!(row.0, json!([{ "domain": ORIGIN }]));
    assert_eq!(row.1["requireEmailVerification"], json!(true));
    sqlx::query("select from neon_auth.session").fetch_all(&owner).await.expect("the owner may read the sessions");
}

#[tokio::test]
async fn outages_mails_and_calls_are_controlled_from_rust() {
    let database = TestDatabase::new(Shape::Managed).await;
    let settings = json!({ "require_email_verification": true });
    let neon_auth = ManagedNeonAuth::with(&database, &settings).await;
    neon_auth.fail(json!({ "mode": "unavailable", "path": "/sign-up/email" })).await;
    assert_eq!(post(&neon_auth, "/sign-up/email", &ada()).await.0, StatusCode::SERVICE_UNAVAILABLE);
    neon_auth.recover().await;
    assert_eq!(post(&neon_auth, "/sign-up/email", &ada()).await.0, StatusCode::OK);

    let otp = neon_auth.mailed_proof("ada@example.com").await;
    let proof = json!({ "email": "ada@example.com", "otp": otp });
    assert_eq!(post(&neon_auth, "/email-otp/verify-email", &proof).await.0, StatusCode::OK);
    let (count, headers) = neon_auth.calls("POST /sign-up/email").await;
    assert_eq!(count, 2);
    assert_eq!(headers["origin"], ORIGIN);
    assert_eq!(headers.get("sec-fetch-mode"), None);
}

#[tokio::test]
async fn users_own_rows_and_deletions_reach_the_app() {
    let database = TestDatabase::new(Shape::Managed).await;
    let neon_auth = ManagedNeonAuth::with(&database, &json!({})).await;
    let (status, body) = post(&neon_auth, "/sign-up/email", &ada()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let id = body["user"]["id"].as_str().expect("an id");

    for insert in [
        "insert into memos (body, user_id) values ('Buy milk', $1::uuid)",
        "insert into letters (body, author_id) values ('To all', $1::uuid)",
    ] {
        sqlx::query(insert).bind(id).execute(&database.superuser).await.expect("the user is in the directory");
    }

    neon_auth.control(Method::DELETE, "/users?email=ada@example.com", &json!({})).await;
    let left = "select (select count(*) from memos), (select count(*) from letters where author_id is null)";
    assert_eq!(database.rows::<(i64, i64)>(left).await, [(0, 1)]);
}
