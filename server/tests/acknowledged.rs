//! Acknowledged writes are never lost: not when a server is killed, and not when its database restarts.

use crate::belongings::{Belongings, FEATURES};
use crate::contract::flows::is_signed_in;
use crate::outages::until;
use crate::support::program::PATIENCE;
use crate::support::{Browser, Line, Program, SESSION_COOKIE, Shape, TestApp, TestCluster, TestDatabase, Wanted};
use http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// The feature whose form is sent.
const ONE: &Belongings = &FEATURES[0];

/// Returns the fields of the form, with this text in the first.
fn form(text: &str) -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> = ONE.form.1.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    text.clone_into(&mut fields[0].1);
    fields.push(("idempotency_key", Uuid::new_v4().to_string()));
    fields
}

/// Returns the number of rows, and of distinct texts.
async fn there(database: &PgPool) -> (i64, i64) {
    let (text, _) = ONE.form.1[0];
    let counts = AssertSqlSafe(format!("select count(*), count(distinct {text}) from {}", ONE.table));
    sqlx::query_as(counts).fetch_one(database).await.expect("counts")
}

/// Sends the form to two servers in turn until one acknowledges it. Returns the number of failed attempts.
async fn add(client: &reqwest::Client, servers: &[String; 2], first: usize, session: &str, text: &str) -> usize {
    let fields = form(text);
    for attempt in 0.. {
        let address = &servers[(first + attempt) % 2];
        let request = client.post(format!("http://{address}{}", ONE.function())).form(&fields);
        let request = request.header("accept", "application/json").header("sec-fetch-site", "same-origin");
        match request.header("cookie", format!("{SESSION_COOKIE}={session}")).send().await {
            Ok(answer) if answer.status() == StatusCode::OK => return attempt,
            // Retries like a load balancer or a user, with the same idempotency key.
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
    let session = ada.cookie(SESSION_COOKIE).expect("a session").to_owned();
    let mut variables: BTreeMap<&str, String> = app.variables.clone();
    variables.insert("LEPTOS_SITE_ROOT", crate::http::variables()["LEPTOS_SITE_ROOT"].clone());
    let (doomed, survivor) =
        tokio::join!(Program::start_with_feature(variables.clone()), Program::start_with_feature(variables));
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

    let (all, texts) = there(&app.database.superuser).await;
    assert_eq!((usize::try_from(all), usize::try_from(texts)), (Ok(TASKS * EACH), Ok(TASKS * EACH)));
    let mut browser = Browser::new(&format!("http://{}", survivor.address));
    browser.set_cookie(SESSION_COOKIE, &session);
    assert!(is_signed_in(&mut browser).await);
}

/// Clients that keep sending the form, and retry when an answer asks for it.
struct Writers {
    tasks: Vec<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicUsize>,
}

impl Writers {
    const COUNT: usize = 6;

    fn start(address: &str, session: &str) -> Self {
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let tasks = (0..Self::COUNT).map(|writer| {
            let (url, cookie) = (format!("{address}{}", ONE.function()), format!("{SESSION_COOKIE}={session}"));
            let (stop, acknowledged) = (stop.clone(), acknowledged.clone());
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    let fields = form(&format!("{writer}-{number}"));
                    loop {
                        let request = client.post(&url).form(&fields).header("cookie", &cookie);
                        let request = request.header("accept", "application/json");
                        let answer = request.header("sec-fetch-site", "same-origin").send().await;
                        match answer.expect("the server itself is well").status() {
                            StatusCode::OK => break,
                            StatusCode::SERVICE_UNAVAILABLE => {}
                            status => panic!("{status}"),
                        }
                    }
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                    number += 1;
                }
            })
        });
        Self { tasks: tasks.collect(), stop, acknowledged }
    }

    /// Waits until this many more writes are acknowledged.
    async fn go_on(&self) {
        let before = self.acknowledged.load(Ordering::Relaxed);
        let more = async {
            while self.acknowledged.load(Ordering::Relaxed) < before + 2 * Self::COUNT {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, more).await.expect("writes come through");
    }

    /// Stops the clients, and checks that each acknowledged write is there once and nothing else is.
    async fn end(self, database: &PgPool) {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("every answer is a success, or says to try again");
        }
        let acknowledged = i64::try_from(self.acknowledged.load(Ordering::Relaxed)).expect("a number");
        assert_eq!(there(database).await, (acknowledged, acknowledged));
    }
}

#[tokio::test]
async fn connections_that_break_under_load_lose_nothing_that_was_acknowledged() {
    let app = TestApp::start().await;
    let line = Line::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &line.url), ("DATABASE_ACQUIRE_SECONDS", "2")]).await;
    let ada = app.signed_up("Ada").await;
    let writers = Writers::start(&server.address, ada.cookie(SESSION_COOKIE).expect("a session"));
    let mut visitor = server.browser(&app.browser());
    for _ in 0..3 {
        writers.go_on().await;
        line.cut();
        until(&mut visitor, "/readyz", StatusCode::SERVICE_UNAVAILABLE).await;
        line.open();
        until(&mut visitor, "/readyz", StatusCode::OK).await;
    }
    writers.go_on().await;
    writers.end(&app.database.superuser).await;
}

/// Covers a restart of PostgreSQL as for an update (INT), and one as after a crash (QUIT).
#[tokio::test]
async fn when_postgresql_restarts_nothing_that_was_acknowledged_is_lost() {
    let cluster = TestCluster::alone().await;
    let database = TestDatabase::on(&cluster, Shape::SyncUuid).await;
    let app = TestApp::on(database, Wanted::default()).await;
    let ada = app.signed_up("Ada").await;
    let session = ada.cookie(SESSION_COOKIE).expect("a session").to_owned();
    let writers = Writers::start(&app.origin, &session);
    for signal in ["INT", "QUIT"] {
        writers.go_on().await;
        cluster.restart(signal).await;
        until(&mut app.browser(), "/readyz", StatusCode::OK).await;
        until(&mut app.browser(), "/", StatusCode::OK).await;
    }
    writers.go_on().await;
    writers.end(&app.database.superuser).await;
    let mut browser = app.browser();
    browser.set_cookie(SESSION_COOKIE, &session);
    assert!(is_signed_in(&mut browser).await);
    drop(app);
    cluster.stop().await;
}
