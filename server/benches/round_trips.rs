//! Measures how often a request waits for the database. A proxy in front of PostgreSQL delays each message to it by 20
//! ms, so the time of a request divided by that of a small query is its number of round trips.

#[expect(dead_code, unused_imports, reason = "tests use more of it")]
#[path = "../tests/support/mod.rs"]
mod support;
mod timing;

use http_server::config::PublicOrigin;
use http_server::state::AppState;
use sqlx::{Connection, PgConnection};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use support::{Browser, SESSION_COOKIE, SITE, TestApp, proxied};
use timing::ms;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const HELD: Duration = Duration::from_millis(20);
/// The number of requests before measuring, which open connections and prepare statements.
const WARM_UP: usize = 20;
const SAMPLES: usize = 15;

/// A change by a signed-in user. It is made once, since all requests have the same idempotency key.
const CHANGE: (&str, [(&str, &str); 2]) =
    ("/api/create_memo", [("body", "Measure"), ("idempotency_key", "0b06c9a2-1d1e-4c55-8d9a-000000000000")]);

#[tokio::main]
async fn main() {
    let app = TestApp::start().await;
    let member = app.signed_up("Ada").await;
    let cookie = member.cookie(SESSION_COOKIE).expect("a session").to_owned();

    let (origin, database) = behind_a_slow_proxy(&app).await;
    let one = round_trip(&database).await;
    let mut anonymous = Browser::new(&origin);
    let mut member = Browser::new(&origin);
    member.set_cookie(SESSION_COOKIE, &cookie);

    let idle = median(&mut anonymous, async |browser: &mut Browser| browser.get("/healthz").await).await;
    println!("a round trip to PostgreSQL takes {:.1} ms; a request without any takes {:.1} ms", ms(one), ms(idle));
    // Pages of single entries have no entry here.
    let public = SITE.features.iter().flat_map(|feature| feature.public).filter(|page| !page.contains('{'));
    for page in public {
        let took = median(&mut anonymous, async |browser: &mut Browser| browser.get(page).await).await;
        report(&format!("{page} (anonymous)"), took - idle, one);
    }
    let nav = SITE.features.iter().flat_map(|feature| feature.nav).map(|(page, _)| *page);
    for page in nav.chain(["/account"]) {
        let took = median(&mut member, async |browser: &mut Browser| browser.get(page).await).await;
        report(&format!("{page} (signed in)"), took - idle, one);
    }
    let (action, fields) = CHANGE;
    let took = median(&mut member, async |browser: &mut Browser| browser.post(action, &fields).await).await;
    report(&format!("{action} (signed in)"), took - idle, one);
}

/// Returns the median time of a prepared query that does nothing.
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

/// Starts the app once more, behind the slow proxy. Returns its origin and the URL of the proxied database.
async fn behind_a_slow_proxy(app: &TestApp) -> (String, String) {
    let url = proxied(&app.database.web_url, |client, target| async move {
        let server = TcpStream::connect(target).await.expect("PostgreSQL answers");
        client.set_nodelay(true).expect("a socket");
        server.set_nodelay(true).expect("a socket");
        let (from_client, mut to_client) = client.into_split();
        let (mut from_server, to_server) = server.into_split();
        tokio::spawn(hold(from_client, to_server));
        // Ends with the connection, which may break.
        tokio::io::copy(&mut from_server, &mut to_client).await.ok();
    })
    .await;

    let mut config = (*app.state.config).clone();
    config.database_url = url.as_str().into();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    config.public_origin = PublicOrigin::parse(&origin).expect("an origin");
    let state = AppState::new(config, SITE).expect("a usable configuration");
    tokio::spawn(async move { axum::serve(listener, cli::app(state)).await });
    (origin, url)
}

/// Forwards everything in order, each part `HELD` after it was received.
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

async fn median(browser: &mut Browser, request: impl AsyncFn(&mut Browser) -> support::Page) -> Duration {
    timing::median(browser, WARM_UP, SAMPLES, request).await
}

fn report(what: &str, took: Duration, round_trip: Duration) {
    println!("{what}: {:.1} ms, {:.2} round trips", ms(took), took.as_secs_f64() / round_trip.as_secs_f64());
}
