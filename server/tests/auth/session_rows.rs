//! The row behind a session's cookie: what it holds, and what does not pass for one.

use super::browser::SignInApp;
use super::fake::Generation;
use super::on_both;
use crate::support::SESSION_COOKIE;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::COOKIE;
use neon_auth::Renewal;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

on_both!(session_of_an_earlier_release_continues, table_holds_nothing_that_signs_in);

/// The id of a session that an earlier release began.
const EARLIER_ID: &str = "ix88XX6QorTG2Or8DiAxQg";

/// Returns the record of a session with this person, which ends in a while.
fn record(person: Value, ends_in: Duration) -> Record {
    let data = [("person".to_owned(), person)].into();
    Record { id: Id::default(), data, expiry_date: OffsetDateTime::now_utc() + ends_in }
}

/// Returns a row that an earlier release has written for [`EARLIER_ID`], with what its content renews the token with.
fn earlier_row(generation: Generation) -> (&'static str, &'static str) {
    match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => (
            "AQABAgMEBQYHCAkKCzwgs2O1jLB+/mOtv4DZSlm34r8EwFd9GFkThKcnEiLCZGLdk8HjKONW0QyI+thBXMxjQuw+t4H2HeNFcn2NhszKR+QbsL\
             JDEm92kEyO4SOJW+msEQVOJweWmPDuVNLL6KWdLofIY/JhvG5b1DoQUhflEw3AhqsHoG+eer/ngBxryDotstu8rj0qnDXcQKfP/Cq0UpLlVYN\
             ik754jyuL",
            "a-refresh-token",
        ),
        #[cfg(feature = "managed")]
        Generation::Managed => (
            "ARAREhMUFRYXGBkaGwbc/W45oEjWuVcyKT5JW2fjZHY+K+511YaNg0VkL3arNZskbJuEVJRcQ+E0+Md6fzGGZRKH6nvenmpVWpb510k/gx1CKt\
             1uRx6iD9y5r8XfXtr33hWwJlXrlU49wqaRcBJiOdfeiEHqTHq0AB8UvfwKqYdJg9ac3YzchLws15tu76bpSBONr84WwvK7krohDNxKBzMJraSL\
             y7p37KGGiFi3vuAjrIXs3IYPd7fucIF5w9WJ2e16/OT2og==",
            "__Secure-neon-auth.session_token=a-session",
        ),
    }
}

/// Checks that no request moves the end of a session in which somebody has signed in.
#[tokio::test]
async fn only_a_session_without_a_user_is_prolonged() {
    let app = SignInApp::new(Generation::USUAL).await;
    let store = app.auth.sessions.store();
    for (person, prolonged) in [(json!({"user_id": "ada"}), 0), (json!(null), 1)] {
        let mut record = record(person, Duration::minutes(10));
        store.create(&mut record).await.unwrap();
        let change = |_: &mut Value| ();
        store.update_with_lifetime(&record.id, Duration::hours(1), change).await.unwrap();
        let late = "web.session where expires_at > now() + interval '11 minutes'";
        assert_eq!(app.database.count(late).await, prolonged);
    }
}

/// Checks that a release reads the sessions of earlier ones: the row has the format of running deployments.
async fn session_of_an_earlier_release_continues(generation: Generation) {
    let (ciphertext, renewal) = earlier_row(generation);
    for (origin, name) in [("http://localhost:3000", SESSION_COOKIE), ("https://app.example.test", "__Host-session")] {
        let app = SignInApp::at(generation, origin).await;
        let insert = "insert into web.session (id_hash, user_id, ciphertext, expires_at)
            values (sha256($1::text::bytea), 'ada', $2, now() + interval '1 hour')";
        let ciphertext = STANDARD.decode(ciphertext).unwrap();
        sqlx::query(insert).bind(EARLIER_ID).bind(ciphertext).execute(&app.database.superuser).await.unwrap();

        let headers = HeaderMap::from_iter([(COOKIE, format!("{name}={EARLIER_ID}").parse().unwrap())]);
        let session = app.auth.sessions.open(&headers, Ipv4Addr::LOCALHOST.into());
        let (id, person) = session.signed_in().await.expect("the row opens");
        assert_eq!((id.to_string().as_str(), person.user_id.as_str()), (EARLIER_ID, "ada"));
        assert_eq!(person.tokens.access.expose_secret(), "an-access-token");
        let secret = match (generation, &person.tokens.renewal) {
            #[cfg(feature = "stack")]
            (Generation::Stack, Renewal::RefreshToken(token)) => token,
            #[cfg(feature = "managed")]
            (Generation::Managed, Renewal::SessionCookie(cookie)) => cookie,
            _ => panic!("of the other generation"),
        };
        assert_eq!(secret.expose_secret(), renewal);
    }
}

#[tokio::test]
async fn moved_or_changed_ciphertext_is_no_session() {
    let (app, mut ada) = SignInApp::with_ada(Generation::USUAL).await;
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

async fn table_holds_nothing_that_signs_in(generation: Generation) {
    let (app, browser) = SignInApp::with_ada(generation).await;
    let row: Vec<u8> = app.database.value("select id_hash || ciphertext from web.session").await;
    let shown = String::from_utf8_lossy(&row);
    assert!(!shown.contains(browser.cookie().unwrap()));
    for secret in &app.neon_auth.behaviour().secrets {
        assert!(!shown.contains(secret));
    }
}

#[tokio::test]
async fn unreadable_content_is_no_session() {
    let app = SignInApp::new(Generation::USUAL).await;
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
    let app = SignInApp::new(Generation::USUAL).await;
    let store = app.auth.sessions.store();
    let mut record = record(json!(null), Duration::seconds(-1));
    store.create(&mut record).await.unwrap();
    let longer = "update web.session set expires_at = now() + interval '1 year'";
    app.database.run(longer).await;
    assert!(store.load(&record.id).await.unwrap().is_none(), "its end is sealed inside");
}

#[tokio::test]
async fn ended_session_is_not_written_back() {
    let app = SignInApp::new(Generation::USUAL).await;
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
