//! The spans that a collector receives, and the server without a collector. Each server is a process, since a
//! subscriber belongs to one.

use crate::support::{PASSWORD, Program, SESSION_COOKIE, Server, TestApp};
use crate::user_data::{FEATURES, UserData};
use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use request::form::key_of;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use uuid::Uuid;

/// The trace id that a client sends.
const THEIRS: &str = "0af7651916cd43dd8448eb211c80319c";

/// A collector that accepts everything.
struct Collector {
    server: Server,
    received: Arc<Mutex<Vec<Bytes>>>,
}

impl Collector {
    async fn start() -> Self {
        let received = Arc::<Mutex<Vec<Bytes>>>::default();
        let taking = received.clone();
        let app = Router::new().route(
            "/v1/traces",
            post(move |body: Bytes| {
                taking.lock().unwrap().push(body);
                std::future::ready(())
            }),
        );
        Self { server: Server::of(app).await, received }
    }

    fn resource_spans(&self) -> Vec<ResourceSpans> {
        let received = self.received.lock().unwrap();
        let requests = received.iter().map(|body| ExportTraceServiceRequest::decode(body.as_ref()).expect("OTLP"));
        requests.flat_map(|request| request.resource_spans).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let scopes = self.resource_spans().into_iter().flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }

    fn contains(&self, text: &str) -> bool {
        let received = self.received.lock().unwrap();
        received.iter().any(|body| body.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref() {
        Some(AnyValue { value: Some(Value::StringValue(text)) }) => Some(text.clone()),
        Some(AnyValue { value: Some(Value::IntValue(number)) }) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the variables of a deployment, for a process that sends its traces to `endpoint`.
fn variables(app: &TestApp, endpoint: &str, more: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    let mut variables = app.variables.clone();
    variables.extend([
        ("LEPTOS_SITE_ROOT", crate::http::variables()["LEPTOS_SITE_ROOT"].clone()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.to_owned()),
        ("OTEL_SERVICE_NAME", "eyes".to_owned()),
        // Spans are sent at the end only.
        ("OTEL_BSP_SCHEDULE_DELAY", "600000".to_owned()),
    ]);
    variables.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    variables
}

#[tokio::test]
async fn traces_contain_requests_and_database_work_without_user_data() {
    check(FEATURES).await;
}

/// Sends the forms of these features, and checks the spans that a collector receives.
pub async fn check(features: &[UserData]) {
    let (app, ada) = TestApp::with_user("Ada").await;
    let collector = Collector::start().await;
    let session = ada.cookie(SESSION_COOKIE).expect("a session").to_owned();
    let mut program = Program::start_with_feature(variables(&app, &collector.server.origin, &[])).await;
    let base = format!("http://{}", program.address);
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let sent = |request: reqwest::RequestBuilder| {
        let request = request.header("cookie", format!("{SESSION_COOKIE}={session}")).header("origin", &app.origin);
        let request = request.header("traceparent", format!("00-{THEIRS}-b7ad6b7169203331-01"));
        async move { request.header("accept", "text/html").send().await.expect("an answer") }
    };

    for UserData { form: (action, fields), .. } in features {
        let idempotency_key = Uuid::new_v4().to_string();
        // A date has to stay one.
        let is_date = |value: &str| value.starts_with(|first: char| first.is_ascii_digit());
        let marked = |value: &str| if is_date(value) { value.to_owned() } else { format!("hunter2-{value}") };
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (*name, marked(value))).collect();
        fields.push(("idempotency_key", idempotency_key));
        let answer = sent(client.post(format!("{base}{action}")).form(&fields)).await;
        assert!(!answer.headers()["location"].to_str().expect("text").starts_with("/sign-in"), "{action}: {answer:?}");
    }
    let page = sent(client.get(format!("{base}/account/delete?show=hunter2-query"))).await;
    assert_eq!(page.status(), 200);
    let id = page.headers()["x-request-id"].to_str().expect("text").to_owned();
    sent(client.get(format!("{base}/hunter2-nowhere"))).await;
    let login = [("email", "ada@example.com"), ("password", "hunter2-password")];
    sent(client.post(format!("{base}/sign-in?/password")).form(&login)).await;
    assert!(collector.spans().is_empty(), "nothing was due yet");
    program.stop().await;

    for spans in collector.resource_spans() {
        let resource = spans.resource.unwrap_or_default();
        assert_eq!(text(&resource.attributes, "service.name").as_deref(), Some("eyes"));
    }
    let spans = collector.spans();
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("{name}: {names:?}"));
    let request = named("GET /account/delete");
    assert_eq!(text(&request.attributes, "http.route").as_deref(), Some("/account/delete"));
    assert_eq!(text(&request.attributes, "http.response.status_code").as_deref(), Some("200"));
    assert_eq!(text(&request.attributes, "request.id").as_deref(), Some(id.as_str()));
    assert!(request.parent_span_id.is_empty(), "a client's trace is not its parent");
    let theirs = hex::decode(THEIRS).expect("digits");
    assert!(spans.iter().all(|span| span.trace_id != theirs));
    for work in ["load session", "begin"] {
        let below = spans.iter().any(|span| span.name == work && span.trace_id == request.trace_id);
        assert!(below, "{work}: {names:?}");
    }
    for UserData { form: (action, _), .. } in features {
        let created = named(&format!("POST {}", action.split('?').next().expect("a page")));
        let function = format!("__server_{}", key_of(action));
        for work in [function.as_str(), "insert", "commit"] {
            let below = spans.iter().any(|span| span.name == work && span.trace_id == created.trace_id);
            assert!(below, "{work}: {names:?}");
        }
    }
    named("GET unmatched");
    named("Neon Auth");

    let subject: String = app.database.value("select user_id from web.session where user_id is not null").await;
    let web = url::Url::parse(&app.database.web_url).expect("a URL");
    let secrets = ["hunter2", "Ada", "ada@", "eyJ", "select", "set_config", &session, PASSWORD, &subject];
    for secret in secrets.into_iter().chain([web.password().expect("a password")]) {
        assert!(!collector.contains(secret), "{secret} was sent: {names:?}");
    }
}

#[tokio::test]
async fn a_parent_trace_counts_only_behind_a_trusted_proxy() {
    let app = TestApp::start().await;
    for (proxy, counts) in [("1", true), ("127.0.0.0/8", true), ("10.0.0.0/8", false)] {
        let collector = Collector::start().await;
        let believed = [("TRUSTED_PROXY", proxy), ("TRUSTED_TRACEPARENT", "true")];
        let mut program = Program::start(variables(&app, &collector.server.origin, &believed)).await;
        let request = reqwest::Client::new().get(format!("http://{}/sign-in", program.address));
        let request = request.header("traceparent", format!("00-{THEIRS}-b7ad6b7169203331-01"));
        request.send().await.expect("an answer");
        program.stop().await;
        let spans = collector.spans();
        let page = spans.iter().find(|span| span.name == "GET /sign-in").expect("the page");
        assert_eq!(hex::encode(&page.trace_id) == THEIRS, counts, "{proxy}");
    }
}

#[tokio::test]
async fn a_missing_collector_is_logged_once_and_delays_no_shutdown() {
    let app = TestApp::start().await;
    // One collector is not there, and one never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let silent = (format!("http://{}", silent.local_addr().expect("an address")), Some(silent));
    for (endpoint, _listening) in [("http://127.0.0.1:1".to_owned(), None), silent] {
        let hurried = [("OTEL_BSP_SCHEDULE_DELAY", "1"), ("OTEL_BSP_MAX_QUEUE_SIZE", "16"), ("LOG_FORMAT", "json")];
        let refused = endpoint.ends_with(":1");
        let program = Program::start_logged(variables(&app, &endpoint, &hurried)).await;
        for _ in 0..300 {
            assert_eq!(program.status("/healthz").await.as_deref(), Some("200"));
        }
        let asked = std::time::Instant::now();
        program.signal("TERM").await;
        let log = program.log_at_exit().await;
        assert!(asked.elapsed().as_secs() < 5, "{:?}: {log}", asked.elapsed());
        assert!(log.contains("\"stopped\""), "{log}");
        let complaints = log.lines().filter(|line| line.contains("traces are lost")).count();
        // A collector that never answers may be given up before that counts as a loss.
        assert!(complaints == 1 || (complaints == 0 && !refused), "{log}");
        assert!(log.lines().count() < 20, "{log}");
    }
}
