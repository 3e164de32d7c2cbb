//! The app on one of the two generations, with controls that work on either.

use super::flows::sign_up;
use crate::support::{BetterAuth, Browser, ManagedApp, ManagedNeonAuth, PASSWORD, TestApp, TestDatabase, until};
use http::{Method, StatusCode};
use http_server::state::AppState;
use serde_json::{Value, json};

pub enum Backend {
    Stack(TestApp),
    Managed(ManagedApp),
}

/// A setting of the project.
pub enum Setting {
    SignUpOff,
    PasswordOff,
    ConfirmEmail,
    /// Allow codes by mail.
    CodesToSignIn,
    /// Set the lifetime of new tokens, in seconds.
    TokenSeconds(i64),
    /// Trust no address of the app any more.
    AppNotTrusted,
    Offer(Offer),
}

/// The ways to sign in that a project can switch on or off.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub password: bool,
    pub sign_up: bool,
    pub code: bool,
    pub google: bool,
    pub github: bool,
}

impl Offer {
    pub fn providers(self) -> Vec<&'static str> {
        let all = [("google", self.google), ("github", self.github)];
        all.into_iter().filter(|(_, on)| *on).map(|(id, _)| id).collect()
    }
}

impl Setting {
    /// Returns the changes of the settings of Stack and of Managed Neon Auth.
    fn changes(self) -> [Value; 2] {
        match self {
            Self::SignUpOff => [json!({ "sign_up_enabled": false }), json!({ "sign_up": false })],
            Self::PasswordOff => [json!({ "credential_enabled": false }), json!({ "email_and_password": false })],
            Self::ConfirmEmail => [(); 2].map(|()| json!({ "require_email_verification": true })),
            Self::CodesToSignIn => [json!({ "magic_link_enabled": true }), json!({ "sign_in_by_code": true })],
            Self::TokenSeconds(seconds) => {
                [json!({ "access_token_seconds": seconds }), json!({ "token_seconds": seconds })]
            }
            Self::AppNotTrusted => [(); 2].map(|()| json!({ "allow_localhost": false })),
            Self::Offer(offer) => [
                json!({
                    "credential_enabled": offer.password, "sign_up_enabled": offer.sign_up,
                    "magic_link_enabled": offer.code, "oauth_providers": offer.providers(),
                }),
                json!({
                    "email_and_password": offer.password, "sign_up": offer.sign_up,
                    "sign_in_by_code": offer.code, "providers": offer.providers(),
                }),
            ],
        }
    }
}

impl Backend {
    pub async fn stack() -> Self {
        Self::Stack(TestApp::start().await)
    }

    pub async fn managed() -> Self {
        Self::managed_with(json!({})).await
    }

    /// Starts the app with settings that override Neon's defaults (see `settings.mjs`).
    pub async fn managed_with(settings: Value) -> Self {
        Self::Managed(ManagedApp::with(&settings).await)
    }

    /// Starts the app on the version of Better Auth after the one that Neon runs.
    pub async fn managed_next() -> Self {
        Self::Managed(ManagedApp::on(BetterAuth::V1_7, &json!({})).await)
    }

    pub fn is_stack(&self) -> bool {
        matches!(self, Self::Stack(_))
    }

    pub fn browser(&self) -> Browser {
        match self {
            Self::Stack(app) => app.browser(),
            Self::Managed(app) => app.browser(),
        }
    }

    pub fn state(&self) -> &AppState {
        match self {
            Self::Stack(app) => &app.state,
            Self::Managed(app) => &app.state,
        }
    }

    pub fn database(&self) -> &TestDatabase {
        match self {
            Self::Stack(app) => &app.database,
            Self::Managed(app) => &app.database,
        }
    }

    fn stack_app(&self) -> &TestApp {
        let Self::Stack(app) = self else { panic!("the other generation") };
        app
    }

    /// Returns the second generation's Neon Auth, for controls that the first lacks.
    pub fn managed_neon_auth(&self) -> &ManagedNeonAuth {
        let Self::Managed(app) = self else { panic!("the other generation") };
        &app.neon_auth
    }

    pub async fn set(&self, setting: Setting) {
        let [stack, managed] = setting.changes();
        match self {
            Self::Stack(app) => drop(control(app, Method::PATCH, "/settings", stack).await),
            Self::Managed(app) => app.neon_auth.change(managed).await,
        }
    }

    /// Changes a setting that the app shows, and waits until the app knows it.
    pub async fn set_and_show(&self, setting: Setting) {
        self.set(setting).await;
        self.state().auth.refresh_methods().await;
    }

    /// Returns what the last mail to this address contains: a link in one generation, a code in the other. Waits for
    /// mails that are sent beside a request.
    pub async fn mailed(&self, to: &str) -> String {
        self.in_mail("link", to).await
    }

    /// Returns the code of the last mail to this address.
    pub async fn mailed_code(&self, to: &str) -> String {
        self.in_mail("code", to).await
    }

    async fn in_mail(&self, name: &str, to: &str) -> String {
        self.state().auth.finish_calls().await;
        match self {
            Self::Stack(app) => in_stack_mail(app, name, to).await.unwrap_or_else(|| panic!("no mail to {to}")),
            Self::Managed(app) => app.neon_auth.mailed(to).await,
        }
    }

