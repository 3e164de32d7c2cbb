//! Signing in with a provider: leaving and returning, and every way in which the return can fail.

use super::on_both;
use super::side::{GRACE, Side, decide, is_signed_in, leave, onward};
use crate::support::{Browser, SESSION_COOKIE};
use http::StatusCode;
use http_server::sign_in::Content;
use serde_json::json;
use url::Url;

on_both!(
    a_person_comes_back_signed_in_once_and_again_later,
    who_presses_deny_is_told_so_and_can_try_again,
    an_address_with_a_password_is_not_taken_over,
    two_tabs_both_arrive,
    what_comes_back_is_worth_nothing_elsewhere_or_changed,
    who_comes_back_late_starts_again,
    a_browser_that_leaves_its_cookie_out_at_first_arrives,
);

const EXPIRED: Option<&str> = Some("/sign-in?error=expired");

async fn arrive(browser: &mut Browser, back: &Url) -> Option<String> {
    browser.get(back.as_str()).await.told()
}

fn with(address: &Url, name: &str, value: &str) -> Url {
    let pairs: Vec<_> = address.query_pairs().into_owned().filter(|(given, _)| given != name).collect();
    let mut changed = address.clone();
    changed.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
    changed
}

async fn a_person_comes_back_signed_in_once_and_again_later(side: Side) {
    let mut browser = side.browser();
    // The second time the account exists, which may return in another way.
    for _ in 0..2 {
        let consent = leave(&mut browser, "/account").await;
        let before = browser.cookie(SESSION_COOKIE).map(str::to_owned);
        let back = decide(&mut browser, &consent, &GRACE).await;
        assert_eq!(back.origin(), side.state().config.public_origin.url().origin());
        let page = browser.get(back.as_str()).await;
        assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
        assert_ne!(browser.cookie(SESSION_COOKIE).map(str::to_owned), before, "a new session");
        assert!(browser.follow(page).await.body.contains("Grace"));

        assert_eq!(arrive(&mut browser, &back).await.as_deref(), EXPIRED, "once");
        assert!(is_signed_in(&mut browser).await, "and that changes nothing");
        browser.post("/auth/sign-out", &[]).await;
    }
    assert_eq!(side.count("select count(*) from profiles").await, 1);
}

async fn who_presses_deny_is_told_so_and_can_try_again(side: Side) {
    let mut browser = side.browser();
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &[("decision", "deny")]).await;
    let page = browser.get(back.as_str()).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?error=cancelled"));
    assert!(browser.follow(page).await.body.contains("You cancelled"));

    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;
    assert_eq!(arrive(&mut browser, &back).await.as_deref(), Some("/account"));
}

async fn an_address_with_a_password_is_not_taken_over(side: Side) {
    side.signed_up("Grace").await;
    let mut browser = side.browser();
    let consent = leave(&mut browser, "/").await;
    // The first generation refuses even an address that the provider has verified; the second one only others.
    let fields = if side.is_stack() { &GRACE[..] } else { &GRACE[..3] };
    let back = decide(&mut browser, &consent, fields).await;
    let page = browser.get(back.as_str()).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?error=conflict"), "{page:?}");
    assert!(browser.follow(page).await.body.contains("already an account"));
    assert!(!is_signed_in(&mut browser).await);
}

async fn two_tabs_both_arrive(side: Side) {
    let mut browser = side.browser();
    let (first, second) = (leave(&mut browser, "/notes").await, leave(&mut browser, "/account").await);
    // Neon's own cookie belongs to the tab that left last.
    let second = decide(&mut browser, &second, &GRACE).await;
    assert_eq!(arrive(&mut browser, &second).await.as_deref(), Some("/account"));
    if side.is_stack() {
        let first = decide(&mut browser, &first, &GRACE).await;
        assert_eq!(arrive(&mut browser, &first).await.as_deref(), Some("/notes"));
    }
    assert!(is_signed_in(&mut browser).await);
}

