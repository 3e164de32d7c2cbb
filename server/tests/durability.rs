//! Acknowledged writes are never lost: not when a server is killed, and not when its database restarts.

use crate::contract::flows::is_signed_in;
use crate::outages::until_status;
use crate::support::{
    AppOptions, Browser, DatabaseProxy, Program, SESSION_COOKIE, SHAPE, TestApp, TestCluster, TestDatabase, until,
};
use crate::user_data::{FEATURES, UserData};
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// The feature whose form is sent.
const ONE: &UserData = &FEATURES[0];

/// Clients that keep sending the form, each to the servers in turn. After a lost answer, and after one that asks for
/// it, they retry like a load balancer or a user, with the same idempotency key.
struct Writers {
    tasks: Vec<JoinHandle<()>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    acknowledged: AtomicUsize,
    unanswered: AtomicUsize,
    unavailable: AtomicUsize,
    stop: AtomicBool,
}

impl Writers {
    const COUNT: usize = 6;

    fn start(origins: &[&str], session: &str) -> Self {
        let counts = Arc::<Counts>::default();
        let tasks = (0..Self::COUNT).map(|writer| {
            let urls: Vec<String> = origins.iter().map(|origin| format!("{origin}{}", ONE.function())).collect();
            tokio::spawn(write(writer, urls, format!("{SESSION_COOKIE}={session}"), counts.clone()))
        });
        Self { tasks: tasks.collect(), counts }
    }

    /// Waits until more writes are acknowledged.
    async fn until_more_writes(&self) {
        let acknowledged = || self.counts.acknowledged.load(Ordering::Relaxed);
        let enough = acknowledged() + 5 * Self::COUNT;
        until("writes come through", async || acknowledged() >= enough).await;
    }

    /// Stops the clients, and checks that each acknowledged write is there once and nothing else is. Returns how many
    /// requests had no answer, and how many the answer to try again.
    async fn stop(self, database: &TestDatabase) -> (usize, usize) {
        self.counts.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("every answer is a success, or says to try again");
        }
        let acknowledged = i64::try_from(self.counts.acknowledged.load(Ordering::Relaxed)).expect("a number");
        let (text, _) = ONE.form.1[0];
        let counts = format!("select count(*), count(distinct {text}) from {}", ONE.table);
        assert_eq!(database.rows::<(i64, i64)>(&counts).await, [(acknowledged, acknowledged)]);
        (self.counts.unanswered.load(Ordering::Relaxed), self.counts.unavailable.load(Ordering::Relaxed))
    }
}

async fn write(writer: usize, urls: Vec<String>, cookie: String, counts: Arc<Counts>) {
    let client = reqwest::Client::new();
    let mut number = 0;
    while !counts.stop.load(Ordering::Relaxed) {
        let mut fields: Vec<_> = ONE.form.1.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        fields[0].1 = format!("{writer}-{number}");
        fields.push(("idempotency_key", Uuid::new_v4().to_string()));
        let mut unanswered = 0;
        loop {
            let request = client.post(&urls[(writer + number + unanswered) % urls.len()]).form(&fields);
            let request = request.header("accept", "application/x-postcard").header("sec-fetch-site", "same-origin");
            match request.header("cookie", &cookie).send().await.map(|answer| answer.status()) {
                Ok(StatusCode::OK) => break,
                Ok(StatusCode::SERVICE_UNAVAILABLE) => {
                    counts.unavailable.fetch_add(1, Ordering::Relaxed);
                }
                Ok(status) => panic!("{status}"),
                Err(_) => unanswered += 1,
            }
            assert!(unanswered < 4, "no server answers");
        }
        counts.acknowledged.fetch_add(1, Ordering::Relaxed);
        counts.unanswered.fetch_add(unanswered, Ordering::Relaxed);
        number += 1;
    }
}

#[tokio::test]
async fn no_acknowledged_write_is_lost_when_a_server_is_killed() {
    let (app, ada) = TestApp::with_user("Ada").await;
    let session = ada.cookie(SESSION_COOKIE).expect("a session").to_owned();
    let mut variables: BTreeMap<&str, String> = app.variables.clone();
    variables.insert("LEPTOS_SITE_ROOT", crate::http::variables()["LEPTOS_SITE_ROOT"].clone());
    let (doomed, survivor) =
        tokio::join!(Program::start_with_feature(variables.clone()), Program::start_with_feature(variables));
    for program in [&doomed, &survivor] {
        program.until_status("/readyz", "200").await;
    }

    let [first, second] = [&doomed, &survivor].map(|program| format!("http://{}", program.address));
    let writers = Writers::start(&[&first, &second], &session);
    writers.until_more_writes().await;
    doomed.signal("KILL").await;
    writers.until_more_writes().await;
    let (unanswered, unavailable) = writers.stop(&app.database).await;
    assert!(unanswered > 0, "it was killed in the middle");
    assert_eq!(unavailable, 0, "no answer is an error");
    let mut browser = Browser::new(&second);
    browser.set_cookie(SESSION_COOKIE, &session);
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn no_acknowledged_write_is_lost_when_connections_break() {
    let (app, ada) = TestApp::with_user("Ada").await;
    let proxy = DatabaseProxy::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &proxy.url), ("DATABASE_ACQUIRE_SECONDS", "2")]).await;
    let writers = Writers::start(&[&server.address], ada.cookie(SESSION_COOKIE).expect("a session"));
    let mut browser = server.browser(&app.browser());
    for _ in 0..3 {
        writers.until_more_writes().await;
        proxy.cut();
        until_status(&mut browser, "/readyz", StatusCode::SERVICE_UNAVAILABLE).await;
        proxy.open();
        until_status(&mut browser, "/readyz", StatusCode::OK).await;
    }
    writers.until_more_writes().await;
    assert_eq!(writers.stop(&app.database).await.0, 0, "the server answers");
}

/// Covers a restart of PostgreSQL as for an update (INT), and one as after a crash (QUIT).
#[tokio::test]
async fn no_acknowledged_write_is_lost_when_postgresql_restarts() {
    let cluster = TestCluster::alone().await;
    let database = TestDatabase::on(&cluster, SHAPE).await;
    let app = TestApp::on(database, AppOptions::default()).await;
    let ada = app.signed_up("Ada").await;
    let session = ada.cookie(SESSION_COOKIE).expect("a session").to_owned();
    let writers = Writers::start(&[&app.origin], &session);
    for signal in ["INT", "QUIT"] {
        writers.until_more_writes().await;
        cluster.restart(signal).await;
        until_status(&mut app.browser(), "/readyz", StatusCode::OK).await;
        until_status(&mut app.browser(), "/", StatusCode::OK).await;
    }
    writers.until_more_writes().await;
    assert_eq!(writers.stop(&app.database).await.0, 0, "the server answers");
    let mut browser = app.browser();
    browser.set_cookie(SESSION_COOKIE, &session);
    assert!(is_signed_in(&mut browser).await);
    drop(app);
    cluster.stop().await;
}
