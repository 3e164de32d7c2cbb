//! Two servers on one database. People's requests go to either, and nobody notices.
//! It must not test what one server does by itself.

use crate::contract::side::{GRACE, decide, is_signed_in, leave};
use crate::support::{Browser, PASSWORD, Program, TestApp, Wanted};
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use url::Position;
use uuid::Uuid;

const DEVICES: &str = "Signed-in devices";

#[tokio::test]
async fn a_sign_in_that_begins_on_one_ends_on_the_other() {
    let app = TestApp::start().await;
    let second = app.another(&[]).await;
    let mut browser = app.browser();
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;

    let mut there = second.browser(&browser);
    let page = there.get(&back[Position::BeforePath..]).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut there).await);
    browser.set_cookie("session", there.cookie("session").expect("a session"));
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn devices_are_listed_on_both_and_an_ended_session_is_over_on_both_at_once() {
    let app = TestApp::start().await;
    let second = app.another(&[]).await;
    let mut laptop = app.signed_up("Ada").await;
    let mut phone = second.browser(&app.browser()).named("Mozilla/5.0 (Android 14; Mobile) Firefox/130.0");
    let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("return_to", "/account")];
    let page = phone.post_from("/sign-in", "/auth/sign-in", &fields).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");

    for browser in [&mut laptop, &mut phone] {
        let page = browser.get("/account").await;
        assert!(page.body.contains(DEVICES) && page.body.contains("Firefox"), "{}", page.body);
    }
    laptop.post_from("/account", "/auth/devices/end-others", &[]).await;
    assert!(!is_signed_in(&mut phone).await);
    assert!(is_signed_in(&mut second.browser(&laptop)).await);

    let mut copy = second.browser(&laptop);
    laptop.post("/auth/sign-out", &[]).await;
    assert!(!is_signed_in(&mut copy).await);
}

#[tokio::test]
async fn both_may_renew_the_same_token_at_once() {
    // Shorter than what is left when it is renewed: every request renews.
    let lifetime = Some(Duration::from_secs(20));
    let app = TestApp::with(Wanted { access_token_lifetime: lifetime, ..Wanted::default() }).await;
    let second = app.another(&[]).await;
    let mut here = app.signed_up("Ada").await;
    let mut there = second.browser(&here);
    for _ in 0..10 {
        let (one, other) = tokio::join!(here.get("/todos"), there.get("/todos"));
        assert_eq!((one.status, other.status), (StatusCode::OK, StatusCode::OK), "{one:?} {other:?}");
    }
    assert!(is_signed_in(&mut here).await && is_signed_in(&mut there).await);
}

/// Sends one todo to one of two servers until it is acknowledged. Returns how often nobody answered.
async fn add(client: &reqwest::Client, servers: &[String; 2], first: usize, session: &str, task: &str) -> usize {
    let fields = [("submission", Uuid::new_v4().to_string()), ("task", task.to_owned())];
    for attempt in 0.. {
        let address = &servers[(first + attempt) % 2];
        let request = client.post(format!("http://{address}/api/create_todo")).form(&fields);
        let request = request.header("accept", "application/json").header("sec-fetch-site", "same-origin");
        match request.header("cookie", format!("session={session}")).send().await {
            Ok(answer) if answer.status() == StatusCode::OK => return attempt,
            // As a load balancer, or a person who presses the button again: the submission is the same.
            Err(_) => assert!(attempt < 4, "neither answers"),
            Ok(answer) => panic!("{} from {address}", answer.status()),
        }
    }
    unreachable!()
}

#[tokio::test]
async fn when_one_is_killed_nothing_that_was_acknowledged_is_lost() {
    const TASKS: usize = 8;
    const EACH: usize = 15;
    let app = TestApp::start().await;
    let ada = app.signed_up("Ada").await;
    let session = ada.cookie("session").expect("a session").to_owned();
    let mut variables: BTreeMap<&str, String> = app.variables.clone();
    variables.insert("LEPTOS_SITE_ROOT", crate::http::variables()["LEPTOS_SITE_ROOT"].clone());
    let (doomed, survivor) = tokio::join!(Program::start(variables.clone()), Program::start(variables));
    for program in [&doomed, &survivor] {
        program.until_status("/readyz", "200").await;
    }

    let servers = Arc::new([doomed.address.clone(), survivor.address.clone()]);
    let (acknowledged, unanswered) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut writers = Vec::new();
    for writer in 0..TASKS {
        let (servers, session) = (servers.clone(), session.clone());
        let (acknowledged, unanswered) = (acknowledged.clone(), unanswered.clone());
        writers.push(tokio::spawn(async move {
            let client = reqwest::Client::new();
            for number in 0..EACH {
                let lost = add(&client, &servers, writer + number, &session, &format!("{writer}-{number}")).await;
                unanswered.fetch_add(lost, Ordering::Relaxed);
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    while acknowledged.load(Ordering::Relaxed) < TASKS * EACH / 4 {
        tokio::task::yield_now().await;
    }
    doomed.signal("KILL").await;
    for writer in writers {
        writer.await.expect("every write is acknowledged, and no answer is an error");
    }
    assert!(unanswered.load(Ordering::Relaxed) > 0, "it was killed in the middle");

    let tasks: i64 = sqlx::query_scalar("select count(distinct task) from todos")
        .fetch_one(&app.database.superuser)
        .await
        .expect("a count");
    assert_eq!(usize::try_from(tasks), Ok(TASKS * EACH));
    let mut browser = Browser::new(&format!("http://{}", survivor.address));
    browser.set_cookie("session", &session);
    assert!(is_signed_in(&mut browser).await);
}
