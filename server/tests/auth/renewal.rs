//! Expired access tokens: when they are noticed, by which request, and what happens when Neon Auth fails. Tests do not
//! wait: tokens are issued as short-lived as needed.

use super::browser::{World, auth};
use super::password::until;
use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

const REFRESH: &str = "POST /auth/sessions/current/refresh";

/// Returns a browser that has signed in with an expired token. Later tokens live long.
async fn expired() -> (World, super::browser::Browser) {
    let world = World::new().await;
    world.double.wishes().lifetime = 0;
    let browser = world.signed_in("ada@example.test").await;
    world.double.wishes().lifetime = 600;
    (world, browser)
}

fn fail(world: &World) {
    world.double.wishes().hostile = Some(|| StatusCode::SERVICE_UNAVAILABLE.into_response());
}

#[tokio::test]
async fn twenty_requests_with_an_expired_token_renew_it_once() {
    let (world, browser) = expired().await;
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.whoami().await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), "ada@example.test");
    }
    assert_eq!(world.double.calls(REFRESH), 1);
    assert_eq!(browser.clone().whoami().await, "ada@example.test");
    assert_eq!(world.double.calls(REFRESH), 1, "the new token was written down");
}

#[tokio::test]
async fn a_token_close_to_its_end_is_renewed_beside_the_request() {
    let world = World::new().await;
    world.double.wishes().lifetime = 20;
    let mut browser = world.signed_in("ada@example.test").await;
    world.double.wishes().lifetime = 600;
    assert_eq!(browser.whoami().await, "ada@example.test");
    until(|| world.double.calls(REFRESH) == 1).await;
}

#[tokio::test]
async fn the_server_instance_does_not_matter() {
    let (world, mut browser) = expired().await;
    let twin =
        World { db: world.db, double: world.double, auth: world.auth.clone(), origin: world.origin, sent: world.sent };
    let other = auth("http://localhost:3000", &twin.db.web_url, twin.double.client());
    let mut elsewhere = World { auth: other, ..twin };
    let mut second = elsewhere.browser();
    second.jar = browser.jar.clone();
    let (one, two) = tokio::join!(browser.whoami(), second.whoami());
    assert_eq!((one.as_str(), two.as_str()), ("ada@example.test", "ada@example.test"));
    elsewhere.auth = world.auth;
    assert_eq!(elsewhere.rows().await, 1);
}

#[tokio::test]
async fn a_refused_renewal_ends_the_session() {
    let (world, mut browser) = expired().await;
    world.double.revoke_all();
    let page = browser.get("/whoami").await;
    assert_eq!(page.body, "nobody");
    assert!(browser.jar.is_empty(), "the cookie is removed");
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn a_renewal_for_a_restricted_user_or_somebody_else_ends_the_session() {
    // The sign-in page tells a restricted user so; until then the row stays, as an anonymous session.
    for (claims, rows) in [(json!({"is_restricted": true}), 1), (json!({"sub": "eve@example.test"}), 0)] {
        let (world, mut browser) = expired().await;
        world.double.wishes().claims = claims;
        assert_eq!(browser.whoami().await, "nobody");
        assert_eq!(world.rows().await, rows);
        let of_somebody = "select count(*) from web.session where user_id is not null or user_agent is not null";
        let of_somebody: i64 = sqlx::query_scalar(of_somebody).fetch_one(&world.db.superuser).await.unwrap();
        assert_eq!(of_somebody, 0);
        browser.get("/sign-in").await;
        assert_eq!(world.rows().await, 0);
        assert!(browser.jar.is_empty());
    }
}

#[tokio::test]
async fn while_the_token_lasts_nobody_notices_an_outage() {
    let world = World::new().await;
    world.double.wishes().lifetime = 20;
    let mut browser = world.signed_in("ada@example.test").await;
    world.double.stop();
    for _ in 0..3 {
        assert_eq!(browser.whoami().await, "ada@example.test");
    }
}

#[tokio::test]
async fn an_outage_costs_no_session() {
    let (world, mut browser) = expired().await;
    let before = browser.jar.clone();
    fail(&world);
    for _ in 0..5 {
        assert_eq!(browser.whoami().await, "unavailable");
    }
    assert_eq!(world.double.calls(REFRESH), 1, "a service that is down is not hammered");
    assert_eq!((browser.jar.clone(), world.rows().await), (before.clone(), 1));

    world.double.wishes().hostile = None;
    let recovery = async { while browser.whoami().await == "unavailable" {} };
    tokio::time::timeout(Duration::from_secs(10), recovery).await.expect("it recovers by itself");
    assert_eq!(browser.whoami().await, "ada@example.test");
    assert_eq!(browser.jar, before);
}

#[tokio::test]
async fn a_refusal_that_is_not_about_the_session_keeps_it() {
    let (world, mut browser) = expired().await;
    world.double.wishes().hostile = Some(|| {
        let body = axum::Json(json!({"code": "INVALID_PUBLISHABLE_CLIENT_KEY", "error": "wrong key"}));
        (StatusCode::UNAUTHORIZED, body).into_response()
    });
    assert_eq!(browser.whoami().await, "unavailable");
    assert_eq!(world.rows().await, 1);
}

#[tokio::test]
async fn a_login_that_begins_during_a_renewal_survives_it() {
    let (world, browser) = expired().await;
    let mut posting = browser.clone();
    let mut reading = browser;
    let (authorize, _) = tokio::join!(posting.depart("google", "/notes"), reading.fetch("/whoami"));
    assert_eq!(world.double.calls(REFRESH), 1);
    let back = world.double.consent(&authorize);
    assert_eq!(posting.arrive(&back).await.told(), "/notes");
}
