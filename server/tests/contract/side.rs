//! The app on one of the two generations, with controls that work on either.

use crate::support::{BetterAuth, Browser, ManagedApp, ManagedNeonAuth, PASSWORD, Page, TestApp, TestDatabase};
use http::{Method, StatusCode};
use http_server::state::AppState;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use url::Url;

pub enum Side {
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

impl Side {
    pub async fn stack() -> Self {
        Self::Stack(TestApp::start().await)
    }

    pub async fn managed() -> Self {
        Self::Managed(ManagedApp::with(&json!({})).await)
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

    /// Returns the second generation's Neon Auth, for controls that the first lacks.
    pub fn managed_neon_auth(&self) -> &ManagedNeonAuth {
        match self {
            Self::Managed(app) => &app.neon_auth,
            Self::Stack(_) => panic!("the other generation"),
        }
    }

    pub async fn set(&self, setting: Setting) {
        match self {
            Self::Stack(app) => {
                let change = match setting {
                    Setting::SignUpOff => json!({ "sign_up_enabled": false }),
                    Setting::PasswordOff => json!({ "credential_enabled": false }),
                    Setting::ConfirmEmail => json!({ "require_email_verification": true }),
                    Setting::CodesToSignIn => json!({ "magic_link_enabled": true }),
                    Setting::TokenSeconds(seconds) => json!({ "access_token_seconds": seconds }),
                    Setting::AppNotTrusted => json!({ "allow_localhost": false }),
                    Setting::Offer(offer) => json!({
                        "credential_enabled": offer.password,
                        "sign_up_enabled": offer.sign_up,
                        "magic_link_enabled": offer.code,
                        "oauth_providers": offer.providers(),
                    }),
                };
                lever(app, Method::PATCH, "/settings", change).await;
            }
            Self::Managed(app) => {
                app.neon_auth
                    .change(match setting {
                        Setting::SignUpOff => json!({ "sign_up": false }),
                        Setting::PasswordOff => json!({ "email_and_password": false }),
                        Setting::ConfirmEmail => json!({ "require_email_verification": true }),
                        Setting::CodesToSignIn => json!({ "sign_in_by_code": true }),
                        Setting::TokenSeconds(seconds) => json!({ "token_seconds": seconds }),
                        Setting::AppNotTrusted => json!({ "allow_localhost": false }),
                        Setting::Offer(offer) => json!({
                            "email_and_password": offer.password,
                            "sign_up": offer.sign_up,
                            "sign_in_by_code": offer.code,
                            "providers": offer.providers(),
                        }),
                    })
                    .await;
            }
        }
    }

    /// Returns what the last mail to this address contains: a link in one generation, a code in the other. Waits for
    /// mails that are sent beside a request.
    pub async fn mailed(&self, to: &str) -> String {
        self.state().auth.finish_calls().await;
        match self {
            Self::Stack(app) => stack_mail(app, to).await["link"].as_str().expect("a link").to_owned(),
            Self::Managed(app) => app.neon_auth.mailed(to).await,
        }
    }

    /// Returns the code of the last mail to this address.
    pub async fn mailed_code(&self, to: &str) -> String {
        self.state().auth.finish_calls().await;
        match self {
            Self::Stack(app) => stack_mail(app, to).await["code"].as_str().expect("a code").to_owned(),
            Self::Managed(app) => app.neon_auth.mailed(to).await,
        }
    }

    /// Delays the answers of calls to this path until [`Self::come_back`], but executes the calls. Only Stack's answers
    /// contain something that a later form needs.
    pub async fn hold_answers(&self, path: &str) {
        let Self::Stack(app) = self else { panic!("the other generation") };
        lever(app, Method::POST, "/outage", json!({ "on": true, "kind": "answers-held", "path": path })).await;
    }

    /// Waits for the code of a mail whose call has not been answered yet, and returns it.
    pub async fn code_on_its_way(&self, to: &str) -> String {
        let Self::Stack(app) = self else { panic!("the other generation") };
        let arrived = async {
            loop {
                let mails = lever(app, Method::GET, "/outbox.json", json!({})).await;
                let mut mails = mails.as_array().expect("a list").iter();
                if let Some(mail) = mails.find(|mail| mail["recipient"] == to) {
                    return mail["code"].as_str().expect("a code").to_owned();
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(10), arrived).await.expect("a mail is sent")
    }

    /// Delays calls to this path until [`Self::come_back`].
    pub async fn hold(&self, stack: &str, managed: &str) {
        match self {
            Self::Stack(app) => {
                drop(lever(app, Method::POST, "/outage", json!({ "on": true, "kind": "held", "path": stack })).await);
            }
            Self::Managed(app) => app.neon_auth.fail(json!({ "mode": "hang", "path": managed })).await,
        }
    }

    pub async fn go_down(&self) {
        match self {
            Self::Stack(app) => drop(lever(app, Method::POST, "/outage", json!({ "on": true })).await),
            Self::Managed(app) => app.neon_auth.fail(json!({ "mode": "unavailable" })).await,
        }
    }

    /// Answers calls to one path with an error, and does not execute them.
    pub async fn break_path(&self, stack: &str, managed: &str) {
        match self {
            Self::Stack(app) => drop(lever(app, Method::POST, "/outage", json!({ "on": true, "path": stack })).await),
            Self::Managed(app) => app.neon_auth.fail(json!({ "mode": "unavailable", "path": managed })).await,
        }
    }

    /// Executes all calls, but sends no answers.
    pub async fn lose_answers(&self) {
        match self {
            Self::Stack(app) => {
                drop(lever(app, Method::POST, "/outage", json!({ "on": true, "kind": "answers-lost" })).await);
            }
            Self::Managed(app) => app.neon_auth.fail(json!({ "mode": "lost" })).await,
        }
    }

    pub async fn come_back(&self) {
        match self {
            Self::Stack(app) => drop(lever(app, Method::POST, "/outage", json!({ "on": false })).await),
            Self::Managed(app) => app.neon_auth.recover().await,
        }
    }

    /// Signs with a new key, and publishes only that one.
    pub async fn rotate_keys(&self) {
        let body = json!({ "keep_former": false });
        match self {
            Self::Stack(app) => drop(lever(app, Method::POST, "/keys", body).await),
            Self::Managed(app) => drop(app.neon_auth.control(Method::POST, "/keys", &body).await),
        }
    }

    /// Deletes a user like the operator does in the console.
    pub async fn delete_in_console(&self, email: &str) {
        match self {
            Self::Stack(app) => {
                let id: String = sqlx::query_scalar("select id::text from neon_auth.users_sync where email = $1")
                    .bind(email)
                    .fetch_one(&app.database.superuser)
                    .await
                    .expect("the user has arrived");
                lever(app, Method::DELETE, &format!("/users/{id}"), json!({})).await;
                lever(app, Method::POST, "/sync", json!({})).await;
            }
            Self::Managed(app) => {
                app.neon_auth.control(Method::DELETE, &format!("/users?email={email}"), &json!({})).await;
            }
        }
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.database().superuser).await.expect("a number")
    }

    /// Returns a browser of a user who has just signed up; the address follows from the name.
    pub async fn signed_up(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let page = sign_up(&mut browser, name, PASSWORD).await;
        assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
        browser
    }
}

pub fn email(name: &str) -> String {
    format!("{}@example.com", name.to_ascii_lowercase())
}

pub async fn sign_up(browser: &mut Browser, name: &str, password: &str) -> Page {
    let fields = [("name", name), ("email", &*email(name)), ("password", password), ("return_to", "/account")];
    browser.post("/sign-up?/password", &fields).await
}

pub async fn sign_in(browser: &mut Browser, name: &str, password: &str) -> Page {
    let fields = [("email", &*email(name)), ("password", password), ("return_to", "/account")];
    browser.post("/sign-in?/password", &fields).await
}

pub async fn is_signed_in(browser: &mut Browser) -> bool {
    let page = browser.get("/account").await;
    match page.told() {
        None => {
            assert_eq!(page.status, StatusCode::OK, "{page:?}");
            true
        }
        Some(path) => {
            assert!(path.starts_with("/sign-in"), "{page:?}");
            false
        }
    }
}

/// The provider's consent page.
pub struct Consent {
    page: Page,
    state: String,
}

/// Presses "Continue with Google" and follows the redirects to the consent page.
pub async fn leave(browser: &mut Browser, return_to: &str) -> Consent {
    let page = browser.post("/sign-in?/oauth", &[("provider", "google"), ("return_to", return_to)]).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let way = browser.get(&onward(&page)).await;
    let page = browser.follow(way).await;
    let (_, rest) = page.body.split_once("name=\"state\" value=\"").expect("a consent page");
    let state = rest.split_once('"').expect("a value").0.to_owned();
    Consent { page, state }
}

/// Submits the consent page, and follows the redirects up to the app's callback, which is not opened.
pub async fn decide(browser: &mut Browser, consent: &Consent, fields: &[(&str, &str)]) -> Url {
    let address = consent.page.url.join("/local/consent").expect("an address");
    let fields: Vec<_> = fields.iter().copied().chain([("state", &*consent.state)]).collect();
    let mut page = browser.post(address.as_str(), &fields).await;
    loop {
        let next = page.redirect().unwrap_or_else(|| panic!("the way back ends at {page:?}"));
        if next.path() == "/auth/callback" {
            return next;
        }
        page = browser.get(next.as_str()).await;
    }
}

pub const GRACE: [(&str, &str); 4] =
    [("decision", "approve"), ("name", "Grace"), ("email", "grace@example.com"), ("email_verified", "on")];

/// Returns the address that an interstitial page leads to.
pub fn onward(page: &Page) -> String {
    let (_, rest) = page.body.split_once("content=\"0;url=").unwrap_or_else(|| panic!("no way on: {page:?}"));
    rest.split_once('"').expect("an address").0.replace("&amp;", "&")
}

async fn stack_mail(app: &TestApp, to: &str) -> Value {
    let mut mails = lever(app, Method::GET, "/outbox.json", json!({})).await;
    let mut mails = mails.as_array_mut().expect("a list").drain(..);
    mails.find(|mail| mail["recipient"] == to).unwrap_or_else(|| panic!("no mail to {to}"))
}

async fn lever(app: &TestApp, method: Method, path: &str, body: Value) -> Value {
    let url = format!("{}/local{path}", app.neon_auth.origin);
    let key = &app.neon_auth.super_secret_admin_key;
    let request = reqwest::Client::new().request(method, url).header("x-stack-super-secret-admin-key", key).json(&body);
    let answer = request.send().await.expect("the stand-in answers");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.expect("JSON")
}
