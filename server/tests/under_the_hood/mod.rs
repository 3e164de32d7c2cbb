//! The page of local mode that shows the statements of requests: its content, what it must not show, and who may see
//! it.

use crate::support::{Browser, PASSWORD, SESSION_COOKIE, SITE, TestApp};
use crate::user_data::{FEATURES, UserData};
use http::{Method, StatusCode};
use http_server::config::{LocalParts, Mode};
use http_server::state::AppState;
use local::under_the_hood::query_log_layer;
use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::{Layer, SubscriberExt};

const PATH: &str = "/under-the-hood";

/// The same app in local mode, on a port of its own, with a listener for statements.
pub struct Local {
    pub app: TestApp,
    origin: String,
    server: JoinHandle<()>,
    _listening: DefaultGuard,
}

impl Local {
    pub async fn start() -> Self {
        // The log enables spans that the page does not need.
        let log = tracing_subscriber::fmt::layer().with_writer(io::sink).with_filter(LevelFilter::INFO);
        let _listening =
            tracing::subscriber::set_default(tracing_subscriber::registry().with(query_log_layer()).with(log));
        let app = TestApp::start().await;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let origin = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
        let variables = [("PUBLIC_ORIGIN", origin.as_str()), ("LEPTOS_HASH_FILES", "false")];
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let Ok(Mode::Local(mode)) = Mode::read(&value) else { panic!("nothing of a deployment is set") };
        let config = &app.state.config;
        let parts = LocalParts {
            database_url: config.database_url.clone(),
            neon_auth: config.neon_auth.clone(),
            session_key: config.session_key.clone(),
        };
        let state = AppState::new(mode.complete(parts), SITE).expect("a usable configuration");
        let service = cli::app(state).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await.expect("the server runs") });
        Self { app, origin, server, _listening }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }

    pub async fn signed_up(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_up(name).await;
        browser
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub async fn shown(browser: &mut Browser) -> String {
    crate::whole_app::shown(browser, PATH).await
}

/// Returns the text of an HTML fragment, without tags and with decoded entities.
pub fn text(html: &str) -> String {
    let pieces = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let text = pieces.collect::<Vec<_>>().join(" ").replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<");
    text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the part of the page about one request.
pub fn part<'a>(page: &'a str, request: &str) -> &'a str {
    let (_, rest) = page.split_once(request).unwrap_or_else(|| panic!("nothing about {request}: {page}"));
    rest.split("</details>").next().unwrap_or_default()
}

#[tokio::test]
async fn no_typed_text_and_no_secret_is_shown() {
    let local = Local::start().await;
    let mut ada = local.signed_up("Ada").await;
    ada.get("/?q=secretsearch").await;
    ada.get("/account/delete?confirmation=1234567890").await;
    let page = shown(&mut ada).await;
    for secret in ["secretsearch", "1234567890", PASSWORD, "ada@example.com", "eyJ"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    let cookie = ada.cookie(SESSION_COOKIE).expect("a session");
    assert!(!page.contains(cookie), "{page}");
    let claims = text(part(&page, "GET /account/delete"));
    let Some((_, claims)) = claims.split_once("Claims ") else {
        // Only features send statements there.
        return assert_eq!(FEATURES.len(), 0, "{claims}");
    };
    let claims: serde_json::Value = serde_json::Deserializer::from_str(claims).into_iter().next().unwrap().unwrap();
    let names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["exp", "iat", "role", "sub"]);
}

/// Sends more requests at once than there are connections, some of which are opened on other threads.
#[tokio::test]
async fn concurrent_requests_are_each_shown_with_their_claims() {
    let Some(UserData { form: (action, fields), .. }) = FEATURES.first() else { return };
    let local = Local::start().await;
    let ada = local.signed_up("Ada").await;
    let mut tabs = JoinSet::new();
    for _ in 0..16 {
        let mut tab = local.browser();
        tab.set_cookie(SESSION_COOKIE, ada.cookie(SESSION_COOKIE).expect("signed in"));
        tabs.spawn(async move { tab.post_with_key(action, fields).await });
    }
    assert_eq!(tabs.join_all().await.len(), 16);
    let page = text(&shown(&mut local.browser()).await);
    let requests: Vec<&str> = page.split(&format!("POST {}", action.split('?').next().unwrap())).skip(1).collect();
    assert_eq!(requests.len(), 16, "{page}");
    for request in requests {
        assert!(request.contains("Role authenticated Claims {"), "{request}");
    }
}

#[tokio::test]
async fn no_statement_is_taken_from_a_request() {
    let local = Local::start().await;
    let mut browser = local.browser();
    browser.get("/select%20secret%20from%20people;--").await;
    let page = shown(&mut browser).await;
    let again = browser.get("/under-the-hood?sql=select+version()&statement=select+version()").await;
    assert!(!again.body.contains("version()"), "{}", again.body);
    assert!(!page.contains("<script>"), "{page}");
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let headers = [("origin", local.origin.as_str()), ("sec-fetch-site", "same-origin")];
        let answer = browser.send(method.clone(), PATH, Some(&[("sql", "select 1")]), &headers).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn the_page_has_the_usual_headers() {
    let local = Local::start().await;
    let page = local.browser().get(PATH).await;
    let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap());
    assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'nonce-"), "{page:?}");
    assert!(!header("content-security-policy").contains("wasm"), "{page:?}");
    assert_eq!(header("cache-control"), "private, no-store");
    assert_eq!(header("x-robots-tag"), "noindex");
    assert_eq!(header("x-frame-options"), "DENY");
    // Speculation rules execute nothing.
    let scripts = page.body.replace("<script type=\"speculationrules\"", "");
    assert!(!scripts.contains("<script"), "{scripts}");
}

#[tokio::test]
async fn only_pages_of_local_mode_link_to_it() {
    let local = Local::start().await;
    assert!(local.browser().get("/sign-in").await.body.contains(PATH));
    assert!(!local.app.browser().get("/sign-in").await.body.contains(PATH));
}

#[tokio::test]
async fn a_deployment_has_no_such_page() {
    let app = TestApp::start().await;
    let page = app.browser().get(PATH).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page:?}");
    assert!(!page.body.contains("row-level"), "{}", page.body);
}

#[tokio::test]
async fn another_host_name_has_no_such_page() {
    let local = Local::start().await;
    let rebound = local.browser().send(Method::GET, PATH, None, &[("host", "evil.example")]).await;
    assert_eq!(rebound.status, StatusCode::NOT_FOUND, "{rebound:?}");
    assert!(!rebound.body.contains("row-level"), "{}", rebound.body);
}
