//! The app on one of the two generations, with controls that work on either.

use super::flows::sign_up;
#[cfg(feature = "stack")]
use crate::support::stack::StackNeonAuth;
#[cfg(feature = "managed")]
use crate::support::{BetterAuth, ManagedApp, ManagedNeonAuth, Shape};
use crate::support::{Browser, PASSWORD, TestDatabase};
#[cfg(feature = "stack")]
use crate::support::{TestApp, until};
#[cfg(feature = "managed")]
use http::Method;
use http_server::state::AppState;
use serde_json::{Value, json};

pub enum Backend {
    #[cfg(feature = "stack")]
    Stack(TestApp),
    #[cfg(feature = "managed")]
    Managed(ManagedApp),
}

/// Evaluates an expression with the app of either generation.
macro_rules! with_app {
    ($backend:ident, $app:ident => $expression:expr) => {
        match $backend {
            #[cfg(feature = "stack")]
            Backend::Stack($app) => $expression,
            #[cfg(feature = "managed")]
            Backend::Managed($app) => $expression,
        }
    };
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
    pub const ALL: Self = Self { password: true, sign_up: true, code: true, google: true, github: true };

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
    /// Starts the app on one generation: the quicker one, where there are both.
    #[cfg(feature = "stack")]
    pub async fn usual() -> Self {
        Self::stack().await
    }

    /// Starts the app on the one generation that there is.
    #[cfg(not(feature = "stack"))]
    pub async fn usual() -> Self {
        Self::managed().await
    }

    #[cfg(feature = "stack")]
    pub async fn stack() -> Self {
        Self::Stack(TestApp::start().await)
    }

    #[cfg(feature = "managed")]
    pub async fn managed() -> Self {
        Self::managed_with(json!({})).await
    }

    /// Starts the app with settings that override Neon's defaults (see `settings.mjs`).
    #[cfg(feature = "managed")]
    pub async fn managed_with(settings: Value) -> Self {
        Self::managed_on(BetterAuth::V1_4, settings).await
    }

    /// Starts the app on the version of Better Auth after the one that Neon runs.
    #[cfg(feature = "managed")]
    pub async fn managed_next() -> Self {
        Self::managed_on(BetterAuth::V1_7, json!({})).await
    }

    #[cfg(feature = "managed")]
    async fn managed_on(version: BetterAuth, settings: Value) -> Self {
        let database = TestDatabase::new(Shape::Managed).await;
        let neon_auth = ManagedNeonAuth::on(version, &database, &settings).await;
        Self::Managed(ManagedApp::with_neon_auth(database, neon_auth, &[]).await)
    }

    pub fn is_stack(&self) -> bool {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => true,
            #[cfg(feature = "managed")]
            Self::Managed(_) => false,
        }
    }

    pub fn browser(&self) -> Browser {
        with_app!(self, app => app.browser())
    }

    pub fn state(&self) -> &AppState {
        with_app!(self, app => &app.state)
    }

    pub fn database(&self) -> &TestDatabase {
        with_app!(self, app => &app.database)
    }

    pub async fn set(&self, setting: Setting) {
        let [stack, managed] = setting.changes();
        let changes = if self.is_stack() { stack } else { managed };
        with_app!(self, app => app.neon_auth.change(changes).await);
    }

    /// Changes a setting that the app shows, and waits until the app knows it.
    pub async fn set_and_show(&self, setting: Setting) {
        self.set(setting).await;
        self.state().auth.refresh_methods().await;
    }

    /// Returns what the last mail to this address contains: a link in one generation, a code in the other. Waits for
    /// mails that are sent beside a request.
    pub async fn mailed(&self, to: &str) -> String {
        self.state().auth.finish_calls().await;
        with_app!(self, app => app.neon_auth.mailed_proof(to).await)
    }

    /// Returns the code of the last mail to this address.
    pub async fn mailed_code(&self, to: &str) -> String {
        self.state().auth.finish_calls().await;
        with_app!(self, app => app.neon_auth.mailed_code(to).await)
    }

    /// Begins an outage of the generation that runs.
    async fn fail(&self, stack: Value, managed: Value) {
        let outage = if self.is_stack() { stack } else { managed };
        with_app!(self, app => app.neon_auth.fail(outage).await);
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

    pub async fn come_back(&self) {
        with_app!(self, app => app.neon_auth.recover().await);
    }

    /// Signs with a new key, and publishes only that one.
    pub async fn rotate_keys(&self) {
        with_app!(self, app => app.neon_auth.rotate_keys(json!({ "keep_former": false })).await);
    }

    /// Returns the number of calls of Neon Auth by the app.
    pub fn calls(&self) -> u64 {
        self.state().auth.neon_auth.call_counters().counts().map(|(_, count)| count).sum()
    }

    /// Deletes a user like the operator does in the console.
    pub async fn delete_in_console(&self, email: &str) {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(app) => app.neon_auth.delete_user(&app.database, email).await,
            #[cfg(feature = "managed")]
            Self::Managed(app) => app.neon_auth.delete_user(email).await,
        }
    }

    /// Returns the number of rows in a table.
    pub async fn count(&self, table: &str) -> i64 {
        self.database().count(table).await
    }

    /// Runs statements as the superuser.
    pub async fn sql(&self, statements: &str) {
        self.database().run(statements).await;
    }

    /// Signs a user up.
    pub async fn with_user(self, name: &str) -> (Self, Browser) {
        let browser = self.signed_up(name).await;
        (self, browser)
    }

    /// Returns a browser of a user who has just signed up; the address follows from the name.
    pub async fn signed_up(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        sign_up(&mut browser, name, PASSWORD).await.assert_redirect("/account");
        browser
    }
}

