//! Signing in with a provider: leaving and returning, and every way in which the return can fail.

use super::backend::Backend;
use super::flows::{
    GRACE, callback_after_consent, go_to_provider, is_signed_in, sign_in_with_provider, submit_consent,
};
use super::on_both;
use crate::support::{Browser, SESSION_COOKIE};
use http::StatusCode;
use http_server::sign_in::Content;
#[cfg(feature = "managed")]
use serde_json::json;
use url::Url;

on_both!(
    provider_signs_in_a_new_user_and_a_known_one,
    denied_consent_is_said_and_can_be_repeated,
    address_with_a_password_is_not_taken_over,
    two_tabs_both_arrive,
    callback_is_refused_elsewhere_or_changed,
    expired_login_restarts,
    browser_that_omits_its_cookie_at_first_arrives,
);

const EXPIRED: &str = "/sign-in?error=expired";

/// Opens an address of the app, and returns the path that it redirects to.
async fn arrive(browser: &mut Browser, back: &Url) -> String {
    let page = browser.get(back.as_str()).await;
    page.redirect_path().unwrap_or_else(|| panic!("{page:?}"))
}

fn parameter(address: &Url, name: &str) -> String {
    address.query_pairs().find(|(given, _)| given == name).expect("a parameter").1.into_owned()
}

fn with(address: &Url, name: &str, value: &str) -> Url {
    let pairs: Vec<_> = address.query_pairs().into_owned().filter(|(given, _)| given != name).collect();
    let mut changed = address.clone();
    changed.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
    changed
}

async fn provider_signs_in_a_new_user_and_a_known_one(backend: Backend) {
    let mut browser = backend.browser();
    // The second time the account exists, which may return in another way.
    for _ in 0..2 {
        let back = callback_after_consent(&mut browser, "/account").await;
        let before = browser.cookie(SESSION_COOKIE).map(str::to_owned);
        assert_eq!(back.origin(), backend.state().config.public_origin.url().origin());
        let page = browser.get(back.as_str()).await.assert_redirect("/account");
        assert_ne!(browser.cookie(SESSION_COOKIE).map(str::to_owned), before, "a new session");
        assert_eq!(backend.count("web.session").await, 1, "the anonymous one is gone");
        browser.follow(page).await.assert_shows(&["Grace"]);

        assert_eq!(arrive(&mut browser, &back).await, EXPIRED, "once");
        assert!(is_signed_in(&mut browser).await, "and that changes nothing");
        browser.post("/auth/sign-out", &[]).await;
    }
    assert_eq!(backend.count("profiles").await, 1);
}

async fn denied_consent_is_said_and_can_be_repeated(backend: Backend) {
    let mut browser = backend.browser();
    let consent = go_to_provider(&mut browser, "/account").await;
    let back = submit_consent(&mut browser, &consent, &[("decision", "deny")]).await;
    let page = browser.get(back.as_str()).await;
    browser.follow_to("/sign-in?error=cancelled", page).await.assert_shows(&["You cancelled"]);
    sign_in_with_provider(&mut browser, "/account").await.assert_redirect("/account");
}

async fn address_with_a_password_is_not_taken_over(backend: Backend) {
    backend.signed_up("Grace").await;
    let mut browser = backend.browser();
    let consent = go_to_provider(&mut browser, "/").await;
    // The Stack generation refuses even an address that the provider has verified; the Managed one only others.
    let fields = if backend.is_stack() { &GRACE[..] } else { &GRACE[..3] };
    let back = submit_consent(&mut browser, &consent, fields).await;
    let page = browser.get(back.as_str()).await;
    browser.follow_to("/sign-in?error=conflict", page).await.assert_shows(&["already an account"]);
    assert!(!is_signed_in(&mut browser).await);
}

