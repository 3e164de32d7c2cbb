//! Measures how much of the throughput of axum and sqlx remains for the signed-in todos page, and what the server uses
//! for it.
//!
//! Two programs serve the same 20 rows, in turn and pinned to one core: the release server, and a hand-written handler
//! that runs the same transaction and formats a string. PostgreSQL and the load run on the other core.

#[expect(dead_code, unused_imports, reason = "tests use more of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use axum::serve::ListenerExt;
use secrecy::ExposeSecret;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};
use std::fmt::{self, Display, Formatter};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};
use support::{NeonAuthStandIn, SESSION_COOKIE, TestApp, free_port};
use tokio::net::TcpListener;

const ROWS: usize = 20;
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() {
    if let Ok(port) = env::var("BENCH_BASELINE_PORT") {
        return baseline(port.parse().expect("a port")).await;
    }
    // Without the stand-ins of local mode, which observe every statement.
    let binary = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy/release/server");
    assert!(binary.is_file(), "make it first: cargo xtask release");

    let (app, mut ada) = TestApp::with_user("Ada").await;
    for row in 0..ROWS {
        let idempotency_key = format!("0b06c9a2-1d1e-4c55-8d9a-{row:012x}");
        let task = format!("Something that takes a line, number {row}");
        ada.post("/api/create_todo", &[("task", &task), ("idempotency_key", &idempotency_key)]).await;
    }
    let cookie = format!("{SESSION_COOKIE}={}", ada.cookie(SESSION_COOKIE).expect("a session"));
    let user: String = app.database.value("select user_id::text from todos limit 1").await;

    // This process and PostgreSQL on one core, the servers on the other.
    pin("1", std::process::id());
    let processes = "select pid from pg_stat_activity
        union select pg_backend_pid()
        union select (regexp_match(pg_read_file('postmaster.pid'), '^[0-9]+'))[1]::int";
    for process in app.database.values::<i32>(processes).await {
        pin("1", process.unsigned_abs());
    }

    let port = free_port();
    let variables = [
        ("DATABASE_URL", app.database.web_url.clone()),
        ("PUBLIC_ORIGIN", app.origin.clone()),
        ("SESSION_KEY", app.state.config.session_key.expose_secret().to_owned()),
        ("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}")),
        ("DATABASE_CONNECTIONS", "10".to_owned()),
        ("SESSION_DATABASE_CONNECTIONS", "5".to_owned()),
        ("RUST_LOG", "warn".to_owned()),
    ];
    let started = Instant::now();
    let server = Program::start(&binary, variables.into_iter().chain(app.neon_auth.variables()));
    let url = format!("http://127.0.0.1:{port}/todos");
    wait_for(&format!("http://127.0.0.1:{port}/healthz")).await;
    assert!(ask(&reqwest::Client::new(), &url, &cookie).await.contains("number 19"), "the page shows the rows");
    println!("start to first answered page: {} ms", started.elapsed().as_millis());

    let baseline_port = free_port();
    let baseline = Program::start(
        &env::current_exe().expect("this program"),
        [
            ("BENCH_BASELINE_PORT", baseline_port.to_string()),
            ("BENCH_DATABASE", app.database.web_url.clone()),
            ("BENCH_USER", user),
        ],
    );
    let baseline_url = format!("http://127.0.0.1:{baseline_port}/");
    wait_for(&baseline_url).await;

    let (mut ours, mut theirs) = (Best::default(), Best::default());
    for _ in 0..ROUNDS {
        ours.keep(&server, load(&url, &cookie)).await;
        theirs.keep(&baseline, load(&baseline_url, &cookie)).await;
    }
    println!("todos page, {ROWS} rows, {CONNECTIONS} connections: {ours}");
    println!("hand-written handler, the same rows and transaction: {theirs}");
    println!("ratio of requests/s: {:.2}", ours.rate / theirs.rate);
    println!("ratio of requests per second of processor time: {:.2}", theirs.processor / ours.processor);
    println!("memory of the server after the load: {:.1} MB", server.resident_megabytes());
    drop(baseline);
}

