//! The stand-in for Managed Neon Auth, one for each test, with its control endpoints. It ends with its standard input,
//! so that it does not outlive a killed test.

use super::app::App;
use super::stand_in::NeonAuthStandIn;
use super::{Shape, TestDatabase};
use http::Method;
use serde_json::{Value, json};
pub use stand_ins::managed_neon_auth::Version as BetterAuth;
use stand_ins::managed_neon_auth::{self, Access, Running, Settings};
use std::time::Duration;

/// The variable of a project at an address where nothing listens.
#[cfg(not(feature = "stack"))]
pub const UNREACHABLE: [(&str, &str); 1] = [("NEON_AUTH_BASE_URL", "http://127.0.0.1:1/neondb/auth")];

pub type ManagedApp = App<ManagedNeonAuth>;

pub struct ManagedNeonAuth {
    /// The value for `NEON_AUTH_BASE_URL`.
    pub base_url: String,
    client: reqwest::Client,
    running: Running,
}

impl NeonAuthStandIn for ManagedNeonAuth {
    const SHAPE: Shape = Shape::Managed;
    const TRUSTED_HOST: &'static str = "localhost";
    const REQUIRED: &'static [&'static str] = &["NEON_AUTH_BASE_URL"];

    async fn start(database: &TestDatabase, access_token_lifetime: Option<Duration>) -> Self {
        let lifetime = access_token_lifetime.map(|lifetime| json!({ "token_seconds": lifetime.as_secs() }));
        Self::with(database, &lifetime.unwrap_or_else(|| json!({}))).await
    }

    /// Lets the owner of the app delete users, which a new project does not.
    async fn start_for_deployment(database: &TestDatabase, origin: &str) -> Self {
        let neon_auth = Self::with(database, &json!({ "trusted_origins": [origin], "allow_localhost": false })).await;
        database.run(r#"grant delete on neon_auth."user" to app_owner"#).await;
        neon_auth
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![("NEON_AUTH_BASE_URL", self.base_url.clone())]
    }

    fn url_variable(origin: &str) -> (&'static str, String) {
        ("NEON_AUTH_BASE_URL", format!("{origin}/neondb/auth"))
    }
}

impl ManagedNeonAuth {
    /// Starts the stand-in with the users of this database. `changes` override Neon's defaults (see `settings.mjs`);
    /// an origin other than `http://localhost` has to be among its `trusted_origins`.
    pub async fn with(database: &TestDatabase, changes: &Value) -> Self {
        Self::on(BetterAuth::V1_4, database, changes).await
    }

    pub async fn on(version: BetterAuth, database: &TestDatabase, changes: &Value) -> Self {
        assert_eq!(database.shape, Shape::Managed, "the directory of the other generation");
        let settings = Settings { version, changes: changes.clone(), ..Settings::new(0, &*database.superuser_url) };
        let running = managed_neon_auth::start(settings).await.unwrap_or_else(|error| panic!("{error}"));
        Self { base_url: running.access.base_url.clone(), client: reqwest::Client::new(), running }
    }

    /// Calls a control endpoint of `control.mjs`.
    pub async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let Access { control, control_key, .. } = &self.running.access;
        let request = self.client.request(method, format!("{control}{path}")).header("x-control-key", control_key);
        let answer = request.body(body.to_string()).send().await.expect("the stand-in answers");
        let status = answer.status();
        let text = answer.text().await.expect("the stand-in answers");
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    pub async fn change(&self, settings: Value) {
        self.control(Method::PATCH, "/settings", &settings).await;
    }

    /// Starts an outage such as `{"mode": …, "path": …}` (see `outages.mjs`).
    pub async fn fail(&self, outage: Value) {
        self.control(Method::POST, "/outages", &outage).await;
    }

    /// Ends all outages. Calls that hang continue.
    pub async fn recover(&self) {
        self.control(Method::DELETE, "/outages", &json!({})).await;
    }

    pub async fn rotate_keys(&self, body: Value) {
        self.control(Method::POST, "/keys", &body).await;
    }

    /// Deletes a user like the operator does in the console.
    pub async fn delete_user(&self, email: &str) {
        self.control(Method::DELETE, &format!("/users?email={email}"), &json!({})).await;
    }

    /// Returns the code or the link of the last mail to this address.
    pub async fn mailed_proof(&self, to: &str) -> String {
        let mails = self.control(Method::GET, &format!("/outbox?to={to}"), &json!({})).await;
        let mail = mails.as_array().and_then(|mails| mails.last()).unwrap_or_else(|| panic!("no mail to {to}"));
        let content = mail["code"].as_str().or(mail["link"].as_str());
        content.expect("a code or a link").to_owned()
    }

    pub async fn mailed_code(&self, to: &str) -> String {
        self.mailed_proof(to).await
    }

    /// Returns how often an endpoint was called, such as `POST /sign-in/email`, and the headers of the last call.
    pub async fn calls(&self, endpoint: &str) -> (u64, Value) {
        let mut calls = self.control(Method::GET, "/calls", &json!({})).await;
        (calls[endpoint]["count"].as_u64().unwrap_or(0), calls[endpoint]["headers"].take())
    }
}
