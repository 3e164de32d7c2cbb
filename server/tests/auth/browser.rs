//! The server's sign-in with a double of Neon Auth, and browsers that keep cookies. They do not follow redirects, since
//! the target is what most tests check.

use super::double::Double;
use crate::http::state;
use crate::support::{SITE, Shape, TestDatabase, refusal, statement_cache};
use axum::body::{Body, to_bytes};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_server::config::Pools;
use http_server::http::viewer;
use http_server::sign_in::{Auth, Sessions, store};
use http_server::state::AppState;
use neon_auth::NeonAuth;
use request::session::{SignedIn, Viewer};
use sessions::SessionKey;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;
use url::Url;

pub const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

pub struct World {
    pub db: TestDatabase,
    pub double: Double,
    pub auth: Auth,
    pub origin: String,
    /// Everything that was sent to any browser.
    pub sent: Arc<Mutex<String>>,
}

impl World {
    pub async fn new() -> Self {
        let double = Double::start().await;
        Self::at("http://localhost:3000", TestDatabase::new(Shape::SyncUuid).await, double)
    }

    pub fn at(public_origin: &str, db: TestDatabase, double: Double) -> Self {
        let auth = auth(public_origin, &db.web_url, double.client());
        Self { db, double, auth, origin: public_origin.to_owned(), sent: Arc::default() }
    }

    pub fn browser(&self) -> Browser {
        let router = router(&self.origin, &self.db.web_url, self.auth.clone());
        Browser { router, jar: BTreeMap::new(), sent: self.sent.clone() }
    }

    /// Returns a browser that has signed in by password.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_in(email).await;
        assert_eq!(page.location(), "/");
        browser
    }

    pub async fn rows(&self) -> i64 {
        sqlx::query_scalar("select count(*) from web.session").fetch_one(&self.db.superuser).await.unwrap()
    }
}

/// Makes the sign-in with the same parts as the server.
pub fn auth(public_origin: &str, web_url: &str, neon_auth: NeonAuth) -> Auth {
    let pools = Pools {
        connections: 1,
        session_connections: 3,
        acquire_timeout: Duration::from_secs(10),
        statement_cache: statement_cache(),
    };
    let store =
        store::connect_lazy(app::NAME, web_url.into(), &pools, SessionKey::parse(&KEY.into()).unwrap()).unwrap();
    let origin: Url = public_origin.parse().unwrap();
    let sessions = Sessions::new(app::NAME, store, origin.scheme() == "https");
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
    pub jar: BTreeMap<String, String>,
    sent: Arc<Mutex<String>>,
}

pub struct Page {
    path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
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
        self.post("/sign-in?/password", &[("email", email), ("password", super::double::PASSWORD)]).await
    }

    pub async fn whoami(&mut self) -> String {
        self.get("/whoami").await.body
    }

    /// Starts a login and returns the address that the browser is redirected to.
    pub async fn depart(&mut self, provider: &str, return_to: &str) -> Url {
        let page = self.post("/sign-in?/oauth", &[("provider", provider), ("return_to", return_to)]).await;
        assert_eq!(page.status, StatusCode::OK, "{:?} {}", page.headers, page.body);
        let (_, rest) = page.body.split_once("content=\"0;url=").expect("a meta refresh");
        let (address, _) = rest.split_once('"').unwrap();
        assert!(page.body.contains(&format!("<a href=\"{address}\">")), "a link for those whose browser stays");
        assert!(page.body.contains(SITE.style), "it takes part in the fade");
        address.replace("&amp;", "&").parse().unwrap()
    }

    /// Opens an address of the app like the provider's redirect does, and then follows the interstitial page.
    pub async fn arrive(&mut self, address: &Url) -> Page {
        let page = self.get(&address[url::Position::BeforePath..]).await;
        match page.body.split_once("content=\"0;url=").and_then(|(_, rest)| rest.split_once('"')) {
            Some((onward, _)) => self.get(&onward.replace("&amp;", "&")).await,
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
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
        for line in head.headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0;") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        for (name, value) in &head.headers {
            *self.sent.lock().unwrap() += &format!("{name}: {}\n", value.to_str().unwrap());
        }
        *self.sent.lock().unwrap() += &body;
        Page { path: path.to_owned(), status: head.status, headers: head.headers, body }
    }
}

impl Page {
    /// Returns the target of a 303 redirect.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[LOCATION].to_str().unwrap()
    }

    /// Returns the same, or the reason that the page of a refused form shows, as an address would say it.
    pub fn told(&self) -> String {
        let path = self.path.split('?').next().unwrap();
        refusal(path, &self.body).unwrap_or_else(|| self.location().to_owned())
    }

    pub fn set_cookie(&self) -> Option<&str> {
        self.headers.get(SET_COOKIE).map(|line| line.to_str().unwrap())
    }
}
