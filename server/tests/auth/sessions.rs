//! A session and its cookie: made, replaced, stolen, expired, and what ending it costs at Neon Auth. What its row holds
//! is in `session_rows.rs`, and what users see of their devices in `contract/devices.rs`.

use super::browser::{SignInApp, set_cookie};
use super::fake::{Call, Generation};
use super::on_both;
use crate::support::{SESSION_COOKIE, until};
use http::header::CACHE_CONTROL;
use tower_sessions::session::Id;

on_both!(
    cookie_is_as_strict_as_the_origin_allows,
    sign_in_replaces_the_session_id,
    sign_in_as_another_user_ends_the_first_session,
    session_ends_by_age_by_idleness_and_with_its_row,
    ended_device_is_signed_out_at_neon_auth,
);

/// An address where nothing listens.
const NO_DATABASE: &str = "postgres://web:x@127.0.0.1:1/app";

async fn cookie_is_as_strict_as_the_origin_allows(generation: Generation) {
    let http = SignInApp::new(generation).await;
    let page = http.browser().sign_in("ada@example.test").await;
    let line = set_cookie(&page);
    assert!(line.starts_with(&format!("{SESSION_COOKIE}=")), "{line}");
    assert!(line.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{line}");
    assert_eq!(page.headers[CACHE_CONTROL], "private, no-store");

    let https = SignInApp::at(generation, "https://app.example.test").await;
    let mut browser = https.browser();
    let page = browser.sign_in("ada@example.test").await;
    let line = set_cookie(&page);
    assert!(line.starts_with("__Host-session="), "{line}");
    assert!(line.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "{line}");
    let page = browser.post("/auth/sign-out", &[]).await;
    assert!(set_cookie(&page).ends_with("; Secure"), "browsers ignore the removal without it");

    // A cookie that another site on plain HTTP could have planted is ignored.
    browser.sign_in("ada@example.test").await;
    let value = browser.cookie().unwrap().to_owned();
    browser.jar = [(SESSION_COOKIE.to_owned(), value)].into();
    assert_eq!(browser.whoami().await, "nobody");
}

/// Checks that cookies of other programs are left alone: all programs on a host share their cookies.
#[tokio::test]
async fn cookies_of_other_programs_are_left_alone() {
    let app = SignInApp::new(Generation::USUAL).await;
    let mut browser = app.browser();
    let foreign =
        [("city", "Zürich"), ("session", "eyJfZnJlc2giOmZhbHNlfQ.Zm9v.YmFy"), ("aaa", ""), ("zzz", "\"a b\"")];
    for (name, value) in foreign {
        browser.jar.insert(name.to_owned(), value.to_owned());
    }
    browser.sign_in("ada@example.test").await;
    assert_eq!(browser.whoami().await, "ada@example.test");
    let page = browser.post("/auth/sign-out", &[]).await;
    assert_eq!(page.headers.get_all("set-cookie").iter().count(), 1, "our own is removed, and nothing else");
    assert_eq!(browser.whoami().await, "nobody");
    for (name, value) in foreign {
        assert_eq!(browser.jar.get(name).map(String::as_str), Some(value));
    }
}

async fn sign_in_replaces_the_session_id(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut victim = app.browser();
    victim.go_to_provider("google", "/").await;
    let mut attacker = victim.clone();
    assert!(attacker.cookie().is_some());
    victim.sign_in("ada@example.test").await;
    assert_ne!(victim.cookie(), attacker.cookie());
    assert_eq!(victim.whoami().await, "ada@example.test");
    assert_eq!(attacker.whoami().await, "nobody");

    // Nor can the browser choose an id that did not exist.
    let mut victim = app.browser();
    let planted = Id::default().to_string();
    victim.jar.insert(SESSION_COOKIE.to_owned(), planted.clone());
    victim.sign_in("ada@example.test").await;
    assert_ne!(victim.cookie(), Some(planted.as_str()));
}

async fn sign_in_as_another_user_ends_the_first_session(generation: Generation) {
    let (app, mut browser) = SignInApp::with_ada(generation).await;
    let first = browser.clone();
    browser.sign_in("bob@example.test").await;
    assert_eq!(browser.whoami().await, "bob@example.test");
    assert_eq!(first.clone().whoami().await, "nobody");
    assert_eq!(app.rows().await, 1);
    until("the first ends there", async || app.neon_auth.calls(Call::SignOut) == 1).await;
}

#[tokio::test]
async fn missing_or_malformed_cookie_costs_no_query() {
    let mut app = SignInApp::new(Generation::USUAL).await;
    app.auth = app.auth_on(NO_DATABASE);
    let mut browser = app.browser();
    assert_eq!(browser.whoami().await, "nobody", "a query would have failed");
    for foreign in ["x", "", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' or 1=1 --", "Zürich"] {
        browser.jar.insert(SESSION_COOKIE.to_owned(), foreign.to_owned());
        assert_eq!(browser.whoami().await, "nobody", "{foreign}");
        assert_eq!(browser.cookie(), Some(foreign), "what is not ours is left alone");
    }
}

#[tokio::test]
async fn session_survives_an_outage_of_the_database() {
    let mut app = SignInApp::new(Generation::USUAL).await;
    let mut browser = app.signed_in("ada@example.test").await;
    app.auth = app.auth_on(NO_DATABASE);
    let mut cut_off = app.browser();
    cut_off.jar = browser.jar.clone();
    assert_eq!(cut_off.whoami().await, "unavailable");
    assert_eq!(cut_off.jar, browser.jar);
    cut_off.sign_in("ada@example.test").await.assert_refused("/sign-in", "unavailable");
    assert_eq!(browser.whoami().await, "ada@example.test");
}

#[tokio::test]
async fn dead_connections_of_the_pool_are_replaced() {
    let (app, mut browser) = SignInApp::with_ada(Generation::USUAL).await;
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% sessions'
        and datname = current_database()";
    app.database.run(kill).await;
    assert_eq!(browser.whoami().await, "ada@example.test");
    app.database.run(kill).await;
    app.signed_in("bob@example.test").await;
    app.database.run(kill).await;
    browser.post("/auth/sign-out", &[]).await.assert_redirect("/");
}

async fn session_ends_by_age_by_idleness_and_with_its_row(generation: Generation) {
    let app = SignInApp::new(generation).await;
    for ending in [
        "delete from web.session",
        "update web.session set expires_at = now()",
        "update web.session set last_seen = now() - interval '7 days'",
    ] {
        let mut browser = app.signed_in("ada@example.test").await;
        app.database.run(ending).await;
        assert_eq!(browser.whoami().await, "nobody", "{ending}");
        assert!(browser.jar.is_empty(), "{ending}");
    }
    assert_eq!(app.rows().await, 2);
    assert_eq!(app.auth.sessions.store().delete_expired().await.unwrap(), 2);
    assert_eq!(app.rows().await, 0);
}

#[tokio::test]
async fn all_sessions_of_a_user_end_together() {
    let (app, mut here) = SignInApp::with_ada(Generation::USUAL).await;
    let mut there = app.signed_in("ada@example.test").await;
    let mut bob = app.signed_in("bob@example.test").await;
    assert_eq!(app.auth.sessions.store().delete_all_of("ada@example.test").await.unwrap(), 2);
    assert_eq!(here.whoami().await, "nobody");
    assert_eq!(there.whoami().await, "nobody");
    assert_eq!(bob.whoami().await, "bob@example.test");
}

async fn ended_device_is_signed_out_at_neon_auth(generation: Generation) {
    let (app, mut here) = SignInApp::with_ada(generation).await;
    for number in 1..=2 {
        app.signed_in("ada@example.test").await;
        app.signed_in("bob@example.test").await;
        here.post("/account?/end_other_devices", &[]).await.assert_redirect("/account?done=other-devices-ended");
        until("the session ends there", async || app.neon_auth.calls(Call::SignOut) == number).await;
    }
    let mut there = app.signed_in("ada@example.test").await;
    app.neon_auth.stop();
    here.post("/account?/end_other_devices", &[]).await.assert_redirect("/account?done=other-devices-ended");
    assert_eq!(there.whoami().await, "nobody", "whether Neon Auth can be told or not");
}

/// Makes 98 more sessions of Ada.
const MANY_SESSIONS: &str = "insert into web.session (id_hash, user_id, ciphertext, expires_at)
    select sha256(number::text::bytea), user_id, ciphertext, expires_at
    from generate_series(1, 98) as number,
        (select * from web.session where user_id = 'ada@example.test' limit 1) as session";

#[tokio::test]
async fn oldest_session_ends_beyond_a_hundred() {
    let app = SignInApp::new(Generation::USUAL).await;
    let mut bob = app.signed_in("bob@example.test").await;
    let mut browsers = Vec::new();
    for number in 0..4 {
        browsers.push(app.signed_in("ada@example.test").await);
        if number == 1 {
            app.database.run(MANY_SESSIONS).await;
        }
    }
    assert_eq!(app.rows().await, 101, "a hundred of Ada's, and Bob's");
    for (number, browser) in browsers.iter_mut().enumerate() {
        let expected = if number < 2 { "nobody" } else { "ada@example.test" };
        assert_eq!(browser.whoami().await, expected, "{number}");
    }
    assert_eq!(bob.whoami().await, "bob@example.test");
    until("both end there", async || app.neon_auth.calls(Call::SignOut) == 2).await;
}
