//! Variables with wrong values.

use super::{ORIGIN, TestDeployment, assert_check, assert_failure, check, report_on};
use crate::support::{NeonAuthStandIn, Server, TestNeonAuth};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doctor::CheckOutcome::{self, Failure, Ok, Warning};
use http::StatusCode;
use http::header::DATE;
use serde_json::json;
use url::Url;
use uuid::Uuid;

/// What the check of Neon Auth comes to while the database does not answer: it goes on.
#[cfg(feature = "stack")]
const WITHOUT_DATABASE: CheckOutcome = Ok;
/// What the check of Neon Auth comes to while the database, which has its settings, does not answer.
#[cfg(not(feature = "stack"))]
const WITHOUT_DATABASE: CheckOutcome = Warning;

/// Starts a Neon Auth with a wrong clock, no keys and no way to sign in.
pub async fn neon_auth_with_wrong_clock() -> Server {
    async fn answer(request: Request) -> Response {
        let date = [(DATE, "Tue, 01 Oct 2024 12:00:00 GMT")];
        if request.uri().path().ends_with("jwks.json") {
            return (StatusCode::OK, date, "<html>Maintenance</html>").into_response();
        }
        let config = json!({"credential_enabled": false, "domains": [{"domain": ORIGIN}]});
        (date, axum::Json(json!({ "config": config }))).into_response()
    }
    Server::of(Router::new().fallback(answer)).await
}

#[tokio::test]
async fn wrong_value_is_named_with_its_fix() {
    let here = TestDeployment::new().await;
    let database = |change: fn(&mut Url)| {
        let mut url = Url::parse(&here.database.web_url).unwrap();
        change(&mut url);
        String::from(url)
    };
    let wrong_password = database(|url| url.set_password(Some("hunter2")).unwrap());
    let silent = database(|url| url.set_port(Some(9)).unwrap());
    let counted = hex::encode((0..32).collect::<Vec<u8>>());
    let phrase = STANDARD.encode("correct horse battery staple yes");
    let (url_variable, dead_url) = TestNeonAuth::url_variable("http://127.0.0.1:9");
    let other_origin = "https://other.example.com";
    let (migrate, new_key) = ("server migrate", "openssl rand -base64 32");
    for (variable, value, name, seen, fix) in [
        ("DATABASE_URL", &*here.database.superuser_url, "login", "is a superuser", migrate),
        ("DATABASE_URL", &here.database.owner_url, "login", "owns the database", migrate),
        ("DATABASE_URL", &wrong_password, "database", "password authentication failed", migrate),
        ("DATABASE_URL", &silent, "database", "nobody answers", "DATABASE_URL"),
        (url_variable, &dead_url, "Neon Auth", "127.0.0.1 does not answer", "reach it"),
        ("PUBLIC_ORIGIN", other_origin, "trusted domain", ORIGIN, "add https://other.example.com in Neon's console"),
        ("PUBLIC_ORIGIN", "http://app.example.com", "PUBLIC_ORIGIN", "begins with http://", "https://app.example.com"),
        ("SESSION_KEY", &counted, "SESSION_KEY", "", new_key),
        ("SESSION_KEY", &phrase, "SESSION_KEY", "", new_key),
        ("SESSION_KEY", "changeme", "SESSION_KEY", "cannot be used", new_key),
    ] {
        let report = here.examine_with(variable, value).await;
        assert_failure(&report, name, seen, fix);
        if value == silent {
            assert_eq!(check(&report, "Neon Auth").outcome, WITHOUT_DATABASE, "{report:#?}");
        }
    }
}

#[tokio::test]
async fn doubtful_value_is_named() {
    let here = TestDeployment::new().await;
    // A deployment does not trust this machine.
    #[cfg(not(feature = "stack"))]
    here.neon_auth.change(json!({ "allow_localhost": true })).await;
    for (variable, value, name, outcome) in [
        ("PUBLIC_ORIGIN", "http://localhost:3000", "PUBLIC_ORIGIN", Warning),
        // Copied from the example.
        ("DATABASE_OWNER_URL", "postgresql://o:from-the-console@127.0.0.1:9/neondb", "DATABASE_OWNER_URL", Failure),
    ] {
        let report = here.examine_with(variable, value).await;
        assert_eq!(check(&report, name).outcome, outcome, "{report:#?}");
        assert_eq!(report.is_healthy(), outcome == Warning, "{report:#?}");
    }
    let url = "postgresql://web:x@ep-a-1.vpce.us-east-2.aws.neon.tech.invalid/neondb";
    let report = here.examine_with("DATABASE_URL", url).await;
    let found = check(&report, "Private Link");
    assert_eq!(found.outcome, Failure);
    assert!(found.seen.contains("with which Neon Auth does not work"), "{found:?}");
    for (platform, fix) in [("K_SERVICE", "set it to 1"), ("FLY_APP_NAME", "set it to fly")] {
        let report = here.examine_with(platform, "mine").await;
        assert!(report.is_healthy(), "{platform}: {report:#?}");
        assert_eq!(check(&report, "TRUSTED_PROXY").fix.as_deref(), Some(fix), "{platform}");
    }
}

#[tokio::test]
async fn login_of_another_name_is_named() {
    let here = TestDeployment::new().await;
    let name = format!("t_{}", Uuid::new_v4().simple());
    here.database
        .run(&format!("create role {name} login password 'pw' noinherit in role authenticated, anonymous"))
        .await;
    let mut url = Url::parse(&here.database.web_url).unwrap();
    url.set_username(&name).unwrap();
    url.set_password(Some("pw")).unwrap();
    let report = here.examine_with("DATABASE_URL", url.as_str()).await;
    here.database.run(&format!("drop role {name}")).await;
    assert_failure(&report, "login", &format!("logs in as \"{name}\""), "\"web\"");
}

#[tokio::test]
async fn wrong_clock_and_unreadable_keys_of_neon_auth_are_named() {
    let here = TestDeployment::new().await;
    let neon_auth = neon_auth_with_wrong_clock().await;
    let (url_variable, url) = TestNeonAuth::url_variable(&neon_auth.origin);
    let report = here.examine_with(url_variable, &url).await;
    assert_check(&report, "Neon Auth clock", Failure, "", "NTP");
    assert_check(&report, "token keys", Failure, "not a JWKS", "");
    // The settings are in its answers, too.
    #[cfg(feature = "stack")]
    assert_check(&report, "sign-in methods", Failure, "", "switch one on");
}

#[tokio::test]
async fn all_wrong_values_are_named_and_the_rest_is_examined() {
    let mut here = TestDeployment::new().await;
    here.variables.insert("SESSION_KEY", "hunter2".to_owned());
    here.variables.insert("PORT", "hunter2".to_owned());
    let deciding_variable = TestNeonAuth::REQUIRED[0];
    here.variables.remove(deciding_variable);
    let report = report_on(&here.variables).await;
    for (name, outcome) in
        [("SESSION_KEY", Failure), ("PORT", Failure), (deciding_variable, Failure), ("login", Ok), ("row security", Ok)]
    {
        assert_eq!(check(&report, name).outcome, outcome, "{name}");
    }
}
