//! The sign-in pages show exactly the ways that the project has switched on, and follow its changes.

use super::backend::{Backend, Offer, Setting};
use super::flows::is_signed_in;
use super::on_both;
use crate::support::{Browser, PASSWORD, until};
use std::time::Duration;

on_both!(
    pages_show_exactly_what_is_on,
    way_that_is_off_is_refused_with_a_sentence,
    offer_follows_the_project_and_survives_an_outage,
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
        ("/sign-up", "New accounts cannot be created", !offer.sign_up),
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

async fn pages_show_exactly_what_is_on(backend: Backend) {
    let mut browser = backend.browser();
    for offer in every_offer() {
        backend.set_and_show(Setting::Offer(offer)).await;
        assert_eq!(differences(&mut browser, offer).await, Vec::<String>::new(), "{offer:?}");
    }
}

async fn way_that_is_off_is_refused_with_a_sentence(backend: Backend) {
    let ada = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    let without_password = Offer { password: false, ..ALL };
    for (offer, page, action, code) in [
        (without_password, "/sign-in", "password", "password-off"),
        (without_password, "/sign-up", "password", "password-off"),
        (without_password, "/forgot-password", "send", "password-off"),
        (Offer { sign_up: false, ..ALL }, "/sign-up", "password", "sign-up-off"),
        (Offer { code: false, ..ALL }, "/sign-in/code", "send", "not-offered"),
        (Offer { google: false, ..ALL }, "/sign-in", "oauth", "provider-unknown"),
        (Offer { github: false, ..ALL }, "/sign-in", "oauth", "provider-unknown"),
    ] {
        backend.set_and_show(Setting::Offer(offer)).await;
        let mut browser = backend.browser();
        let provider = ("provider", if offer.google { "github" } else { "google" });
        let answer = browser.post(&format!("{page}?/{action}"), &[&ada[..], &[provider]].concat()).await;
        answer.assert_refused(page, code).assert_shows(&["role=\"alert\""]);
        assert!(!is_signed_in(&mut browser).await, "{action}");
    }
    assert_eq!(backend.count("select count(*) from profiles").await, 0, "nor was an account made");
}

async fn offer_follows_the_project_and_survives_an_outage(backend: Backend) {
    const EVERY: Duration = Duration::from_millis(10);
    let (some, others) =
        (Offer { password: false, github: false, ..ALL }, Offer { code: false, google: false, sign_up: false, ..ALL });
    let mut browser = backend.browser();
    let fresh = tokio::spawn(backend.state().auth.keep_fresh(EVERY));
    backend.set(Setting::Offer(some)).await;
    until("the offer is shown", async || differences(&mut browser, some).await.is_empty()).await;

    // One generation announces it in an answer, the other in the database.
    backend.go_down().await;
    if !backend.is_stack() {
        backend.sql("revoke execute on function web.neon_auth_project(text) from web").await;
    }
    let before = backend.calls();
    until("it is asked again and again", async || backend.calls() >= before + 5).await;
    assert_eq!(differences(&mut browser, some).await, Vec::<String>::new(), "as it was said last");

    backend.come_back().await;
    if !backend.is_stack() {
        backend.sql("grant execute on function web.neon_auth_project(text) to web").await;
    }
    backend.set(Setting::Offer(others)).await;
    until("the other offer is shown", async || differences(&mut browser, others).await.is_empty()).await;
    fresh.abort();
}
