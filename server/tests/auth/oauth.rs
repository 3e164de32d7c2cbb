//! Signing in with a provider, where calls are counted or answers are made up. What users see on both generations is in
//! `contract/oauth.rs`.

use super::browser::SignInApp;
use super::fake::{Call, Generation};
use super::on_both;
use http::StatusCode;
use url::Url;

on_both!(
    callback_works_once,
    parallel_callbacks_exchange_one_code,
    error_of_a_callback_is_said_and_changes_nothing,
    tabs_that_start_at_once_all_arrive,
    only_offered_providers_are_started,
    outage_on_either_way_is_said,
);

const EXPIRED: &str = "/sign-in?error=expired";

/// Returns queries of a callback with the errors that users read.
fn failed_callbacks(generation: Generation) -> &'static [(&'static str, &'static str)] {
    match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => &[
            ("errorCode=OAUTH_PROVIDER_ACCESS_DENIED&message=no&details=%7B%7D", "cancelled"),
            ("error=server_error&errorCode=OAUTH_PROVIDER_ACCESS_DENIED", "cancelled"),
            ("errorCode=CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE", "conflict"),
            ("errorCode=REDIRECT_URL_NOT_WHITELISTED", "app-not-trusted"),
            ("errorCode=OUTER_OAUTH_TIMEOUT", "expired"),
            ("errorCode=SIGN_UP_NOT_ENABLED", "sign-up-off"),
            ("errorCode=%3Cscript%3Ealert(1)%3C/script%3E&message=%3Cscript%3E", "unavailable"),
            ("error=access_denied", "unavailable"),
            ("", "expired"),
            ("code=x", "expired"),
        ],
        #[cfg(feature = "managed")]
        Generation::Managed => &[
            ("error=access_denied&error_description=no", "cancelled"),
            ("neon_auth_session_verifier=x&error=access_denied", "cancelled"),
            ("error=account_not_linked", "conflict"),
            ("error=invalid_origin", "app-not-trusted"),
            ("error=state_mismatch", "expired"),
            ("error=signup_disabled", "sign-up-off"),
            ("error=%3Cscript%3Ealert(1)%3C/script%3E&error_description=%3Cscript%3E", "unavailable"),
            ("errorCode=OAUTH_PROVIDER_ACCESS_DENIED", "expired"),
            ("", "expired"),
            ("code=x", "expired"),
            ("neon_auth_session_verifier=x&neon_auth_session_verifier=y", "expired"),
        ],
    }
}

async fn callback_works_once(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    let authorize = browser.go_to_provider("google", "/memos").await;
    assert_eq!(authorize.origin(), app.neon_auth.origin.origin());
    match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => assert!(authorize.path().ends_with("/authorize/google")),
        // Through a page of Neon Auth that knows the provider.
        #[cfg(feature = "managed")]
        Generation::Managed => assert!(authorize.as_str().contains("/sign-in/social/init?token=google-")),
    }
    let back = app.neon_auth.consent(&authorize);
    assert!(back.as_str().starts_with("http://localhost:3000/auth/callback?"), "PUBLIC_ORIGIN, not the Host header");

    let mut twin = browser.clone();
    browser.arrive(&back).await.assert_redirect("/memos");
    assert_ne!(browser.jar, twin.jar);
    assert_eq!(app.rows().await, 1, "the anonymous session is gone");
    browser.arrive(&back).await.assert_redirect(EXPIRED);
    twin.arrive(&back).await.assert_redirect(EXPIRED);
    assert_eq!(twin.whoami().await, "nobody");
    assert!(browser.whoami().await.starts_with("oauth-"), "still signed in");
    assert_eq!(app.neon_auth.calls(Call::Exchange), 1);
}

async fn parallel_callbacks_exchange_one_code(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    let back = app.neon_auth.consent(&browser.go_to_provider("google", "/").await);
    let mut twin = browser.clone();
    let (one, two) = tokio::join!(browser.arrive(&back), twin.arrive(&back));
    let mut targets = [one, two].map(|page| page.redirect_path().unwrap());
    targets.sort();
    assert_eq!(targets, ["/", EXPIRED]);
    assert_eq!(app.neon_auth.calls(Call::Exchange), 1);
}

async fn error_of_a_callback_is_said_and_changes_nothing(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    let back = app.neon_auth.consent(&browser.go_to_provider("google", "/").await);
    for (query, code) in failed_callbacks(generation) {
        let page = browser.get(&format!("/auth/callback?{query}")).await;
        assert_eq!(page.redirect_path(), Some(format!("/sign-in?error={code}")), "{query}");
    }
    // The login that was under way still arrives.
    browser.arrive(&back).await.assert_redirect("/");
}

async fn tabs_that_start_at_once_all_arrive(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    // The first one makes the session that the others share.
    let mut ways: Vec<Url> = vec![browser.go_to_provider("google", "/").await];
    let depart = |_| {
        let mut tab = browser.clone();
        tokio::spawn(async move { tab.go_to_provider("google", "/").await })
    };
    for tab in (0..3).map(depart).collect::<Vec<_>>() {
        ways.push(tab.await.unwrap());
    }
    for way in ways {
        browser.arrive(&app.neon_auth.consent(&way)).await.assert_redirect("/");
    }
}

async fn only_offered_providers_are_started(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    app.neon_auth.behaviour().providers = vec!["google", "../token", "Evil\"><script>"];
    for provider in ["", "github", "..%2Ftoken", "../x", "Evil\"><b>", "google\0", "GOOGLE"] {
        let page = browser.post("/sign-in?/oauth", &[("provider", provider), ("return_to", "/memos")]).await;
        assert!(page.is_refused("/sign-in?return_to=%2Fmemos", "provider-unknown"), "{provider}: {page:?}");
    }
    assert!(browser.jar.is_empty(), "nothing is kept for a login that did not start");
    assert_eq!(browser.get("/sign-in?/oauth&provider=google").await.status, StatusCode::OK, "the page, and no more");
    assert!(browser.jar.is_empty());
    let asked: Vec<String> = app.neon_auth.behaviour().calls.keys().cloned().collect();
    match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => assert_eq!(asked, ["GET /projects/current"], "which providers are offered, and no more"),
        #[cfg(feature = "managed")]
        Generation::Managed => assert!(asked.is_empty(), "the settings are in the database"),
    }
}

async fn outage_on_either_way_is_said(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    let back = app.neon_auth.consent(&browser.go_to_provider("google", "/memos").await);
    app.neon_auth.stop();
    browser.arrive(&back).await.assert_redirect("/sign-in?error=unavailable&return_to=%2Fmemos");

    let down = SignInApp::new(generation).await;
    down.neon_auth.stop();
    let page = down.browser().post("/sign-in?/oauth", &[("provider", "google")]).await;
    page.assert_refused("/sign-in", "unavailable");
}
