//! The stand-in for Managed Neon Auth (`crates/stand-ins/managed-neon-auth`), one for each test, with its control endpoints. It
//! ends with its standard input, so that it does not outlive a killed test.

use super::{Shape, TestDatabase};
use http::Method;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/stand-ins/managed-neon-auth")
}

/// The versions of Better Auth that the stand-in runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BetterAuth {
    /// Neon's version.
    V1_4,
    V1_7,
}

impl BetterAuth {
    /// Returns the value of the variable `BETTER_AUTH`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1_4 => "1.4",
            Self::V1_7 => "1.7",
        }
    }
}

pub struct ManagedNeonAuth {
    /// The value for `NEON_AUTH_BASE_URL`.
    pub base_url: String,
    control: String,
    control_key: String,
    client: reqwest::Client,
    _program: Child,
}

impl ManagedNeonAuth {
    /// Starts the stand-in with the users of this database. `settings` override Neon's defaults (see `settings.mjs`);
    /// an origin other than `http://localhost` has to be among its `trusted_origins`.
    pub async fn start(database: &TestDatabase, settings: &Value) -> Self {
        Self::on(BetterAuth::V1_4, database, settings).await
    }

    pub async fn on(version: BetterAuth, database: &TestDatabase, settings: &Value) -> Self {
        assert_eq!(database.shape, Shape::Managed, "the directory of the other generation");
        let mut program = Command::new("node")
            .arg(folder().join("main.mjs"))
            .env("DATABASE_URL", &database.superuser_url)
            .env("APP_OWNER", "app_owner")
            .env("SETTINGS", settings.to_string())
            .env("BETTER_AUTH", version.name())
            .env_remove("PORT")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node.js is installed");
        let output = BufReader::new(program.stdout.take().expect("a piped output"));
        let line = output.lines().next_line().await.expect("readable output").unwrap_or_default();
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("it did not start: {line:?}; is `npm ci` up to date?"));
        let text = |name: &str| ready[name].as_str().expect("a text").to_owned();
        Self {
            base_url: text("base_url"),
            control: text("control"),
            control_key: text("control_key"),
            client: reqwest::Client::new(),
            _program: program,
        }
    }

    /// Calls a control endpoint of `control.mjs`.
    pub async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.control);
        let request = self.client.request(method, &url).header("x-control-key", &self.control_key);
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

    /// Returns the code or the link of the last mail to this address.
    pub async fn mailed(&self, to: &str) -> String {
        let mails = self.control(Method::GET, &format!("/outbox?to={to}"), &json!({})).await;
        let mail = mails.as_array().and_then(|mails| mails.last()).unwrap_or_else(|| panic!("no mail to {to}"));
        let content = mail["code"].as_str().or(mail["link"].as_str());
        content.expect("a code or a link").to_owned()
    }

    /// Returns how often an endpoint was called, such as `POST /sign-in/email`, and the headers of the last call.
    pub async fn calls(&self, endpoint: &str) -> (u64, Value) {
        let mut calls = self.control(Method::GET, "/calls", &json!({})).await;
        (calls[endpoint]["count"].as_u64().unwrap_or(0), calls[endpoint]["headers"].take())
    }
}
