//! The cookie and the row behind it: made, replaced, stolen, expired.

use super::browser::{World, auth};
use super::double::{Double, PASSWORD};
use crate::support::{SESSION_COOKIE, Shape, TestDatabase};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{CACHE_CONTROL, COOKIE};
use neon_auth::Renewal;
use secrecy::ExposeSecret;
use std::net::Ipv4Addr;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

/// An address where nothing listens.
const NO_DATABASE: &str = "postgres://web:x@127.0.0.1:1/app";

#[tokio::test]
async fn the_cookie_is_as_tight_as_the_origin_allows() {
    let http = World::new().await;
    let page = http.browser().sign_in("ada@example.test").await;
    let line = page.set_cookie().unwrap();
    assert!(line.starts_with(&format!("{SESSION_COOKIE}=")), "{line}");
    assert!(line.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{line}");
    assert_eq!(page.headers[CACHE_CONTROL], "private, no-store");

    let https = World::at("https://app.example.test", TestDatabase::new(Shape::SyncUuid).await, Double::start().await);
    let mut browser = https.browser();
    let page = browser.sign_in("ada@example.test").await;
    let line = page.set_cookie().unwrap();
    assert!(line.starts_with("__Host-session="), "{line}");
    assert!(line.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "{line}");
    let page = browser.post("/auth/sign-out", &[]).await;
    assert!(page.set_cookie().unwrap().ends_with("; Secure"), "browsers ignore the removal without it");

    // A cookie that another site on plain HTTP could have planted is ignored.
    browser.sign_in("ada@example.test").await;
    let value = browser.cookie().unwrap().to_owned();
    browser.jar = [(SESSION_COOKIE.to_owned(), value)].into();
    assert_eq!(browser.whoami().await, "nobody");
}

/// Checks that a release reads the sessions of earlier ones: the row has the format of running deployments.
#[tokio::test]
async fn a_session_of_an_earlier_release_goes_on() {
    const ID: &str = "ix88XX6QorTG2Or8DiAxQg";
    const CIPHERTEXT: &str = "AQABAgMEBQYHCAkKCzwgs2O1jLB+/mOtv4DZSlm34r8EwFd9GFkThKcnEiLCZGLdk8HjKONW0QyI+thBXMxjQuw+t4H2HeNFcn2NhszKR+QbsL\
        JDEm92kEyO4SOJW+msEQVOJweWmPDuVNLL6KWdLofIY/JhvG5b1DoQUhflEw3AhqsHoG+eer/ngBxryDotstu8rj0qnDXcQKfP/Cq0UpLlVYNik7\
        54jyuL";
    for (origin, name) in [("http://localhost:3000", SESSION_COOKIE), ("https://app.example.test", "__Host-session")] {
        let world = World::at(origin, TestDatabase::new(Shape::SyncUuid).await, Double::start().await);
        let insert = "insert into web.session (id_hash, user_id, ciphertext, expires_at)
            values (sha256($1::text::bytea), 'ada', $2, now() + interval '1 hour')";
        let ciphertext = STANDARD.decode(CIPHERTEXT).unwrap();
        sqlx::query(insert).bind(ID).bind(ciphertext).execute(&world.db.superuser).await.unwrap();

        let headers = HeaderMap::from_iter([(COOKIE, format!("{name}={ID}").parse().unwrap())]);
        let session = world.auth.sessions.open(&headers, Ipv4Addr::LOCALHOST.into());
        let (id, person) = session.signed_in().await.expect("the row opens");
        assert_eq!((id.to_string().as_str(), person.user_id.as_str()), (ID, "ada"));
        assert_eq!(person.tokens.access.expose_secret(), "an-access-token");
        let Renewal::RefreshToken(token) = &person.tokens.renewal else { panic!("of the other generation") };
        assert_eq!(token.expose_secret(), "a-refresh-token");
    }
}

/// Checks that cookies of other programs are left alone: all programs on a host share their cookies.
#[tokio::test]
async fn cookies_of_other_programs_neither_sign_anybody_out_nor_change() {
    let world = World::new().await;
    let mut browser = world.browser();
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
async fn the_id_changes_at_sign_in_and_the_old_one_is_worth_nothing() {
    let world = World::new().await;
    let mut victim = world.browser();
    victim.depart("google", "/").await;
    let mut attacker = victim.clone();
    assert!(attacker.cookie().is_some());
    victim.sign_in("ada@example.test").await;
    assert_ne!(victim.cookie(), attacker.cookie());
    assert_eq!(victim.whoami().await, "ada@example.test");
    assert_eq!(attacker.whoami().await, "nobody");

    // Nor can the browser choose an id that did not exist.
    let mut victim = world.browser();
    let planted = Id::default().to_string();
    victim.jar.insert(SESSION_COOKIE.to_owned(), planted.clone());
    victim.sign_in("ada@example.test").await;
    assert_ne!(victim.cookie(), Some(planted.as_str()));
}

#[tokio::test]
async fn signing_in_as_somebody_else_leaves_nothing_of_the_first() {
    let world = World::new().await;
    let mut browser = world.signed_in("ada@example.test").await;
    let first = browser.clone();
    browser.sign_in("bob@example.test").await;
    assert_eq!(browser.whoami().await, "bob@example.test");
    assert_eq!(first.clone().whoami().await, "nobody");
    assert_eq!(world.rows().await, 1);
    super::password::until(|| world.double.calls("DELETE /auth/sessions/current") == 1).await;
}

#[tokio::test]
async fn no_cookie_and_a_malformed_one_cost_no_query() {
    let double = Double::start().await;
    let db = TestDatabase::new(Shape::SyncUuid).await;
    let mut world = World::at("http://localhost:3000", db, double);
    world.auth = auth("http://localhost:3000", NO_DATABASE, world.double.client());
    let mut browser = world.browser();
    assert_eq!(browser.whoami().await, "nobody", "a query would have failed");
    for foreign in ["x", "", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' or 1=1 --", "Zürich"] {
        browser.jar.insert(SESSION_COOKIE.to_owned(), foreign.to_owned());
        assert_eq!(browser.whoami().await, "nobody", "{foreign}");
        assert_eq!(browser.cookie(), Some(foreign), "what is not ours is left alone");
    }
}

#[tokio::test]
async fn without_the_database_nobody_is_signed_out() {
    let mut world = World::new().await;
    let mut browser = world.signed_in("ada@example.test").await;
    let (well, cookie) = (world.auth.clone(), browser.jar.clone());
    world.auth = auth("http://localhost:3000", NO_DATABASE, world.double.client());
    let mut cut_off = world.browser();
    cut_off.jar = cookie.clone();
    assert_eq!(cut_off.whoami().await, "unavailable");
    assert_eq!(cut_off.jar, cookie);
    let page = cut_off.post("/sign-in?/password", &[("email", "ada@example.test"), ("password", PASSWORD)]).await;
    assert_eq!(page.told(), "/sign-in?error=unavailable");
    world.auth = well;
    assert_eq!(browser.whoami().await, "ada@example.test");
}

#[tokio::test]
async fn connections_that_died_in_the_pool_are_replaced() {
    let world = World::new().await;
    let mut browser = world.signed_in("ada@example.test").await;
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% sessions'
        and datname = current_database()";
    sqlx::query(kill).execute(&world.db.superuser).await.unwrap();
    assert_eq!(browser.whoami().await, "ada@example.test");
    sqlx::query(kill).execute(&world.db.superuser).await.unwrap();
    world.signed_in("bob@example.test").await;
    sqlx::query(kill).execute(&world.db.superuser).await.unwrap();
    assert_eq!(browser.post("/auth/sign-out", &[]).await.told(), "/");
}

#[tokio::test]
async fn a_ciphertext_in_another_row_is_no_session() {
    let world = World::new().await;
    let mut ada = world.signed_in("ada@example.test").await;
    let mut eve = world.signed_in("eve@example.test").await;
    let stolen =
        "update web.session set ciphertext = (select ciphertext from web.session where user_id = 'ada@example.test')
        where user_id = 'eve@example.test'";
    sqlx::query(stolen).execute(&world.db.superuser).await.unwrap();
    assert_eq!(eve.whoami().await, "nobody");
    assert_eq!(ada.whoami().await, "ada@example.test");

    sqlx::query("update web.session set ciphertext = set_byte(ciphertext, 40, get_byte(ciphertext, 40) # 1)")
        .execute(&world.db.superuser)
        .await
        .unwrap();
    assert_eq!(ada.whoami().await, "nobody");
}

#[tokio::test]
async fn the_table_holds_nothing_that_signs_anybody_in() {
    let world = World::new().await;
    let browser = world.signed_in("ada@example.test").await;
    let row: (Vec<u8>, Vec<u8>) =
        sqlx::query_as("select id_hash, ciphertext from web.session").fetch_one(&world.db.superuser).await.unwrap();
    let shown = String::from_utf8_lossy(&[row.0, row.1].concat()).into_owned();
    assert!(!shown.contains(browser.cookie().unwrap()));
    for secret in &world.double.wishes().secrets {
        assert!(!shown.contains(secret));
    }
}

#[tokio::test]
async fn sessions_end_by_age_by_idleness_and_when_their_row_goes() {
    let world = World::new().await;
    for ending in [
        "delete from web.session",
        "update web.session set expires_at = now()",
        "update web.session set last_seen = now() - interval '7 days'",
    ] {
        let mut browser = world.signed_in("ada@example.test").await;
        sqlx::query(ending).execute(&world.db.superuser).await.unwrap();
        assert_eq!(browser.whoami().await, "nobody", "{ending}");
        assert!(browser.jar.is_empty(), "{ending}");
    }
    assert_eq!(world.rows().await, 2);
    assert_eq!(world.auth.sessions.store().delete_expired().await.unwrap(), 2);
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn contents_of_another_version_are_no_session() {
    let world = World::new().await;
    let mut record = Record {
        id: Id::default(),
        data: [("person".to_owned(), serde_json::json!({"user_id": 7}))].into(),
        expiry_date: time::OffsetDateTime::now_utc() + time::Duration::hours(1),
    };
    world.auth.sessions.store().create(&mut record).await.unwrap();
    let mut browser = world.browser();
    browser.jar.insert(SESSION_COOKIE.to_owned(), record.id.to_string());
    assert_eq!(browser.clone().sign_in("ada@example.test").await.told(), "/");
    assert_eq!(browser.whoami().await, "nobody");
    assert!(browser.jar.is_empty());
    assert_eq!(world.rows().await, 1, "only the one that was signed in");
}

#[tokio::test]
async fn prolonging_a_row_does_not_prolong_the_session() {
    let world = World::new().await;
    let store = world.auth.sessions.store();
    let expiry_date = time::OffsetDateTime::now_utc() - time::Duration::seconds(1);
    let mut record = Record { id: Id::default(), data: Default::default(), expiry_date };
    store.create(&mut record).await.unwrap();
    let longer = "update web.session set expires_at = now() + interval '1 year'";
    sqlx::query(longer).execute(&world.db.superuser).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_none(), "its end is sealed inside");
}

#[tokio::test]
async fn last_seen_follows_beside_the_requests() {
    let world = World::new().await;
    let mut browser = world.signed_in("ada@example.test").await;
    let seen_lately = "select last_seen > now() - interval '30 seconds' from web.session";
    sqlx::query("update web.session set last_seen = now() - interval '2 minutes'")
        .execute(&world.db.superuser)
        .await
        .unwrap();
    browser.whoami().await;
    let noted = async {
        while !sqlx::query_scalar::<_, bool>(seen_lately).fetch_one(&world.db.superuser).await.unwrap() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), noted).await.expect("it is written");
}

#[tokio::test]
async fn what_was_ended_is_not_written_back() {
    let world = World::new().await;
    let store = world.auth.sessions.store();
    let mut record = Record {
        id: Id::default(),
        data: [("person".to_owned(), serde_json::json!({"user_id": "u", "tokens": {"access": "a", "refresh": "r"}}))]
            .into(),
        expiry_date: time::OffsetDateTime::now_utc() + time::Duration::hours(1),
    };
    let chosen = record.id;
    store.create(&mut record).await.unwrap();
    assert_ne!(record.id, chosen, "the store picks the id");
    assert_eq!(store.load(&record.id).await.unwrap().unwrap().data, record.data);

    store.delete(&record.id).await.unwrap();
    store.save(&record).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_none());
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn all_sessions_of_a_person_end_together() {
    let world = World::new().await;
    let mut here = world.signed_in("ada@example.test").await;
    let mut there = world.signed_in("ada@example.test").await;
    let mut bob = world.signed_in("bob@example.test").await;
    assert_eq!(world.auth.sessions.store().delete_all_of("ada@example.test").await.unwrap(), 2);
    assert_eq!(here.whoami().await, "nobody");
    assert_eq!(there.whoami().await, "nobody");
    assert_eq!(bob.whoami().await, "bob@example.test");
}
