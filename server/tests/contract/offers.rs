//! The sign-in pages show exactly the ways that the project has switched on, and follow its changes.

use super::on_both;
use super::side::{Offer, Setting, Side, is_signed_in};
use crate::support::{Browser, PASSWORD};
use std::time::Duration;
use tokio::time::{sleep, timeout};

on_both!(
    the_pages_show_exactly_what_is_on,
    what_is_off_is_refused_with_a_sentence,
    a_switch_shows_without_a_restart_and_an_outage_changes_nothing,
);

const ALL: Offer = Offer { password: true, sign_up: true, code: true, google: true, github: true };

fn every_offer() -> impl Iterator<Item = Offer> {
    (0..32_u8).map(|bits| {
        let on = |place: u8| bits >> place & 1 == 1;
        Offer { password: on(0), sign_up: on(1), code: on(2), google: on(3), github: on(4) }
    })
}

/// Returns what a page offers but should not, or should but does not.
async fn differences(browser: &mut Browser, offer: Offer) -> Vec<String> {
    let (google, github) = ("name=\"provider\" value=\"google\"", "name=\"provider\" value=\"github\"");
    let new_with_password = offer.password && offer.sign_up;
    let expected = [
        ("/sign-in", "action=\"/sign-in?/password\"", offer.password),
        ("/sign-in", "<a href=\"/forgot-password", offer.password),
        ("/sign-in", "<a href=\"/sign-up", offer.sign_up),
        ("/sign-in", "<a href=\"/sign-in/code", offer.code),
        ("/sign-in", google, offer.google),
        ("/sign-in", github, offer.github),
        ("/sign-up", "action=\"/sign-up?/password\"", new_with_password),
        ("/sign-up", "New accounts cannot be made", !offer.sign_up),
        ("/sign-up", google, offer.sign_up && offer.google),
        ("/sign-up", github, offer.sign_up && offer.github),
        ("/sign-in/code", "action=\"/sign-in/code?/send\"", offer.code),
        ("/sign-in/code", "not offered here", !offer.code),
        ("/forgot-password", "action=\"/forgot-password?/send\"", offer.password),
        ("/forgot-password", "switched off here", !offer.password),
    ];
    let mut found = Vec::new();
    for (path, mark, shown) in expected {
        if browser.get(path).await.body.contains(mark) != shown {
            found.push(format!("{path}: {mark} {}", if shown { "is missing" } else { "is there" }));
        }
    }
    found
}

async fn the_pages_show_exactly_what_is_on(side: Side) {
    let mut browser = side.browser();
    for offer in every_offer() {
        side.set(Setting::Offer(offer)).await;
        side.state().auth.refresh_methods().await;
        assert_eq!(differences(&mut browser, offer).await, Vec::<String>::new(), "{offer:?}");
    }
}

async fn what_is_off_is_refused_with_a_sentence(side: Side) {
    let ada = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    for (offer, action, told) in [
        (Offer { password: false, ..ALL }, "/sign-in?/password", "/sign-in?error=password-off"),
        (Offer { password: false, ..ALL }, "/sign-up?/password", "/sign-up?error=password-off"),
        (Offer { password: false, ..ALL }, "/forgot-password?/send", "/forgot-password?error=password-off"),
        (Offer { sign_up: false, ..ALL }, "/sign-up?/password", "/sign-up?error=sign-up-off"),
        (Offer { code: false, ..ALL }, "/sign-in/code?/send", "/sign-in/code?error=not-offered"),
        (Offer { google: false, ..ALL }, "/sign-in?/oauth", "/sign-in?error=provider-unknown"),
        (Offer { github: false, ..ALL }, "/sign-in?/oauth", "/sign-in?error=provider-unknown"),
    ] {
        side.set(Setting::Offer(offer)).await;
        side.state().auth.refresh_methods().await;
        let mut browser = side.browser();
        let provider = ("provider", if offer.google { "github" } else { "google" });
        let page = browser.post(action, &[&ada[..], &[provider]].concat()).await;
        assert_eq!(page.told().as_deref(), Some(told), "{action}: {page:?}");
        let page = browser.follow(page).await;
        assert!(page.body.contains("role=\"alert\""), "{action}: {}", page.body);
        assert!(!is_signed_in(&mut browser).await, "{action}");
    }
    assert_eq!(side.count("select count(*) from profiles").await, 0, "nor has anybody an account now");
}

async fn a_switch_shows_without_a_restart_and_an_outage_changes_nothing(side: Side) {
    const EVERY: Duration = Duration::from_millis(10);
    let (some, others) =
        (Offer { password: false, github: false, ..ALL }, Offer { code: false, google: false, sign_up: false, ..ALL });
    let asked = || side.state().auth.neon_auth.call_counters().counts().map(|(_, count)| count).sum::<u64>();
    let mut browser = side.browser();
    let fresh = tokio::spawn(side.state().auth.keep_fresh(EVERY));
    side.set(Setting::Offer(some)).await;
    until_shown(&mut browser, some).await;

    // One generation announces it in an answer, the other in the database.
    side.go_down().await;
    if !side.is_stack() {
        let revoke = "revoke execute on function web.neon_auth_project(text) from web";
        sqlx::query(revoke).execute(&side.database().superuser).await.expect("revoked");
    }
    let before = asked();
    let again = async {
        while asked() < before + 5 {
            sleep(EVERY).await;
        }
    };
    timeout(Duration::from_secs(10), again).await.expect("it is asked again and again");
    assert_eq!(differences(&mut browser, some).await, Vec::<String>::new(), "as it was said last");

    side.come_back().await;
    if !side.is_stack() {
        let grant = "grant execute on function web.neon_auth_project(text) to web";
        sqlx::query(grant).execute(&side.database().superuser).await.expect("granted");
    }
    side.set(Setting::Offer(others)).await;
    until_shown(&mut browser, others).await;
    fresh.abort();
}

async fn until_shown(browser: &mut Browser, offer: Offer) {
    for _ in 0..200 {
        if differences(browser, offer).await.is_empty() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{offer:?} is not shown: {:?}", differences(browser, offer).await);
}
