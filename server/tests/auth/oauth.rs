//! Signing in with a provider: leaving and returning, and every way to tamper with the return.

use super::browser::World;
use http::StatusCode;
use http_server::sign_in::Content;
use url::Url;

fn with(address: &Url, name: &str, value: &str) -> Url {
    let pairs: Vec<_> = address.query_pairs().into_owned().filter(|(given, _)| given != name).collect();
    let mut changed = address.clone();
    changed.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
    changed
}

#[tokio::test]
async fn a_person_goes_to_the_provider_and_comes_back_signed_in() {
    let world = World::new().await;
    let mut browser = world.browser();
    let authorize = browser.depart("google", "/notes").await;
    assert_eq!(authorize.origin(), world.double.origin.origin());
    assert!(authorize.path().ends_with("/authorize/google"));
    let back = world.double.consent(&authorize);
    assert!(back.as_str().starts_with("http://localhost:3000/auth/callback?"), "PUBLIC_ORIGIN, not the Host header");

    let before = browser.jar.clone();
    assert_eq!(browser.arrive(&back).await.told(), "/notes");
    assert_ne!(browser.jar, before);
    assert!(browser.whoami().await.starts_with("oauth-"));
    assert_eq!(world.rows().await, 1, "the session of the visitor is gone");
}

#[tokio::test]
async fn a_callback_works_once() {
    let world = World::new().await;
    let mut browser = world.browser();
    let back = world.double.consent(&browser.depart("google", "/notes").await);
    let mut twin = browser.clone();
    browser.arrive(&back).await;
    assert_eq!(browser.arrive(&back).await.told(), "/sign-in?error=expired");
    assert_eq!(twin.arrive(&back).await.told(), "/sign-in?error=expired");
    assert_eq!(twin.whoami().await, "nobody");
    assert!(browser.whoami().await.starts_with("oauth-"), "still signed in");
    assert_eq!(world.double.calls("POST /auth/oauth/token"), 1);
}

#[tokio::test]
async fn two_callbacks_at_once_exchange_one_code() {
    let world = World::new().await;
    let mut browser = world.browser();
    let back = world.double.consent(&browser.depart("google", "/").await);
    let mut twin = browser.clone();
    let (one, two) = tokio::join!(browser.arrive(&back), twin.arrive(&back));
    let mut places = [one.told().to_owned(), two.told().to_owned()];
    places.sort();
    assert_eq!(places, ["/", "/sign-in?error=expired"]);
    assert_eq!(world.double.calls("POST /auth/oauth/token"), 1);
}

#[tokio::test]
async fn a_state_is_worth_nothing_when_changed_or_in_another_browser() {
    let world = World::new().await;
    let mut browser = world.browser();
    let back = world.double.consent(&browser.depart("google", "/").await);
    let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();

    let mut stranger = world.browser();
    assert_eq!(stranger.arrive(&back).await.told(), "/sign-in?error=expired");
    stranger.depart("google", "/").await;
    assert_eq!(stranger.arrive(&back).await.told(), "/sign-in?error=expired");
    assert_eq!(stranger.whoami().await, "nobody");

    for tampered in ["", "x", &state[1..], &format!("{state}x"), &state.to_uppercase()] {
        let page = browser.arrive(&with(&back, "state", tampered)).await;
        assert_eq!(page.told(), "/sign-in?error=expired", "{tampered}");
    }
    assert_eq!(world.double.calls("POST /auth/oauth/token"), 0);
    assert_eq!(browser.arrive(&back).await.told(), "/", "and the right one still works");
}

#[tokio::test]
async fn a_code_from_somewhere_else_signs_nobody_in() {
    let world = World::new().await;
    let (mut victim, mut attacker) = (world.browser(), world.browser());
    let theirs = world.double.consent(&victim.depart("google", "/").await);
    let mine = world.double.consent(&attacker.depart("google", "/").await);
    let code = mine.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let page = victim.arrive(&with(&theirs, "code", &code)).await;
    assert_eq!(page.told(), "/sign-in?error=expired", "the verifier does not fit");
    assert_eq!(victim.whoami().await, "nobody");
}