/// Controls that only the Stack generation has.
#[cfg(feature = "stack")]
impl Backend {
    pub fn stack_neon_auth(&self) -> &StackNeonAuth {
        let app = match self {
            Self::Stack(app) => app,
            #[cfg(feature = "managed")]
            Self::Managed(_) => panic!("the other generation"),
        };
        &app.neon_auth
    }

    /// Waits for the code of a mail whose call has not been answered yet, and returns it.
    pub async fn code_on_its_way(&self, to: &str) -> String {
        let mut code = None;
        until("a mail is sent", async || {
            code = self.stack_neon_auth().mailed("code", to).await;
            code.is_some()
        })
        .await;
        code.expect("a mail")
    }

    /// Delays the answers of calls to this path until [`Self::come_back`], but executes the calls. Only Stack's answers
    /// contain something that a later form needs.
    pub async fn hold_answers(&self, path: &str) {
        self.stack_neon_auth().fail(json!({ "on": true, "kind": "answers-held", "path": path })).await;
    }
}

/// Controls that only the Managed generation has.
#[cfg(feature = "managed")]
impl Backend {
    pub fn managed_neon_auth(&self) -> &ManagedNeonAuth {
        let app = match self {
            Self::Managed(app) => app,
            #[cfg(feature = "stack")]
            Self::Stack(_) => panic!("the other generation"),
        };
        &app.neon_auth
    }

    /// Answers calls to one path like this. A header `content-type` says JSON unless it is given.
    pub async fn answer(&self, path: &str, status: u16, body: &str, headers: &[(&str, &str)]) {
        let json_type = [("content-type", "application/json")];
        let missing = &json_type[usize::from(headers.iter().any(|(name, _)| *name == "content-type"))..];
        let headers = [missing, headers].concat();
        let outage = json!({ "mode": "answer", "path": path, "status": status, "body": body, "headers": headers });
        self.managed_neon_auth().fail(outage).await;
    }

    /// Changes sessions (see `control.mjs`).
    pub async fn change_sessions(&self, change: Value) {
        self.managed_neon_auth().control(Method::POST, "/sessions", &change).await;
    }
}