/// Serves the page with the least code by hand.
async fn baseline(port: u16) {
    #[expect(clippy::disallowed_methods, reason = "what the app's database layer is compared with")]
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .test_before_acquire(false)
        .connect(&env::var("BENCH_DATABASE").expect("a URL"))
        .await
        .expect("the database answers");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    let listener = listener.tap_io(|socket| socket.set_nodelay(true).expect("a socket"));
    let claims =
        hex::encode(format!(r#"{{"sub":"{}","role":"authenticated"}}"#, env::var("BENCH_USER").expect("a user")));
    let begin = format!(
        "begin; select set_config('request.jwt.claims', convert_from(decode('{claims}', 'hex'), 'UTF8'), true), set_config('role', 'authenticated', true)"
    );
    axum::serve(listener, Router::new().route("/", get(rows)).with_state((pool, begin))).await.expect("it serves");
}

/// The query of the page (`list_todos` of the store), also as one statement.
const LISTED: &str = "
    select
        (select count(*) from todos where completed_at is null and deleted_at is null),
        (select count(*) from todos where completed_at is not null and deleted_at is null),
        page.id, page.task, page.is_done
    from (
        select id, task, completed_at is not null as is_done from todos
        where deleted_at is null order by id desc limit 101
    ) as page
    order by page.id desc";

async fn rows(State((pool, begin)): State<(PgPool, String)>) -> Html<String> {
    #[expect(clippy::disallowed_methods, reason = "what the app's database layer is compared with")]
    let mut transaction = pool.begin_with(AssertSqlSafe(begin)).await.expect("a transaction");
    let todos: Vec<(i64, i64, i64, String, bool)> =
        sqlx::query_as(LISTED).fetch_all(&mut *transaction).await.expect("rows");
    let (open, done) = todos.first().map_or((0, 0), |(open, done, ..)| (*open, *done));
    let mut page = format!("<!DOCTYPE html><p>{open} open, {done} done</p><ul>");
    for (_, _, id, task, done) in todos {
        page += &format!("<li id=\"{id}\" data-done=\"{done}\">{task}</li>");
    }
    Html(page + "</ul>")
}

struct Program(Child);

impl Program {
    fn start(program: &Path, variables: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program).env_clear().envs(variables).stdout(Stdio::null());
        Self(command.spawn().expect("taskset (Debian: util-linux) starts it"))
    }

    /// Returns the processor time of all threads, in user and kernel code, in seconds.
    fn processor_seconds(&self) -> f64 {
        let line = fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("Linux");
        let (_, fields) = line.rsplit_once(')').expect("a name");
        let ticks = |field: usize| fields.split_whitespace().nth(field).and_then(|ticks| ticks.parse::<f64>().ok());
        // proc(5): fields 14 and 15, in hundredths of a second.
        (ticks(11).expect("a time") + ticks(12).expect("a time")) / 100.0
    }

    fn resident_megabytes(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a size");
        line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<f64>().ok()).expect("a number") / 1_000.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn pin(core: &str, process: u32) {
    Command::new("taskset")
        .args(["-a", "-c", "-p", core, &process.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok();
}

async fn wait_for(url: &str) {
    for _ in 0..2_000 {
        if reqwest::get(url).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{url} does not answer");
}

async fn ask(client: &reqwest::Client, url: &str, cookie: &str) -> String {
    let answer =
        client.get(url).header("cookie", cookie).header("accept", "text/html").send().await.expect("an answer");
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.text().await.expect("a whole body")
}

/// Returns the requests per second over kept-alive connections.
async fn load(url: &str, cookie: &str) -> f64 {
    let began = Instant::now();
    let workers = (0..CONNECTIONS).map(|_| {
        let (url, cookie) = (url.to_owned(), cookie.to_owned());
        tokio::spawn(async move {
            let client = reqwest::Client::builder().tcp_nodelay(true).build().expect("a client");
            let mut answered = 0;
            while began.elapsed() < ROUND {
                ask(&client, &url, &cookie).await;
                answered += 1;
            }
            answered
        })
    });
    let mut answered = 0;
    for worker in workers.collect::<Vec<_>>() {
        answered += worker.await.expect("a worker");
    }
    f64::from(answered) / began.elapsed().as_secs_f64()
}

/// The best of several rounds. Other programs may use the machine, which affects the processor time less.
struct Best {
    /// The requests per second.
    rate: f64,
    /// The processor time of one request, in seconds.
    processor: f64,
}

impl Default for Best {
    fn default() -> Self {
        Self { rate: 0.0, processor: f64::INFINITY }
    }
}

impl Best {
    async fn keep(&mut self, program: &Program, round: impl Future<Output = f64>) {
        let (began, before) = (Instant::now(), program.processor_seconds());
        let rate = round.await;
        let answered = rate * began.elapsed().as_secs_f64();
        self.rate = self.rate.max(rate);
        self.processor = self.processor.min((program.processor_seconds() - before) / answered);
    }
}

impl Display for Best {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} requests/s, {:.0} µs of processor time each", self.rate, self.processor * 1e6)
    }
}
