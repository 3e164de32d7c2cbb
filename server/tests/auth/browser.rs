//! The server's sign-in with a fake Neon Auth, and browsers that keep cookies. They do not follow redirects, since the
//! target is what most tests check.

use super::fake::{FakeNeonAuth, Generation};
use crate::http::{SESSION_KEY, state};
use crate::support::{PASSWORD, Page, SITE, TestDatabase, statement_cache};
use axum::body::{Body, to_bytes};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{Method, Request, StatusCode};
use http_server::config::Pools;
use http_server::http::viewer;
use http_server::sign_in::{Auth, Sessions};
use http_server::state::AppState;
use neon_auth::NeonAuth;
use request::session::{SignedIn, Viewer};
use sessions::SessionKey;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;
use url::{Position, Url};

pub struct SignInApp {
    pub database: TestDatabase,
    pub neon_auth: FakeNeonAuth,
    pub auth: Auth,
    pub origin: String,
    /// Everything that was sent to any browser.
    pub sent: Arc<Mutex<String>>,
}

impl SignInApp {
    pub async fn new(generation: Generation) -> Self {
        Self::at(generation, "http://localhost:3000").await
    }

    pub async fn at(generation: Generation, public_origin: &str) -> Self {
        let database = TestDatabase::new(generation.shape()).await;
        let neon_auth = FakeNeonAuth::start(generation, public_origin).await;
        let auth = auth(public_origin, &database.web_url, neon_auth.client(), Duration::from_secs(10));
        Self { database, neon_auth, auth, origin: public_origin.to_owned(), sent: Arc::default() }
    }

    /// Returns the sign-in of another server with this Neon Auth, and a database at this URL.
    pub fn auth_on(&self, web_url: &str) -> Auth {
        auth(&self.origin, web_url, self.neon_auth.client(), Duration::from_secs(1))
    }

    pub fn browser(&self) -> Browser {
        let router = router(&self.origin, &self.database.web_url, self.auth.clone());
        Browser { router, origin: self.origin.clone(), jar: BTreeMap::new(), sent: self.sent.clone() }
    }

    /// Starts the app, and signs Ada in.
    pub async fn with_ada(generation: Generation) -> (Self, Browser) {
        let app = Self::new(generation).await;
        let ada = app.signed_in("ada@example.test").await;
        (app, ada)
    }

    /// Returns a browser that has signed in by password.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(email).await.assert_redirect("/");
        browser
    }

    pub async fn rows(&self) -> i64 {
        self.database.count("web.session").await
    }
}

/// Makes the sign-in with the same parts as the server.
fn auth(public_origin: &str, web_url: &str, neon_auth: NeonAuth, acquire_timeout: Duration) -> Auth {
    let pools = Pools { connections: 1, session_connections: 3, acquire_timeout, statement_cache: statement_cache() };
    let key = SessionKey::parse(&SESSION_KEY.into()).unwrap();
    let origin: Url = public_origin.parse().unwrap();
    let sessions = Sessions::connect_lazy(app::NAME, web_url.into(), &pools, key, origin.scheme() == "https").unwrap();
    Auth::new(sessions, neon_auth, &origin)
}

/// Makes the whole app with this sign-in, and a page that says who the server takes the client for.
fn router(public_origin: &str, web_url: &str, auth: Auth) -> Router {
    let variables = [
        ("PUBLIC_ORIGIN", public_origin),
        ("DATABASE_URL", web_url),
        // A database that is not there is waited for several times, longer than in a deployment.
        ("REQUEST_SECONDS", "120"),
        ("RATE_SIGN_IN", "10000/1"),
        ("RATE_CODE", "10000/1"),
        ("RATE_ACCOUNT", "10000/1"),
        ("RATE_OTHER", "10000/1"),
    ];
    let state = AppState { auth, ..state(&variables) };
    http_server::http::app(state, |routes, state| {
        let knows_viewer = middleware::from_fn_with_state(state.auth.clone(), viewer::resolve);
        routes.route("/whoami", get(whoami).layer(knows_viewer))
    })
}

async fn whoami(Extension(viewer): Extension<Viewer>) -> String {
    match &viewer.user {
        SignedIn::No => "nobody".to_owned(),
        SignedIn::Yes(claims) => claims.subject().to_owned(),
        SignedIn::Unavailable => "unavailable".to_owned(),
    }
}

#[derive(Clone)]
pub struct Browser {
    router: Router,
    origin: String,
    pub jar: BTreeMap<String, String>,
    sent: Arc<Mutex<String>>,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, "text/html", Body::empty()).await
    }

    /// Requests a path like a script does, which shows no page.
    pub async fn fetch(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, "application/json", Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, "text/html", form.into()).await
    }

    pub async fn sign_in(&mut self, email: &str) -> Page {
        self.post("/sign-in?/password", &[("email", email), ("password", PASSWORD)]).await
    }

    pub async fn whoami(&mut self) -> String {
        self.get("/whoami").await.body
    }

    /// Sends this many requests at once, and checks that the server takes each for one of this user.
    pub async fn assert_all_are(&self, requests: usize, user: &str) {
        let send = |_| {
            let mut browser = self.clone();
            tokio::spawn(async move { browser.whoami().await })
        };
        for request in (0..requests).map(send).collect::<Vec<_>>() {
            assert_eq!(request.await.unwrap(), user);
        }
    }

    /// Starts a login, and returns the provider's address.
    pub async fn go_to_provider(&mut self, provider: &str, return_to: &str) -> Url {
        let page = self.post("/sign-in?/oauth", &[("provider", provider), ("return_to", return_to)]).await;
        assert_eq!(page.status, StatusCode::OK, "{page:?}");
        let target = page.interstitial_target().expect("a meta refresh");
        // It has a link for those whose browser stays, and takes part in the fade.
        let page = page.assert_shows(&[SITE.style]);
        assert!(page.body.replace("&amp;", "&").contains(&format!("<a href=\"{target}\">")), "{}", page.body);
        target.parse().unwrap()
    }

    /// Opens an address of the app like the provider's redirect does, and then follows the interstitial page.
    pub async fn arrive(&mut self, address: &Url) -> Page {
        let page = self.get(&address[Position::BeforePath..]).await;
        match page.interstitial_target() {
            Some(target) => self.get(&target).await,
            None => page,
        }
    }

    pub fn cookie(&self) -> Option<&str> {
        self.jar.values().next().map(String::as_str)
    }

    async fn send(&mut self, method: Method, path: &str, accept: &str, body: Body) -> Page {
        let cookies: Vec<_> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, accept)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            // The server must not trust this header.
            .header("host", "evil.example")
            .header(COOKIE, cookies.join("; "))
            .body(body)
            .unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        assert!(!head.status.is_redirection() || head.status == StatusCode::SEE_OTHER, "{path}: {}", head.status);
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        for line in head.headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0;") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let mut sent = self.sent.lock().unwrap();
        for (name, value) in &head.headers {
            *sent += &format!("{name}: {}\n", value.to_str().unwrap());
        }
        *sent += &body;
        let url = Url::parse(&self.origin).and_then(|origin| origin.join(path)).unwrap();
        Page { url, status: head.status, headers: head.headers, body, bytes }
    }
}

/// Returns the `Set-Cookie` header of an answer.
pub fn set_cookie(page: &Page) -> &str {
    page.headers[SET_COOKIE].to_str().unwrap()
}
