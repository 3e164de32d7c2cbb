//! The cookie and the row behind it: made, replaced, stolen, expired.

use super::browser::{SignInApp, set_cookie};
use crate::support::{SESSION_COOKIE, until};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{CACHE_CONTROL, COOKIE};
use neon_auth::Renewal;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

/// An address where nothing listens.
const NO_DATABASE: &str = "postgres://web:x@127.0.0.1:1/app";

/// Returns the record of a session with this person, which ends in a while.
fn record(person: Value, ends_in: Duration) -> Record {
    let data = [("person".to_owned(), person)].into();
    Record { id: Id::default(), data, expiry_date: OffsetDateTime::now_utc() + ends_in }
}

#[tokio::test]
async fn cookie_is_as_strict_as_the_origin_allows() {
    let http = SignInApp::new().await;
    let page = http.browser().sign_in("ada@example.test").await;
    let line = set_cookie(&page);
    assert!(line.starts_with(&format!("{SESSION_COOKIE}=")), "{line}");
    assert!(line.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{line}");
    assert_eq!(page.headers[CACHE_CONTROL], "private, no-store");

    let https = SignInApp::at("https://app.example.test").await;
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

/// Checks that a release reads the sessions of earlier ones: the row has the format of running deployments.
#[tokio::test]
async fn session_of_an_earlier_release_continues() {
    const ID: &str = "ix88XX6QorTG2Or8DiAxQg";
    const CIPHERTEXT: &str = "AQABAgMEBQYHCAkKCzwgs2O1jLB+/mOtv4DZSlm34r8EwFd9GFkThKcnEiLCZGLdk8HjKONW0QyI+thBXMxjQuw+t4H2HeNFcn2NhszKR+QbsL\
        JDEm92kEyO4SOJW+msEQVOJweWmPDuVNLL6KWdLofIY/JhvG5b1DoQUhflEw3AhqsHoG+eer/ngBxryDotstu8rj0qnDXcQKfP/Cq0UpLlVYNik7\
        54jyuL";
    for (origin, name) in [("http://localhost:3000", SESSION_COOKIE), ("https://app.example.test", "__Host-session")] {
        let app = SignInApp::at(origin).await;
        let insert = "insert into web.session (id_hash, user_id, ciphertext, expires_at)
            values (sha256($1::text::bytea), 'ada', $2, now() + interval '1 hour')";
        let ciphertext = STANDARD.decode(CIPHERTEXT).unwrap();
        sqlx::query(insert).bind(ID).bind(ciphertext).execute(&app.database.superuser).await.unwrap();

        let headers = HeaderMap::from_iter([(COOKIE, format!("{name}={ID}").parse().unwrap())]);
        let session = app.auth.sessions.open(&headers, Ipv4Addr::LOCALHOST.into());
        let (id, person) = session.signed_in().await.expect("the row opens");
        assert_eq!((id.to_string().as_str(), person.user_id.as_str()), (ID, "ada"));
        assert_eq!(person.tokens.access.expose_secret(), "an-access-token");
        let Renewal::RefreshToken(token) = &person.tokens.renewal else { panic!("of the other generation") };
        assert_eq!(token.expose_secret(), "a-refresh-token");
    }
}

/// Checks that cookies of other programs are left alone: all programs on a host share their cookies.
#[tokio::test]
async fn cookies_of_other_programs_are_left_alone() {
    let app = SignInApp::new().await;
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

#[tokio::test]
async fn sign_in_replaces_the_session_id() {
    let app = SignInApp::new().await;
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

#[tokio::test]
async fn sign_in_as_another_user_ends_the_first_session() {
    let app = SignInApp::new().await;
    let mut browser = app.signed_in("ada@example.test").await;
    let first = browser.clone();
    browser.sign_in("bob@example.test").await;
    assert_eq!(browser.whoami().await, "bob@example.test");
    assert_eq!(first.clone().whoami().await, "nobody");
    assert_eq!(app.rows().await, 1);
    until("the first ends there", async || app.neon_auth.calls("DELETE /auth/sessions/current") == 1).await;
}

#[tokio::test]
async fn missing_or_malformed_cookie_costs_no_query() {
    let mut app = SignInApp::new().await;
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
    let mut app = SignInApp::new().await;
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
    let app = SignInApp::new().await;
    let mut browser = app.signed_in("ada@example.test").await;
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% sessions'
        and datname = current_database()";
    app.database.run(kill).await;
    assert_eq!(browser.whoami().await, "ada@example.test");
    app.database.run(kill).await;
    app.signed_in("bob@example.test").await;
    app.database.run(kill).await;
    browser.post("/auth/sign-out", &[]).await.assert_redirect("/");
}

#[tokio::test]
async fn moved_or_changed_ciphertext_is_no_session() {
    let app = SignInApp::new().await;
    let mut ada = app.signed_in("ada@example.test").await;
    let mut eve = app.signed_in("eve@example.test").await;
    let stolen =
        "update web.session set ciphertext = (select ciphertext from web.session where user_id = 'ada@example.test')
        where user_id = 'eve@example.test'";
    app.database.run(stolen).await;
    assert_eq!(eve.whoami().await, "nobody");
    assert_eq!(ada.whoami().await, "ada@example.test");

    app.database
        .run("update web.session set ciphertext = set_byte(ciphertext, 40, get_byte(ciphertext, 40) # 1)")
        .await;
    assert_eq!(ada.whoami().await, "nobody");
}

#[tokio::test]
async fn table_holds_nothing_that_signs_in() {
    let app = SignInApp::new().await;
    let browser = app.signed_in("ada@example.test").await;
    let row: (Vec<u8>, Vec<u8>) =
        sqlx::query_as("select id_hash, ciphertext from web.session").fetch_one(&app.database.superuser).await.unwrap();
    let shown = String::from_utf8_lossy(&[row.0, row.1].concat()).into_owned();
    assert!(!shown.contains(browser.cookie().unwrap()));
    for secret in &app.neon_auth.behaviour().secrets {
        assert!(!shown.contains(secret));
    }
}

#[tokio::test]
async fn session_ends_by_age_by_idleness_and_with_its_row() {
    let app = SignInApp::new().await;
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
async fn unreadable_content_is_no_session() {
    let app = SignInApp::new().await;
    let mut record = record(json!({"user_id": 7}), Duration::hours(1));
    app.auth.sessions.store().create(&mut record).await.unwrap();
    let mut browser = app.browser();
    browser.jar.insert(SESSION_COOKIE.to_owned(), record.id.to_string());
    browser.clone().sign_in("ada@example.test").await.assert_redirect("/");
    assert_eq!(browser.whoami().await, "nobody");
    assert!(browser.jar.is_empty());
    assert_eq!(app.rows().await, 1, "only the one that was signed in");
}

#[tokio::test]
async fn prolonged_row_does_not_prolong_the_session() {
    let app = SignInApp::new().await;
    let store = app.auth.sessions.store();
    let mut record = record(json!(null), Duration::seconds(-1));
    store.create(&mut record).await.unwrap();
    let longer = "update web.session set expires_at = now() + interval '1 year'";
    app.database.run(longer).await;
    assert!(store.load(&record.id).await.unwrap().is_none(), "its end is sealed inside");
}

#[tokio::test]
async fn last_seen_is_updated_beside_the_request() {
    let app = SignInApp::new().await;
    let mut browser = app.signed_in("ada@example.test").await;
    let seen_lately = "select last_seen > now() - interval '30 seconds' from web.session";
    app.database.run("update web.session set last_seen = now() - interval '2 minutes'").await;
    browser.whoami().await;
    until("it is written", async || sqlx::query_scalar(seen_lately).fetch_one(&app.database.superuser).await.unwrap())
        .await;
}

#[tokio::test]
async fn ended_session_is_not_written_back() {
    let app = SignInApp::new().await;
    let store = app.auth.sessions.store();
    let mut record = record(json!({"user_id": "u", "tokens": {"access": "a", "refresh": "r"}}), Duration::hours(1));
    let chosen = record.id;
    store.create(&mut record).await.unwrap();
    assert_ne!(record.id, chosen, "the store picks the id");
    assert_eq!(store.load(&record.id).await.unwrap().unwrap().data, record.data);

    store.delete(&record.id).await.unwrap();
    store.save(&record).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_none());
    assert_eq!(app.rows().await, 0);
}

#[tokio::test]
async fn all_sessions_of_a_user_end_together() {
    let app = SignInApp::new().await;
    let mut here = app.signed_in("ada@example.test").await;
    let mut there = app.signed_in("ada@example.test").await;
    let mut bob = app.signed_in("bob@example.test").await;
    assert_eq!(app.auth.sessions.store().delete_all_of("ada@example.test").await.unwrap(), 2);
    assert_eq!(here.whoami().await, "nobody");
    assert_eq!(there.whoami().await, "nobody");
    assert_eq!(bob.whoami().await, "bob@example.test");
}
