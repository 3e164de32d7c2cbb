//! The contract of the local Neon Auth, over HTTP: what was recorded from the real server holds here.

mod directory;
mod oauth;
mod passwords;
mod program;
mod requests;
mod sessions;
mod tokens;

use crate::support::{Shape, TestDatabase};
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use serde_json::{Value, json};
use stand_ins::neon_auth::{self, DirectoryIds, Running, Settings, SyncDelay};
use std::time::Duration;

pub const PASSWORD: &str = "correct horse battery 1";

/// A stand-in on a free port, with databases of its own.
///
/// Its tests run on a runtime with a worker thread: dropping the database waits for connections that are still being
/// authenticated, which would take a minute if the only thread is the one that waits.
pub struct Auth {
    pub running: Running,
    pub database: TestDatabase,
    pub http: Client,
}

/// An answer with its whole body. Header and body of known errors were checked to agree.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Auth {
    /// Starts the stand-in. It writes the directory before it answers a request, unless a test sets another delay.
    pub async fn start() -> Self {
        Self::start_in(TestDatabase::new(Shape::SyncUuid).await).await
    }

    pub async fn start_in(database: TestDatabase) -> Self {
        Self::start_with(Self::settings(&database), database).await
    }

    pub async fn start_with(settings: Settings, database: TestDatabase) -> Self {
        let running = neon_auth::start(settings).await.unwrap_or_else(|error| panic!("{error}"));
        let http = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(30)).build().unwrap();
        Self { running, database, http }
    }

    pub fn settings(database: &TestDatabase) -> Settings {
        Settings {
            directory_url: Some(database.superuser_url.clone()),
            directory_ids: match database.shape {
                Shape::SyncText => DirectoryIds::Text,
                _ => DirectoryIds::Uuid,
            },
            sync_delay: Some(SyncDelay::After(Duration::ZERO)),
            ..Settings::new("127.0.0.1:0".parse().unwrap(), &database.superuser_url)
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.running.origin)
    }

    /// Starts a request with the headers of an app that has the publishable key.
    pub fn client(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(path))
            .header("x-stack-access-type", "client")
            .header("x-stack-project-id", &self.running.project_id)
            .header("x-stack-publishable-client-key", &self.running.publishable_client_key)
    }

    /// Starts a request with the headers of an app that has the secret key.
    pub fn server(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(path))
            .header("x-stack-access-type", "server")
            .header("x-stack-project-id", &self.running.project_id)
            .header("x-stack-secret-server-key", &self.running.secret_server_key)
    }

    /// Calls a control endpoint.
    pub async fn local(&self, method: Method, path: &str, body: Value) -> Answer {
        let url = format!("{}/local{path}", self.running.origin);
        let key = &self.running.super_secret_admin_key;
        let request = self.http.request(method, url).header("x-stack-super-secret-admin-key", key).json(&body);
        let answer = send(request).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    pub async fn change(&self, settings: Value) {
        self.local(Method::PATCH, "/settings", settings).await;
    }

    pub async fn sign_up(&self, email: &str) -> Value {
        let answer = send(self.try_sign_up(email, PASSWORD)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub fn try_sign_up(&self, email: &str, password: &str) -> RequestBuilder {
        let body = json!({ "email": email, "password": password });
        self.client(Method::POST, "/auth/password/sign-up").json(&body)
    }

    pub fn try_sign_in(&self, email: &str, password: &str) -> RequestBuilder {
        let body = json!({ "email": email, "password": password });
        self.client(Method::POST, "/auth/password/sign-in").json(&body)
    }

    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        let request = self.client(Method::POST, "/auth/sessions/current/refresh");
        send(request.header("x-stack-refresh-token", refresh_token)).await
    }

    pub async fn me(&self, access_token: &str) -> Answer {
        send(self.client(Method::GET, "/users/me").header("x-stack-access-token", access_token)).await
    }

    pub async fn jwks(&self, query: &str) -> Answer {
        let path = format!("/projects/{}/.well-known/jwks.json{query}", self.running.project_id);
        send(self.http.get(self.url(&path))).await
    }

    /// Returns the code of the newest mail to this address.
    pub async fn mailed_code(&self, recipient: &str) -> String {
        let mails = self.local(Method::GET, "/outbox.json", Value::Null).await.json();
        let mail = mails.as_array().unwrap().iter().find(|mail| mail["recipient"] == recipient);
        text(&mail.expect("a mail was sent")["code"])
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn code(&self) -> Option<&str> {
        self.header("x-stack-known-error")
    }

    /// Checks the status and code of a known error.
    #[track_caller]
    pub fn assert_known(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, Some(code)), "{self:?}");
    }

    #[track_caller]
    pub fn assert_ok(&self) {
        assert_eq!(self.status, 200, "{self:?}");
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    read(request.send().await.unwrap()).await
}

async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let answer = Answer { status, headers, text: response.text().await.unwrap() };
    let body_code =
        serde_json::from_str::<Value>(&answer.text).ok().and_then(|body| body["code"].as_str().map(str::to_owned));
    // Error redirects have the code in their address instead, and the outbox has mailed codes in an array.
    assert_eq!(answer.code().map(str::to_owned), body_code, "{answer:?}");
    answer
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}