async fn what_comes_back_is_worth_nothing_elsewhere_or_changed(side: Side) {
    let (mut browser, mut stranger) = (side.browser(), side.browser());
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;

    // Another client opens it: without a session, and with a login of its own in progress.
    let page = stranger.get(back.as_str()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(stranger.get(&onward(&page)).await.told().as_deref(), EXPIRED);
    let theirs = leave(&mut stranger, "/").await;
    assert_eq!(arrive(&mut stranger, &back).await.as_deref(), EXPIRED);
    assert!(!is_signed_in(&mut stranger).await);

    let state = back.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    for tampered in ["x", &state[1..], &format!("{state}x"), &state.to_uppercase()] {
        assert_eq!(arrive(&mut browser, &with(&back, "state", tampered)).await.as_deref(), EXPIRED, "{tampered}");
    }
    assert_eq!(arrive(&mut browser, &back).await.as_deref(), Some("/account"), "the right one still works");

    // The proof of one login does not finish another.
    let mine = leave(&mut browser, "/").await;
    let mine = decide(&mut browser, &mine, &GRACE).await;
    let eve = [("decision", "approve"), ("name", "Eve"), ("email", "eve@example.com"), ("email_verified", "on")];
    let theirs = decide(&mut stranger, &theirs, &eve).await;
    let proof = if side.is_stack() { "code" } else { "neon_auth_session_verifier" };
    let value = theirs.query_pairs().find(|(name, _)| name == proof).expect("a proof").1.into_owned();
    assert_eq!(arrive(&mut browser, &with(&mine, proof, &value)).await.as_deref(), EXPIRED);
    assert!(browser.get("/account").await.body.contains("Grace"), "still who they were");
}

async fn who_comes_back_late_starts_again(side: Side) {
    let mut browser = side.browser();
    let consent = leave(&mut browser, "/").await;
    let back = decide(&mut browser, &consent, &GRACE).await;
    let id = browser.cookie(SESSION_COOKIE).expect("a session").parse().expect("an id");
    let store = side.state().auth.sessions.store();
    let changed =
        store.update(&id, |content: &mut Content| content.logins[0].started -= time::Duration::minutes(10)).await;
    assert!(changed.is_ok());
    let page = browser.get(back.as_str()).await;
    assert_eq!(page.told().as_deref(), EXPIRED);
    assert!(browser.follow(page).await.body.contains("Please start again"));
}

/// Covers a browser that omits its cookie at first, like Safari after redirects that began on another site.
async fn a_browser_that_leaves_its_cookie_out_at_first_arrives(side: Side) {
    let mut browser = side.browser();
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;

    let mut without = side.browser();
    let page = without.get(back.as_str()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(without.cookie(SESSION_COOKIE).is_none());
    let onward = onward(&page);
    assert!(onward.starts_with("/auth/callback?"), "on this site: {onward}");
    assert_eq!(browser.get(&onward).await.told().as_deref(), Some("/account"));
    assert_eq!(without.get(&onward).await.told().as_deref(), EXPIRED, "and not in a circle");
}

/// Covers a login that took long: Managed Neon Auth redirects to the front page, and may have lost the state.
#[tokio::test]
async fn a_login_that_comes_back_to_the_front_page_arrives() {
    let side = Side::managed().await;
    let mut browser = side.browser();
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;
    let verifier = back.query_pairs().find(|(name, _)| name == "neon_auth_session_verifier").expect("a verifier").1;
    let stray = format!("/?neon_auth_session_verifier={verifier}");
    let page = browser.get(&stray).await;
    let callback = format!("/auth/callback?neon_auth_session_verifier={verifier}");
    assert_eq!(page.told().as_deref(), Some(&*callback));
    assert_eq!(browser.get(&callback).await.told().as_deref(), Some("/account"));
    assert!(is_signed_in(&mut browser).await);

    // With two logins in progress, it is unknown which one it was.
    let mut other = side.browser();
    leave(&mut other, "/").await;
    let consent = leave(&mut other, "/").await;
    let back = decide(&mut other, &consent, &GRACE).await;
    let verifier = back.query_pairs().find(|(name, _)| name == "neon_auth_session_verifier").expect("a verifier").1;
    let page = other.get(&format!("/auth/callback?neon_auth_session_verifier={verifier}")).await;
    assert_eq!(page.told().as_deref(), EXPIRED);
}

/// Covers answers to the exchange as observed. A session is a cookie, and nothing else counts as one.
#[tokio::test]
async fn an_exchange_without_a_session_signs_nobody_in_and_leaves_a_way_on() {
    let side = Side::managed().await;
    let mut browser = side.browser();
    let (json_type, text_type) = (["content-type", "application/json"], ["content-type", "text/plain"]);
    let minted = json!(["set-auth-jwt", "a.b.c"]);
    let removed = json!(["set-cookie", "__Secure-neon-auth.session_token=; Max-Age=0; Path=/"]);
    let user = json!({ "session": { "token": "t" }, "user": { "id": "u", "name": "RAW" } }).to_string();
    let (expired, unavailable) = ("expired", "unavailable");
    for (status, headers, body, told) in [
        (200, json!([json_type]), "null", expired),
        (200, json!([json_type, removed]), "null", expired),
        (200, json!([json_type]), &*user, expired),
        (200, json!([json_type, minted]), &*user, expired),
        (400, json!([text_type]), "RAW <b>refusal</b>", expired),
        (401, json!([text_type]), "RAW <b>refusal</b>", expired),
        (404, json!([]), "", expired),
        (403, json!([text_type]), "RAW <b>refusal</b>", unavailable),
    ] {
        let consent = leave(&mut browser, "/account").await;
        let back = decide(&mut browser, &consent, &GRACE).await;
        let answer =
            json!({ "mode": "answer", "path": "/get-session", "status": status, "headers": headers, "body": body });
        side.managed_neon_auth().fail(answer).await;
        let page = browser.get(back.as_str()).await;
        side.managed_neon_auth().recover().await;
        let way_on = format!("/sign-in?error={told}&return_to=%2Faccount");
        assert_eq!(page.told(), Some(way_on), "{status} {body}: {page:?}");
        let page = browser.follow(page).await;
        let sentence = if told == expired { "Please start again." } else { "Signing in is not possible right now." };
        assert!(page.status == StatusCode::OK && page.body.contains(sentence), "{status} {body}: {}", page.body);
        assert!(page.body.contains("Continue with Google") && !page.body.contains("RAW"), "{}", page.body);
        assert!(!is_signed_in(&mut browser).await, "{status} {body}");
    }
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;
    assert_eq!(arrive(&mut browser, &back).await.as_deref(), Some("/account"));
}

/// Covers Better Auth 1.7, which redirects back with the code of its refusal; the version before shows a page of its
/// own.
#[tokio::test]
async fn a_banned_person_who_comes_back_is_told_so() {
    let side = Side::managed_next().await;
    let mut browser = side.browser();
    for told in ["/account", "/sign-in?error=restricted"] {
        let consent = leave(&mut browser, "/account").await;
        let back = decide(&mut browser, &consent, &GRACE).await;
        assert_eq!(arrive(&mut browser, &back).await.as_deref(), Some(told));
        browser.post("/auth/sign-out", &[]).await;
        let ban = r#"update neon_auth."user" set banned = true"#;
        sqlx::query(ban).execute(&side.database().superuser).await.expect("banned");
    }
}
