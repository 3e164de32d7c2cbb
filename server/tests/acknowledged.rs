//! What a server has acknowledged is never lost: not when it is killed, and not when its database restarts under it.
//! It must not say how pages look meanwhile.

use crate::contract::side::is_signed_in;
use crate::outages::until;
use crate::support::{Browser, Line, Program, TestApp};
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

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

#[tokio::test]
async fn restarts_under_load_lose_nothing_that_was_acknowledged() {
    const WRITERS: usize = 6;
    const EACH: usize = 20;
    let app = TestApp::start().await;
    let line = Line::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &line.url), ("DATABASE_ACQUIRE_SECONDS", "2")]).await;
    let ada = app.signed_up("Ada").await;
    let session = ada.cookie("session").expect("a session").to_owned();

    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (url, session) = (format!("{}/api/create_todo", server.address), session.clone());
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                for number in 0..EACH {
                    let task = format!("{writer}-{number}");
                    let fields = [("submission", Uuid::new_v4().to_string()), ("task", task)];
                    loop {
                        let request = client.post(&url).form(&fields).header("cookie", format!("session={session}"));
                        let request = request.header("accept", "application/json");
                        let answer = request.header("sec-fetch-site", "same-origin").send().await;
                        match answer.expect("the server itself is well").status() {
                            StatusCode::OK => break,
                            // The same submission once more, as the page does.
                            StatusCode::SERVICE_UNAVAILABLE => {}
                            status => panic!("{status}"),
                        }
                    }
                }
            })
        })
        .collect();
    let mut visitor = server.browser(&app.browser());
    for _ in 0..3 {
        line.cut();
        until(&mut visitor, "/readyz", StatusCode::SERVICE_UNAVAILABLE).await;
        line.open();
        until(&mut visitor, "/readyz", StatusCode::OK).await;
    }
    for writer in writers {
        writer.await.expect("every answer is a success, or says to try again");
    }
    let tasks: (i64, i64) = sqlx::query_as("select count(*), count(distinct task) from todos")
        .fetch_one(&app.database.superuser)
        .await
        .expect("a count");
    assert_eq!(tasks, ((WRITERS * EACH) as i64, (WRITERS * EACH) as i64));
}