    /// Waits for the code of a mail whose call has not been answered yet, and returns it.
    pub async fn code_on_its_way(&self, to: &str) -> String {
        let mut code = None;
        until("a mail is sent", async || {
            code = in_stack_mail(self.stack_app(), "code", to).await;
            code.is_some()
        })
        .await;
        code.expect("a mail")
    }

    /// Begins an outage of the generation that runs.
    async fn fail(&self, stack: Value, managed: Value) {
        match self {
            Self::Stack(app) => drop(control(app, Method::POST, "/outage", stack).await),
            Self::Managed(app) => app.neon_auth.fail(managed).await,
        }
    }

    /// Delays the answers of calls to this path until [`Self::come_back`], but executes the calls. Only Stack's answers
    /// contain something that a later form needs.
    pub async fn hold_answers(&self, path: &str) {
        let outage = json!({ "on": true, "kind": "answers-held", "path": path });
        control(self.stack_app(), Method::POST, "/outage", outage).await;
    }

    /// Delays calls to this path until [`Self::come_back`].
    pub async fn hold(&self, stack: &str, managed: &str) {
        let stack = json!({ "on": true, "kind": "held", "path": stack });
        self.fail(stack, json!({ "mode": "hang", "path": managed })).await;
    }

    pub async fn go_down(&self) {
        self.fail(json!({ "on": true }), json!({ "mode": "unavailable" })).await;
    }

    /// Answers calls to one path with an error, and does not execute them.
    pub async fn break_path(&self, stack: &str, managed: &str) {
        self.fail(json!({ "on": true, "path": stack }), json!({ "mode": "unavailable", "path": managed })).await;
    }

    /// Executes all calls, but sends no answers.
    pub async fn lose_answers(&self) {
        self.fail(json!({ "on": true, "kind": "answers-lost" }), json!({ "mode": "lost" })).await;
    }

    /// Answers calls to one path of Managed Neon Auth like this. A header `content-type` says JSON unless it is given.
    pub async fn answer(&self, path: &str, status: u16, body: &str, headers: &[(&str, &str)]) {
        let json_type = [("content-type", "application/json")];
        let missing = &json_type[usize::from(headers.iter().any(|(name, _)| *name == "content-type"))..];
        let headers = [missing, headers].concat();
        let outage = json!({ "mode": "answer", "path": path, "status": status, "body": body, "headers": headers });
        self.managed_neon_auth().fail(outage).await;
    }

    pub async fn come_back(&self) {
        match self {
            Self::Stack(app) => drop(control(app, Method::POST, "/outage", json!({ "on": false })).await),
            Self::Managed(app) => app.neon_auth.recover().await,
        }
    }

    /// Signs with a new key, and publishes only that one.
    pub async fn rotate_keys(&self) {
        let body = json!({ "keep_former": false });
        match self {
            Self::Stack(app) => drop(control(app, Method::POST, "/keys", body).await),
            Self::Managed(app) => drop(app.neon_auth.control(Method::POST, "/keys", &body).await),
        }
    }

    /// Changes sessions of Managed Neon Auth (see `control.mjs`).
    pub async fn change_sessions(&self, change: Value) {
        self.managed_neon_auth().control(Method::POST, "/sessions", &change).await;
    }

    /// Returns the number of calls of Neon Auth by the app.
    pub fn calls(&self) -> u64 {
        self.state().auth.neon_auth.call_counters().counts().map(|(_, count)| count).sum()
    }

    /// Deletes a user like the operator does in the console.
    pub async fn delete_in_console(&self, email: &str) {
        match self {
            Self::Stack(app) => {
                let id = sqlx::query_scalar("select id::text from neon_auth.users_sync where email = $1").bind(email);
                let id: String = id.fetch_one(&app.database.superuser).await.expect("the user has arrived");
                control(app, Method::DELETE, &format!("/users/{id}"), json!({})).await;
                control(app, Method::POST, "/sync", json!({})).await;
            }
            Self::Managed(app) => {
                app.neon_auth.control(Method::DELETE, &format!("/users?email={email}"), &json!({})).await;
            }
        }
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        self.database().value::<i64>(query).await
    }

    /// Runs statements as the superuser.
    pub async fn sql(&self, statements: &str) {
        self.database().run(statements).await;
    }

    /// Returns a browser of a user who has just signed up; the address follows from the name.
    pub async fn signed_up(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        sign_up(&mut browser, name, PASSWORD).await.assert_redirect("/account");
        browser
    }
}

/// Returns the link or the code in the last mail to this address.
async fn in_stack_mail(app: &TestApp, name: &str, to: &str) -> Option<String> {
    let mails = control(app, Method::GET, "/outbox.json", json!({})).await;
    let mail = mails.as_array().expect("a list").iter().find(|mail| mail["recipient"] == to)?;
    mail[name].as_str().map(str::to_owned)
}

/// Calls a control endpoint of the local Neon Auth.
pub async fn control(app: &TestApp, method: Method, path: &str, body: Value) -> Value {
    let url = format!("{}/local{path}", app.neon_auth.origin);
    let key = &app.neon_auth.super_secret_admin_key;
    let request = reqwest::Client::new().request(method, url).header("x-stack-super-secret-admin-key", key).json(&body);
    let answer = request.send().await.expect("the stand-in answers");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.expect("JSON")
}
