//! A browser without JavaScript: keeps cookies, sends the headers that browsers send, stops at redirects.

use super::{PASSWORD, SESSION_COOKIE};
use axum::body::Bytes;
use http::header::{ACCEPT, COOKIE, LOCATION, ORIGIN, REFERER, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, Method, StatusCode};
use leptos::server_fn::{ContentType, Decodes};
use request::account::SignInProblem;
use request::codec::PostcardEncoding;
use request::with_return_to;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use strum::IntoEnumIterator;
use url::Url;
use uuid::Uuid;

const MOST_REDIRECTS: usize = 10;

pub struct Browser {
    client: reqwest::Client,
    /// The value of the header `Origin`.
    origin: Url,
    /// The base of relative addresses: the origin, or the server that a load balancer would choose.
    address: Url,
    /// The cookies by host and port, since the app and Neon Auth share a host in these tests only.
    cookies: BTreeMap<String, BTreeMap<String, String>>,
    user_agent: &'static str,
    /// Everything that the app has answered, except the session cookie where it is set.
    transcript: String,
}

#[derive(Debug)]
pub struct Page {
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Bytes,
}

impl Browser {
    pub fn new(origin: &str) -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
        let origin: Url = origin.parse().expect("an origin");
        Self {
            client,
            address: origin.clone(),
            origin,
            cookies: BTreeMap::new(),
            user_agent: "",
            transcript: String::new(),
        }
    }

    /// Sends all requests to this address, as a load balancer would, although the origin differs.
    pub fn sent_to(self, address: &str) -> Self {
        Self { address: address.parse().expect("an address"), ..self }
    }

    pub fn named(self, user_agent: &'static str) -> Self {
        Self { user_agent, ..self }
    }

    /// Opens an address, as if typed into the address bar.
    pub async fn get(&mut self, address: &str) -> Page {
        self.send(Method::GET, address, None, &[]).await
    }

    /// Sends a form from a page of the app.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from("/", address, fields).await
    }

    /// Sends a form from the page with this path, to which a failed form returns.
    pub async fn post_from(&mut self, page: &str, address: &str, fields: &[(&str, &str)]) -> Page {
        let origin = self.origin.origin().ascii_serialization();
        let referer = format!("{origin}{page}");
        let headers = [(ORIGIN.as_str(), &*origin), (REFERER.as_str(), &*referer), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, address, Some(fields), &headers).await
    }

    /// Sends a form with an idempotency key of its own.
    pub async fn post_with_key(&mut self, address: &str, fields: &[(&str, &str)]) -> Page {
        let key = Uuid::new_v4().to_string();
        self.post(address, &[fields, &[("idempotency_key", &key)]].concat()).await
    }

    /// Calls a server function, as an island does.
    pub async fn fetch(&mut self, function: &str, fields: &[(&str, &str)]) -> Page {
        let origin = self.origin.origin().ascii_serialization();
        let headers =
            [("accept", PostcardEncoding::CONTENT_TYPE), ("origin", &*origin), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, function, Some(fields), &headers).await
    }

    /// Signs up a user, whose e-mail address follows from the name.
    pub async fn sign_up(&mut self, name: &str) {
        self.sign_up_with(name, &format!("{}@example.com", name.to_ascii_lowercase()), PASSWORD).await;
    }

    pub async fn sign_up_with(&mut self, name: &str, email: &str, password: &str) {
        let fields = [("name", name), ("email", email), ("password", password), ("return_to", "/")];
        self.post("/sign-up?/password", &fields).await.assert_redirect("/");
    }

    /// Sends any request. Adds only cookies and, if missing, `Accept`.
    pub async fn send(
        &mut self,
        method: Method,
        address: &str,
        fields: Option<&[(&str, &str)]>,
        headers: &[(&str, &str)],
    ) -> Page {
        let url = self.address.join(address).expect("an address");
        let jar = self.cookies.entry(url.authority().to_owned()).or_default();
        let mut request = self.client.request(method, url.clone());
        if headers.iter().all(|(name, _)| *name != ACCEPT) {
            request = request.header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        }
        if !jar.is_empty() {
            let pairs: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if !self.user_agent.is_empty() {
            request = request.header(USER_AGENT, self.user_agent);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(fields) = fields {
            request = request.form(fields);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{url} does not answer: {error}"));
        for cookie in response.headers().get_all(SET_COOKIE) {
            remember(jar, cookie.to_str().expect("a readable cookie"));
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a whole body");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        if url.authority() == self.address.authority() {
            for (name, value) in &headers {
                let value = String::from_utf8_lossy(value.as_bytes());
                if *name != SET_COOKIE || !value.starts_with(SESSION_COOKIE) {
                    self.transcript.push_str(&format!("{name}: {value}\n"));
                }
            }
            self.transcript.push_str(&body);
        }
        Page { url, status, headers, body, bytes }
    }

    /// Follows redirects until a page is shown.
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..MOST_REDIRECTS {
            let Some(target) = page.redirect() else { return page };
            page = self.get(target.as_str()).await;
        }
        panic!("more than {MOST_REDIRECTS} redirects, the last one at {}", page.url);
    }

    /// Checks that this redirects to a path of the same origin, and follows it.
    pub async fn follow_to(&mut self, path: &str, page: Page) -> Page {
        self.follow(page.assert_redirect(path)).await
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(self.address.authority())?.get(name).map(String::as_str)
    }

    pub fn transcript(&self) -> &str {
        &self.transcript
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        let jar = self.cookies.entry(self.address.authority().to_owned()).or_default();
        jar.insert(name.to_owned(), value.to_owned());
    }
}

impl Page {
    /// Reads what the app answers to an island.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        PostcardEncoding::decode(self.bytes.clone()).expect("an answer to an island")
    }

    /// Checks that this redirects to a path of the same origin.
    #[track_caller]
    pub fn assert_redirect(self, path: &str) -> Self {
        assert_eq!(self.redirect_path().as_deref(), Some(path), "{self:?}");
        self
    }

    /// Checks that this is the page at `address`, with the sentence of the problem with this code. The address has where
    /// the form leads on, unless that is the start page.
    #[track_caller]
    pub fn assert_refused(self, address: &str, code: &str) -> Self {
        assert_eq!(self.refusal(), Some((address.to_owned(), code)), "{self:?}");
        self
    }

    pub fn is_refused(&self, address: &str, code: &str) -> bool {
        self.refusal().is_some_and(|(page, problem)| page == address && problem == code)
    }

    /// Checks that each of these texts is on the page.
    #[track_caller]
    pub fn assert_shows(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.body.contains(text), "{text}: {}", self.body);
        }
        self
    }

    /// Checks that none of these texts is on the page.
    #[track_caller]
    pub fn assert_hides(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(!self.body.contains(text), "{text}: {}", self.body);
        }
        self
    }

    /// Returns the code of the problem that the page of a form about an account shows, and the address of that page with
    /// where the form leads on.
    pub fn refusal(&self) -> Option<(String, &'static str)> {
        let shown = |problem: &SignInProblem| {
            let sentence = problem.to_string();
            ["empty:hidden", "polite"].iter().any(|before| self.body.contains(&format!("{before}\">{sentence}<")))
        };
        let problem = SignInProblem::iter().find(shown)?;
        let path = self.url.path();
        let return_to = self.body.split("name=\"return_to\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let address = match return_to.filter(|page| !["/", path].contains(page)) {
            Some(page) => with_return_to(path, &page.replace("&amp;", "&")),
            None => path.to_owned(),
        };
        Some((address, problem.code()))
    }

    /// Returns the address that an interstitial page leads to.
    pub fn interstitial_target(&self) -> Option<String> {
        let (_, rest) = self.body.split_once("content=\"0;url=")?;
        rest.split_once('"').map(|(target, _)| target.replace("&amp;", "&"))
    }

    /// Returns the target of a redirect.
    pub fn redirect(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().expect("a readable address");
        self.status.is_redirection().then(|| self.url.join(location).expect("an address"))
    }

    /// Returns the target of a redirect within the same origin, without that origin.
    pub fn redirect_path(&self) -> Option<String> {
        let url = self.redirect().filter(|url| url.origin() == self.url.origin())?;
        Some(url[url::Position::BeforePath..].to_owned())
    }
}

/// Returns the page at this address, which is there.
pub async fn shown(browser: &mut Browser, address: &str) -> String {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    page.body
}

fn remember(jar: &mut BTreeMap<String, String>, cookie: &str) {
    let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
    let (name, value) = pair.split_once('=').expect("a name and a value");
    let attributes = attributes.to_ascii_lowercase();
    if value.is_empty() || attributes.split(';').any(|attribute| attribute.trim() == "max-age=0") {
        jar.remove(name.trim());
    } else {
        jar.insert(name.trim().to_owned(), value.to_owned());
    }
}
