//! How often a request waits for the database. A proxy in front of PostgreSQL holds every message to it for 20 ms, so
//! the time of a request, divided by that of one small query, is the number of round trips that it awaits.

#[expect(dead_code, unused_imports, reason = "tests use more of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use server::config::PublicOrigin;
use server::state::AppState;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use support::{Browser, SESSION_COOKIE, SITE, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const HELD: Duration = Duration::from_millis(20);
/// The first requests open connections and prepare statements.
const WARM_UP: usize = 20;
const SAMPLES: usize = 15;

/// What is there before: a table, the form that adds one, and its fields.
const THERE: &[(&str, &str, Fields)] = &[
    // One line for each table.
    ("todos", "/api/create_todo", &[("task", "Measure")]),
    ("posts", "/api/create_post", &[("title", "Figures"), ("content", "Twenty.")]),
];

/// What a visitor asks for. The name of a table in braces is the id of its newest row.
const BY_A_VISITOR: &[&str] = &[
    // One line for each page.
    "/",
    "/posts/{posts}",
];

/// What somebody asks for who is signed in, with the fields of a form.
const BY_A_MEMBER: &[(&str, Fields)] = &[
    // One line for each request.
    ("/account", &[]),
    ("/todos", &[]),
    ("/posts/{posts}", &[]),
    ("/api/set_todo_done", &[("id", "{todos}"), ("done", "true")]),
    ("/api/clear_done", &[]),
];

type Fields = &'static [(&'static str, &'static str)];

#[tokio::main]
async fn main() {
    let app = TestApp::start().await;
    let mut member = app.signed_up("Ada").await;
    let cookie = member.cookie(SESSION_COOKIE).expect("a session").to_owned();
    let mut ids = Vec::new();
    for (table, action, fields) in THERE {
        let fields = [*fields, &[("submission", "0b06c9a2-1d1e-4c55-8d9a-000000000000")]].concat();
        member.post(action, &fields).await;
        let newest = AssertSqlSafe(format!("select max(id) from {table}"));
        let id: i64 = sqlx::query_scalar(newest).fetch_one(&app.database.superuser).await.expect("it is there");
        ids.push((format!("{{{table}}}"), id.to_string()));
    }
    let filled = |text: &str| ids.iter().fold(text.to_owned(), |text, (place, id)| text.replace(place, id));

    let (origin, database) = behind_a_slow_proxy(&app).await;
    let one = round_trip(&database).await;
    let mut visitor = Browser::new(&origin);
    let mut member = Browser::new(&origin);
    member.set_cookie(SESSION_COOKIE, &cookie);

    let idle = median(&mut visitor, async |browser: &mut Browser| browser.get("/healthz").await).await;
    println!("a round trip to PostgreSQL takes {:.1} ms; a request without any takes {:.1} ms", ms(one), ms(idle));
    for what in BY_A_VISITOR {
        let path = filled(what);
        let took = median(&mut visitor, async |browser: &mut Browser| browser.get(&path).await).await;
        report(&format!("{what} (visitor)"), took - idle, one);
    }
    for (what, fields) in BY_A_MEMBER {
        let path = filled(what);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, filled(value))).collect();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let took = median(&mut member, async |browser: &mut Browser| {
            if path.starts_with("/api/") { browser.post(&path, &fields).await } else { browser.get(&path).await }
        });
        report(&format!("{what} (signed in)"), took.await - idle, one);
    }
}

/// A prepared query that does nothing.
async fn round_trip(database: &str) -> Duration {
    let mut connection = PgConnection::connect(database).await.expect("the database answers");
    let mut samples = Vec::new();
    for _ in 0..WARM_UP {
        let before = Instant::now();
        sqlx::query("select 1").execute(&mut connection).await.expect("an answer");
        samples.push(before.elapsed());
    }
    samples.sort();
    samples[WARM_UP / 2]
}

/// The same app once more, with the slow proxy between it and its database. Returns its origin and that database.
async fn behind_a_slow_proxy(app: &TestApp) -> (String, String) {
    let mut url: url::Url = app.database.web_url.parse().expect("a URL");
    let target = (Ipv4Addr::LOCALHOST, url.port().expect("a port"));
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    url.set_port(Some(proxy.local_addr().expect("an address").port())).expect("a port");
    tokio::spawn(async move {
        while let Ok((client, _)) = proxy.accept().await {
            let server = TcpStream::connect(target).await.expect("PostgreSQL answers");
            client.set_nodelay(true).expect("a socket");
            server.set_nodelay(true).expect("a socket");
            let (from_client, mut to_client) = client.into_split();
            let (mut from_server, to_server) = server.into_split();
            tokio::spawn(hold(from_client, to_server));
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        }
    });

    let mut config = (*app.state.config).clone();
    config.database_url = url.as_str().into();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    config.public_origin = PublicOrigin::parse(&origin).expect("an origin");
    let state = AppState::new(config, SITE).expect("a usable configuration");
    tokio::spawn(async move { axum::serve(listener, server::app(state)).await });
    (origin, url.into())
}

/// Delivers everything in order, each part `HELD` after it came.
async fn hold(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let (parts, mut waiting) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((came, part)) = waiting.recv().await {
            tokio::time::sleep_until((came + HELD).into()).await;
            if to.write_all(&part).await.is_err() {
                return;
            }
        }
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if parts.send((Instant::now(), buffer[..length].to_vec())).is_err() {
            return;
        }
    }
}

async fn median(browser: &mut Browser, ask: impl AsyncFn(&mut Browser) -> support::Page) -> Duration {
    let mut samples = Vec::new();
    for turn in 0..WARM_UP + SAMPLES {
        let before = Instant::now();
        let page = ask(browser).await;
        let took = before.elapsed();
        assert!(page.status.is_success() || page.status.is_redirection(), "{page:?}");
        if turn >= WARM_UP {
            samples.push(took);
        }
    }
    samples.sort();
    samples[SAMPLES / 2]
}

fn report(what: &str, took: Duration, round_trip: Duration) {
    println!("{what}: {:.1} ms, {:.2} round trips", ms(took), took.as_secs_f64() / round_trip.as_secs_f64());
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
