//! The contract of the local Neon Auth, over HTTP: what was recorded from the real server holds here.

mod directory;
mod oauth;
mod passwords;
mod program;
mod requests;
mod sessions;
mod tokens;

use crate::support::stack::control;
use crate::support::{Shape, TestDatabase};
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use serde_json::{Value, json};
use stand_ins::neon_auth::{self, DirectoryIds, Running, Settings, SyncDelay};
use std::time::Duration;

pub const PASSWORD: &str = "correct horse battery 1";
pub const TOTP_SECRET: &str = "ZMKcBzjZMDyK4kNTPfHV1BWcGOE=";

/// A stand-in on a free port, with databases of its own.
pub struct Auth {
    pub running: Running,
    pub database: TestDatabase,
    pub http: Client,
}

/// A user who has signed up or in, with the tokens.
pub struct User {
    pub id: String,
    pub access: String,
    pub refresh: String,
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

    /// Starts the stand-in with a user who has signed up with a password.
    pub async fn with_ada() -> (Self, User) {
        let auth = Self::start().await;
        let ada = auth.sign_up("ada@example.com").await;
        (auth, ada)
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
        let ids = if database.shape == Shape::SyncText { DirectoryIds::Text } else { DirectoryIds::Uuid };
        Settings {
            directory_url: Some(database.superuser_url.clone()),
            directory_ids: ids,
            sync_delay: Some(SyncDelay::After(Duration::ZERO)),
            ..Settings::new("127.0.0.1:0".parse().unwrap(), &database.superuser_url)
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.running.origin)
    }

    fn with_key(&self, access: &str, header: &str, key: &str, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, self.url(path)).header("x-stack-access-type", access);
        request.header("x-stack-project-id", &self.running.project_id).header(header, key)
    }

    /// Starts a request of an app that has the publishable key.
    pub fn client(&self, method: Method, path: &str) -> RequestBuilder {
        let key = &self.running.publishable_client_key;
        self.with_key("client", "x-stack-publishable-client-key", key, method, path)
    }

    /// Starts a request of an app that has the secret key.
    pub fn server(&self, method: Method, path: &str) -> RequestBuilder {
        self.with_key("server", "x-stack-secret-server-key", &self.running.secret_server_key, method, path)
    }

    /// Starts a request of the operator.
    pub fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        let key = &self.running.super_secret_admin_key;
        self.with_key("admin", "x-stack-super-secret-admin-key", key, method, path)
    }

    /// Calls a control endpoint.
    pub async fn local(&self, method: Method, path: &str, body: Value) -> Value {
        control(&self.running, method, path, body).await
    }

    pub async fn change(&self, settings: Value) {
        self.local(Method::PATCH, "/settings", settings).await;
    }

    /// Starts a request of an app for a user.
    pub fn user(&self, method: Method, path: &str, access_token: &str) -> RequestBuilder {
        self.client(method, path).header("x-stack-access-token", access_token)
    }

    /// Sends JSON like an app.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.client(Method::POST, path).json(body)).await
    }

    pub async fn sign_up(&self, email: &str) -> User {
        User::read(&self.try_sign_up(email, PASSWORD).await)
    }

    /// Signs up with an address to which a mail leads.
    pub async fn sign_up_with_mail(&self, email: &str) -> User {
        let callback = "http://localhost:3000/verify";
        let body = json!({ "email": email, "password": PASSWORD, "verification_callback_url": callback });
        User::read(&self.post("/auth/password/sign-up", &body).await)
    }

    pub async fn try_sign_up(&self, email: &str, password: &str) -> Answer {
        self.post("/auth/password/sign-up", &json!({ "email": email, "password": password })).await
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("/auth/password/sign-in", &json!({ "email": email, "password": password })).await
    }

    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        let request = self.client(Method::POST, "/auth/sessions/current/refresh");
        send(request.header("x-stack-refresh-token", refresh_token)).await
    }

    pub async fn me(&self, access_token: &str) -> Answer {
        send(self.user(Method::GET, "/users/me", access_token)).await
    }

    /// Returns a new access token.
    pub async fn renew(&self, refresh_token: &str) -> String {
        text(&self.refresh(refresh_token).await.json()["access_token"])
    }

    pub async fn update_me(&self, access_token: &str, changes: Value) -> Answer {
        send(self.user(Method::PATCH, "/users/me", access_token).json(&changes)).await
    }

    pub async fn jwks(&self, query: &str) -> Answer {
        let path = format!("/projects/{}/.well-known/jwks.json{query}", self.running.project_id);
        send(self.http.get(self.url(&path))).await
    }

    /// Returns a token of this user, as a control endpoint issues it.
    pub async fn issue(&self, user: &User, mut options: Value) -> String {
        options["user_id"] = json!(user.id);
        text(&self.local(Method::POST, "/tokens", options).await["access_token"])
    }

    /// Returns the code of the newest mail to this address.
    pub async fn mailed_code(&self, recipient: &str) -> String {
        let mails = self.local(Method::GET, "/outbox.json", Value::Null).await;
        let mail = mails.as_array().unwrap().iter().find(|mail| mail["recipient"] == recipient);
        text(&mail.expect("a mail was sent")["code"])
    }
}

impl User {
    /// Reads the answer to a sign-up or a sign-in.
    pub fn read(answer: &Answer) -> Self {
        answer.assert_ok();
        let body = answer.json();
        let [id, access, refresh] = ["user_id", "access_token", "refresh_token"].map(|name| text(&body[name]));
        Self { id, access, refresh }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Returns the target of a redirect.
    #[track_caller]
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("{self:?}"))
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