#[tokio::test]
async fn errors_are_told_and_touch_nothing() {
    let world = World::new().await;
    let mut browser = world.browser();
    let back = world.double.consent(&browser.depart("google", "/").await);
    for (query, told) in [
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
    ] {
        let page = browser.get(&format!("/auth/callback?{query}")).await;
        assert_eq!(page.told(), format!("/sign-in?error={told}"), "{query}");
    }
    assert_eq!(browser.arrive(&back).await.told(), "/", "the login that was under way still arrives");
}

#[tokio::test]
async fn two_tabs_both_arrive() {
    let world = World::new().await;
    let mut browser = world.browser();
    let first = world.double.consent(&browser.depart("google", "/notes").await);
    let second = world.double.consent(&browser.depart("github", "/posts/1").await);
    assert_eq!(browser.arrive(&second).await.told(), "/posts/1");
    assert_eq!(browser.arrive(&first).await.told(), "/notes");
    assert_eq!(world.rows().await, 1);
}

#[tokio::test]
async fn tabs_that_start_at_once_all_arrive() {
    let world = World::new().await;
    let mut browser = world.browser();
    // The first one makes the session that the others share.
    let mut ways = vec![browser.depart("google", "/").await];
    let tabs: Vec<_> = (0..3)
        .map(|_| {
            let mut tab = browser.clone();
            tokio::spawn(async move { tab.depart("google", "/").await })
        })
        .collect();
    for tab in tabs {
        ways.push(tab.await.unwrap());
    }
    for way in ways {
        assert_eq!(browser.arrive(&world.double.consent(&way)).await.told(), "/");
    }
}

#[tokio::test]
async fn who_comes_back_late_starts_again() {
    let world = World::new().await;
    let mut browser = world.browser();
    let back = world.double.consent(&browser.depart("google", "/").await);
    let id = browser.cookie().unwrap().parse().unwrap();
    let store = world.auth.sessions.store();
    store.update(&id, |content: &mut Content| content.logins[0].started -= time::Duration::minutes(10)).await.unwrap();
    assert_eq!(browser.arrive(&back).await.told(), "/sign-in?error=expired");
    assert_eq!(world.double.calls("POST /auth/oauth/token"), 0);
}

#[tokio::test]
async fn only_offered_providers_are_started() {
    let world = World::new().await;
    let mut browser = world.browser();
    world.double.wishes().providers = vec!["google", "../token", "Evil\"><script>"];
    for provider in ["", "github", "..%2Ftoken", "../x", "Evil\"><b>", "google\0", "GOOGLE"] {
        let page = browser.post("/sign-in?/oauth", &[("provider", provider), ("return_to", "/notes")]).await;
        assert_eq!(page.told(), "/sign-in?error=provider-unknown&return_to=%2Fnotes", "{provider}");
    }
    assert!(browser.jar.is_empty(), "nothing is kept for a login that did not start");
    assert_eq!(browser.get("/sign-in?/oauth&provider=google").await.status, StatusCode::OK, "the page, and no more");
    assert!(browser.jar.is_empty() && world.double.calls("POST /auth/oauth/token") == 0);
}

#[tokio::test]
async fn an_outage_on_either_way_is_said_so() {
    let world = World::new().await;
    let mut browser = world.browser();
    let back = world.double.consent(&browser.depart("google", "/notes").await);
    world.double.stop();
    assert_eq!(browser.arrive(&back).await.told(), "/sign-in?error=unavailable&return_to=%2Fnotes");

    let down = World::new().await;
    down.double.stop();
    let page = down.browser().post("/sign-in?/oauth", &[("provider", "google")]).await;
    assert_eq!(page.told(), "/sign-in?error=unavailable");
}