async fn two_tabs_both_arrive(backend: Backend) {
    let mut browser = backend.browser();
    let first = go_to_provider(&mut browser, "/memos").await;
    // Neon's own cookie belongs to the tab that left last.
    sign_in_with_provider(&mut browser, "/account").await.assert_redirect("/account");
    if backend.is_stack() {
        let first = submit_consent(&mut browser, &first, &GRACE).await;
        assert_eq!(arrive(&mut browser, &first).await, "/memos");
    }
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(backend.count("web.session").await, 1);
}

async fn callback_is_refused_elsewhere_or_changed(backend: Backend) {
    let (mut browser, mut stranger) = (backend.browser(), backend.browser());
    let back = callback_after_consent(&mut browser, "/account").await;
    let calls = backend.calls();

    // Another client opens it: without a session, and with a login of its own in progress.
    let page = stranger.get(back.as_str()).await;
    assert_eq!(page.status, StatusCode::OK);
    stranger.get(&page.interstitial_target().expect("a way on")).await.assert_redirect(EXPIRED);
    assert_eq!(backend.calls(), calls, "the code is not tried");
    let theirs = go_to_provider(&mut stranger, "/").await;
    let calls = backend.calls();
    assert_eq!(arrive(&mut stranger, &back).await, EXPIRED);
    assert!(!is_signed_in(&mut stranger).await);

    let state = parameter(&back, "state");
    // Managed Neon Auth may lose the state: without one, the only login in progress is meant.
    let without = backend.is_stack().then_some("");
    let changed = ["x", &state[1..], &format!("{state}x"), &state.to_uppercase()];
    for tampered in without.into_iter().chain(changed) {
        assert_eq!(arrive(&mut browser, &with(&back, "state", tampered)).await, EXPIRED, "{tampered:?}");
    }
    assert_eq!(backend.calls(), calls, "the code is not tried");
    assert_eq!(arrive(&mut browser, &back).await, "/account", "the right one still works");

    // The proof of one login does not finish another.
    let mine = callback_after_consent(&mut browser, "/").await;
    let eve = [("decision", "approve"), ("name", "Eve"), ("email", "eve@example.com"), ("email_verified", "on")];
    let theirs = submit_consent(&mut stranger, &theirs, &eve).await;
    let proof = if backend.is_stack() { "code" } else { "neon_auth_session_verifier" };
    assert_eq!(arrive(&mut browser, &with(&mine, proof, &parameter(&theirs, proof))).await, EXPIRED);
    browser.get("/account").await.assert_shows(&["Grace"]);
}

async fn expired_login_restarts(backend: Backend) {
    let mut browser = backend.browser();
    let back = callback_after_consent(&mut browser, "/").await;
    let id = browser.cookie(SESSION_COOKIE).expect("a session").parse().expect("an id");
    let store = backend.state().auth.sessions.store();
    let changed =
        store.update(&id, |content: &mut Content| content.logins[0].started -= time::Duration::minutes(10)).await;
    assert!(changed.is_ok());
    let calls = backend.calls();
    let page = browser.get(back.as_str()).await.assert_redirect(EXPIRED);
    assert_eq!(backend.calls(), calls, "the code is not tried");
    browser.follow(page).await.assert_shows(&["Please start again"]);
}

