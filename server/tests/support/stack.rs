//! The local Neon Auth of the Stack generation, one for each test, with its control endpoints.

use super::stand_in::NeonAuthStandIn;
use super::{Shape, TestDatabase};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use stand_ins::neon_auth::{self, DirectoryIds, Running, Settings};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::time::Duration;

/// The variables of a project at an address where nothing listens.
pub const UNREACHABLE: [(&str, &str); 4] = [
    ("STACK_PROJECT_ID", "3f0c8d1e-0000-4000-8000-000000000000"),
    ("STACK_PUBLISHABLE_CLIENT_KEY", "pck_test"),
    ("STACK_SECRET_SERVER_KEY", "ssk_test"),
    ("STACK_API_URL", "http://127.0.0.1:1"),
];

pub struct StackNeonAuth(Running);

impl NeonAuthStandIn for StackNeonAuth {
    const SHAPE: Shape = Shape::SyncUuid;
    const TRUSTED_HOST: &'static str = "127.0.0.1";
    const REQUIRED: &'static [&'static str] =
        &["STACK_PROJECT_ID", "STACK_PUBLISHABLE_CLIENT_KEY", "STACK_SECRET_SERVER_KEY"];

    async fn start(database: &TestDatabase, access_token_lifetime: Option<Duration>) -> Self {
        let mut settings = settings(database);
        settings.sync_delay = Some(neon_auth::SyncDelay::After(Duration::ZERO));
        settings.access_token_seconds = access_token_lifetime.map(|lifetime| lifetime.as_secs());
        settings.directory_url = Some(database.superuser_url.clone());
        settings.directory_ids = match database.shape {
            Shape::SyncText => DirectoryIds::Text,
            Shape::SyncUuid => DirectoryIds::Uuid,
            Shape::Managed => panic!("the directory of the other generation"),
        };
        Self::run(settings).await
    }

    /// Writes no directory, so that the database stays as the test makes it.
    async fn start_for_deployment(database: &TestDatabase, origin: &str) -> Self {
        let mut settings = settings(database);
        settings.trusted_domains = vec![origin.to_owned()];
        Self::run(settings).await
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        variables(&self.0)
    }

    fn url_variable(origin: &str) -> (&'static str, String) {
        ("STACK_API_URL", origin.to_owned())
    }
}

/// Returns the variables of an app that uses this Neon Auth.
pub fn variables(running: &Running) -> Vec<(&'static str, String)> {
    vec![
        ("STACK_API_URL", running.origin.clone()),
        ("STACK_PROJECT_ID", running.project_id.clone()),
        ("STACK_PUBLISHABLE_CLIENT_KEY", running.publishable_client_key.clone()),
        ("STACK_SECRET_SERVER_KEY", running.secret_server_key.clone()),
    ]
}

impl Deref for StackNeonAuth {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.0
    }
}

/// Returns the settings of a Neon Auth on a free port, with its state in a schema beside the app's tables, which saves a
/// database for each test.
fn settings(database: &TestDatabase) -> Settings {
    Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), database.superuser_url.clone())
}

impl StackNeonAuth {
    async fn run(settings: Settings) -> Self {
        Self(neon_auth::start(settings).await.unwrap_or_else(|error| panic!("{error}")))
    }

    pub async fn change(&self, settings: Value) {
        control(self, Method::PATCH, "/settings", settings).await;
    }

    /// Begins an outage (see `control.rs`).
    pub async fn fail(&self, outage: Value) {
        control(self, Method::POST, "/outage", outage).await;
    }

    pub async fn recover(&self) {
        self.fail(json!({ "on": false })).await;
    }

    pub async fn rotate_keys(&self, body: Value) {
        control(self, Method::POST, "/keys", body).await;
    }

    pub async fn mailed_proof(&self, to: &str) -> String {
        self.mailed("link", to).await.unwrap_or_else(|| panic!("no mail to {to}"))
    }

    pub async fn mailed_code(&self, to: &str) -> String {
        self.mailed("code", to).await.unwrap_or_else(|| panic!("no mail to {to}"))
    }

    /// Returns the link or the code in the last mail to this address.
    pub async fn mailed(&self, name: &str, to: &str) -> Option<String> {
        let mails = control(self, Method::GET, "/outbox.json", json!({})).await;
        let mail = mails.as_array().expect("a list").iter().find(|mail| mail["recipient"] == to)?;
        mail[name].as_str().map(str::to_owned)
    }

    /// Deletes a user like the operator does in the console.
    pub async fn delete_user(&self, database: &TestDatabase, email: &str) {
        let id = format!("select id::text from neon_auth.users_sync where email = '{email}'");
        let id: String = database.value(&id).await;
        control(self, Method::DELETE, &format!("/users/{id}"), json!({})).await;
        control(self, Method::POST, "/sync", json!({})).await;
    }
}

/// Calls a control endpoint.
pub async fn control(neon_auth: &Running, method: Method, path: &str, body: Value) -> Value {
    let url = format!("{}/local{path}", neon_auth.origin);
    let key = &neon_auth.super_secret_admin_key;
    let request = reqwest::Client::new().request(method, url).header("x-stack-super-secret-admin-key", key).json(&body);
    let answer = request.send().await.expect("the stand-in answers");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.expect("JSON")
}
