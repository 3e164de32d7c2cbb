//! The protocol of the Managed generation: the app known by its origin, a session in a cookie, tokens beside it, logins
//! that return with a verifier. The settings are in the app's database.

use super::{Behaviour, Call, FakeNeonAuth, Login, user_with_password};
use crate::rls::signing::Signer;
use crate::support::Shape;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::response::{AppendHeaders, IntoResponse, Response};
use http::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use http::request::Parts;
use http::{Method, StatusCode};
use neon_auth::{DatabaseError, Managed, ManagedSettings, NeonAuth, ProjectDatabase, ProjectSettings};
use serde_json::{Value, json};
use std::fmt;
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use url::{Url, form_urlencoded};
use uuid::Uuid;

pub const BASE: &str = "/neondb/auth";
pub const SHAPE: Shape = Shape::Managed;
/// The secrets that exist before any call: there is no key.
pub const SECRETS: &[&str] = &[];

const SESSION: &str = "__Secure-neon-auth.session_token";
/// The service sends both spellings.
const CHALLENGES: [&str; 2] = ["__Secure-neon-auth.session_challange", "__Secure-neon-auth.session_challenge"];
const COOKIE_ATTRIBUTES: &str = "Path=/; HttpOnly; Secure; SameSite=None; Partitioned";

pub fn signer(key_id: &str) -> Signer {
    Signer::eddsa(key_id)
}

pub fn client(fake: &FakeNeonAuth) -> NeonAuth {
    let settings = ManagedSettings { base_url: fake.origin.join(BASE).unwrap(), browser_url: None };
    let app = fake.behaviour().app.parse().unwrap();
    NeonAuth::Managed(Managed::new(&settings, &app, Arc::new(Settings(fake.behaviour.clone()))).unwrap())
}

pub fn name(call: Call) -> String {
    let name = match call {
        Call::Keys => "GET /.well-known/jwks.json",
        Call::Renew => "GET /get-session",
        Call::Exchange => "GET /get-session?neon_auth_session_verifier",
        Call::SignOut => "POST /sign-out",
    };
    name.to_owned()
}