/// Covers a browser that omits its cookie at first, like Safari after redirects that began on another site.
async fn browser_that_omits_its_cookie_at_first_arrives(backend: Backend) {
    let mut browser = backend.browser();
    let back = callback_after_consent(&mut browser, "/account").await;

    let mut without = backend.browser();
    let page = without.get(back.as_str()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(without.cookie(SESSION_COOKIE).is_none());
    let target = page.interstitial_target().expect("a way on");
    assert!(target.starts_with("/auth/callback?"), "on this site: {target}");
    browser.get(&target).await.assert_redirect("/account");
    // And not in a circle.
    without.get(&target).await.assert_redirect(EXPIRED);
}

/// Covers a login that took long: Managed Neon Auth redirects to the front page, and may have lost the state.
#[cfg(feature = "managed")]
#[tokio::test]
async fn login_that_comes_back_to_the_front_page_arrives() {
    const VERIFIER: &str = "neon_auth_session_verifier";
    let backend = Backend::managed().await;
    let mut browser = backend.browser();
    let query = format!("{VERIFIER}={}", parameter(&callback_after_consent(&mut browser, "/account").await, VERIFIER));
    let callback = format!("/auth/callback?{query}");
    browser.get(&format!("/?{query}")).await.assert_redirect(&callback);
    browser.get(&callback).await.assert_redirect("/account");
    assert!(is_signed_in(&mut browser).await);

    // With two logins in progress, it is unknown which one it was.
    let mut other = backend.browser();
    go_to_provider(&mut other, "/").await;
    let verifier = parameter(&callback_after_consent(&mut other, "/").await, VERIFIER);
    other.get(&format!("/auth/callback?{VERIFIER}={verifier}")).await.assert_redirect(EXPIRED);
}

/// Covers answers to the exchange as observed. A session is a cookie, and nothing else counts as one.
#[cfg(feature = "managed")]
#[tokio::test]
async fn exchange_without_a_session_signs_nobody_in_and_offers_a_way_on() {
    let backend = Backend::managed().await;
    let mut browser = backend.browser();
    let (json_type, text_type) = (["content-type", "application/json"], ["content-type", "text/plain"]);
    let minted = json!(["set-auth-jwt", "a.b.c"]);
    let removed = json!(["set-cookie", "__Secure-neon-auth.session_token=; Max-Age=0; Path=/"]);
    let user = json!({ "session": { "token": "t" }, "user": { "id": "u", "name": "RAW" } }).to_string();
    let (expired, unavailable) = ("expired", "unavailable");
    for (status, headers, body, code) in [
        (200, json!([json_type]), "null", expired),
        (200, json!([json_type, removed]), "null", expired),
        (200, json!([json_type]), &*user, expired),
        (200, json!([json_type, minted]), &*user, expired),
        (400, json!([text_type]), "RAW <b>refusal</b>", expired),
        (401, json!([text_type]), "RAW <b>refusal</b>", expired),
        (404, json!([]), "", expired),
        (403, json!([text_type]), "RAW <b>refusal</b>", unavailable),
    ] {
        let back = callback_after_consent(&mut browser, "/account").await;
        let answer =
            json!({ "mode": "answer", "path": "/get-session", "status": status, "headers": headers, "body": body });
        backend.managed_neon_auth().fail(answer).await;
        let page = browser.get(back.as_str()).await;
        backend.come_back().await;
        let target = format!("/sign-in?error={code}&return_to=%2Faccount");
        assert_eq!(page.redirect_path(), Some(target), "{status} {body}: {page:?}");
        let page = browser.follow(page).await;
        let sentence = if code == expired { "Please start again." } else { "Signing in is not possible right now." };
        assert!(page.status == StatusCode::OK && page.body.contains(sentence), "{status} {body}: {}", page.body);
        page.assert_shows(&["Continue with Google"]).assert_hides(&["RAW"]);
        assert!(!is_signed_in(&mut browser).await, "{status} {body}");
    }
    sign_in_with_provider(&mut browser, "/account").await.assert_redirect("/account");
}

/// Covers Better Auth 1.7, which redirects back with the code of its refusal; the version before shows a page of its
/// own.
#[cfg(feature = "managed")]
#[tokio::test]
async fn banned_user_who_comes_back_is_told_so() {
    let backend = Backend::managed_next().await;
    let mut browser = backend.browser();
    for target in ["/account", "/sign-in?error=restricted"] {
        sign_in_with_provider(&mut browser, "/account").await.assert_redirect(target);
        browser.post("/auth/sign-out", &[]).await;
        backend.sql(r#"update neon_auth."user" set banned = true"#).await;
    }
}