pub fn answer(behaviour: &mut Behaviour, call: &str, head: &Parts, body: &Bytes) -> Response {
    let has = |name, value: &str| head.headers.get(name).is_some_and(|given| given == value);
    if head.method == Method::POST {
        if !has(ORIGIN, &behaviour.app) {
            return refuse(403, "INVALID_ORIGIN");
        }
        if !has(CONTENT_TYPE, "application/json") {
            return refuse(415, "UNSUPPORTED_MEDIA_TYPE");
        }
    }
    match call {
        "GET /.well-known/jwks.json" => behaviour.jwks(),
        "POST /sign-in/email" => sign_in(behaviour, body),
        "GET /token" => match user(behaviour, head) {
            Some(user) => axum::Json(json!({"token": token(behaviour, &user)})).into_response(),
            None => StatusCode::UNAUTHORIZED.into_response(),
        },
        "GET /get-session" => match user(behaviour, head) {
            Some(user) => ([("set-auth-jwt", token(behaviour, &user))], session(&user)).into_response(),
            // It is no error that nobody is signed in.
            None => axum::Json(Value::Null).into_response(),
        },
        "POST /sign-out" => axum::Json(json!({"success": true})).into_response(),
        "POST /sign-in/social" => begin(behaviour, body),
        "GET /get-session?neon_auth_session_verifier" => exchange(behaviour, head),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

pub fn consent(behaviour: &mut Behaviour, authorize: &Url) -> Url {
    assert_eq!(authorize.path(), "/neondb/auth/sign-in/social/init", "{authorize}");
    let hop = authorize.query_pairs().find(|(name, _)| name == "token").expect("the login").1;
    let login = behaviour.logins.remove(&*hop).expect("a login that has not been opened yet");
    let mut back: Url = login.redirect.parse().unwrap();
    let verifier = Uuid::new_v4().simple().to_string();
    back.query_pairs_mut().append_pair("neon_auth_session_verifier", &verifier);
    behaviour.secrets.insert(verifier.clone());
    behaviour.logins.insert(verifier, login);
    back
}

/// Signs in with a password. The token is not in the answer: the app asks for it next.
fn sign_in(behaviour: &mut Behaviour, body: &Bytes) -> Response {
    let Some(user) = user_with_password(body) else { return refuse(401, "INVALID_EMAIL_OR_PASSWORD") };
    let cookie = new_session(behaviour, &user);
    let body = json!({"redirect": false, "token": "no part of the cookie", "user": {"id": user}});
    ([(SET_COOKIE, cookie)], axum::Json(body)).into_response()
}

/// Begins a login. Its token names the provider, for the tests.
fn begin(behaviour: &mut Behaviour, body: &Bytes) -> Response {
    let body: Value = serde_json::from_slice(body).unwrap();
    let provider = body["provider"].as_str().unwrap();
    if !behaviour.providers.contains(&provider) {
        return refuse(404, "PROVIDER_NOT_FOUND");
    }
    assert_eq!(body["disableRedirect"], true);
    let redirect = body["callbackURL"].as_str().unwrap().to_owned();
    assert_eq!(body["newUserCallbackURL"], redirect, "new users would end on Neon's host");
    assert_eq!(body["errorCallbackURL"], redirect, "whoever cancels would end on Neon's host");
    let (hop, challenge) = (format!("{provider}-{}", Uuid::new_v4()), Uuid::new_v4().simple().to_string());
    let cookies = CHALLENGES.map(|name| (SET_COOKIE, format!("{name}={challenge}; Max-Age=600; {COOKIE_ATTRIBUTES}")));
    let url = format!("{}{BASE}/sign-in/social/init?token={hop}", behaviour.origin);
    behaviour.secrets.insert(challenge.clone());
    behaviour.logins.insert(hop, Login { challenge, redirect });
    (AppendHeaders(cookies), axum::Json(json!({"url": url, "redirect": true}))).into_response()
}

fn exchange(behaviour: &mut Behaviour, head: &Parts) -> Response {
    let mut parameters = form_urlencoded::parse(head.uri.query().unwrap().as_bytes());
    let verifier = parameters.next().unwrap().1;
    let challenges: Vec<_> = CHALLENGES.iter().filter_map(|name| cookie(head, name)).collect();
    if challenges.is_empty() {
        return refuse(400, "SESSION_CHALLENGE_COOKIE_NOT_FOUND");
    }
    let is_theirs = |login: &Login| challenges.contains(&&*login.challenge);
    if !behaviour.logins.get(&*verifier).is_some_and(is_theirs) {
        return refuse(400, "VERIFICATION_NOT_FOUND");
    }
    behaviour.logins.remove(&*verifier);
    let user = format!("oauth-{}", &verifier[..8]);
    let cookie = new_session(behaviour, &user);
    let headers = [("set-cookie", cookie), ("set-auth-jwt", token(behaviour, &user))];
    (headers, session(&user)).into_response()
}

/// Begins a session, and returns its cookie.
fn new_session(behaviour: &mut Behaviour, user: &str) -> String {
    format!("{SESSION}={}; Max-Age=604800; {COOKIE_ATTRIBUTES}", behaviour.new_session(user))
}

fn session(user: &str) -> impl IntoResponse {
    axum::Json(json!({"session": {"userId": user}, "user": {"id": user, "email": user}}))
}

/// Returns the user of the session whose cookie was sent.
fn user(behaviour: &Behaviour, head: &Parts) -> Option<String> {
    behaviour.sessions.get(cookie(head, SESSION)?).cloned()
}

fn cookie<'h>(head: &'h Parts, wanted: &str) -> Option<&'h str> {
    let pairs = head.headers.get(COOKIE)?.to_str().unwrap().split("; ");
    pairs.filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

fn token(behaviour: &mut Behaviour, user: &str) -> String {
    let issuer = behaviour.origin.clone();
    behaviour.sign(json!({
        "sub": user, "id": user, "iss": issuer, "aud": issuer, "iat": OffsetDateTime::now_utc().unix_timestamp(),
        "role": "authenticated", "name": "Ada", "email": user, "emailVerified": true, "banned": false,
    }))
}

fn refuse(status: u16, code: &str) -> Response {
    let body = axum::Json(json!({"code": code, "message": "<b>text for developers</b>"}));
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

/// The settings of the project, which the app reads from a table. Neon Auth being away does not matter to it.
struct Settings(Arc<Mutex<Behaviour>>);

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settings")
    }
}

#[async_trait]
impl ProjectDatabase for Settings {
    async fn settings(&self, _endpoint: &str) -> Result<Option<ProjectSettings>, DatabaseError> {
        let behaviour = self.0.lock().unwrap();
        let providers: Vec<_> = behaviour.providers.iter().map(|id| json!(id)).collect();
        Ok(Some(ProjectSettings::read(&json!({"trusted_origins": [behaviour.app], "providers": providers}))))
    }

    async fn is_user_gone(&self, _user_id: &str) -> Result<bool, DatabaseError> {
        Ok(false)
    }

    async fn delete_user(&self, _user_id: &str) -> Result<(), DatabaseError> {
        Err(DatabaseError::Failed("these tests delete no account".to_owned()))
    }
}
