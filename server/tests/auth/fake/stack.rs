//! The protocol of the Stack generation: keys in headers, refresh tokens, OAuth with PKCE.

use super::{Behaviour, Call, FakeNeonAuth, Login, user_with_password};
use crate::rls::signing::{AUDIENCE as PROJECT, Signer, content};
use crate::support::Shape;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use neon_auth::{NeonAuth, Stack, StackSettings};
use serde_json::json;
use std::collections::HashMap;
use url::Url;

pub const BASE: &str = "/api/v1";
pub const SHAPE: Shape = Shape::SyncUuid;
/// The secrets that exist before any call.
pub const SECRETS: &[&str] = &[SECRET_KEY];

const CLIENT_KEY: &str = "pck_test_client_key";
const SECRET_KEY: &str = "ssk_test_server_key";

pub fn signer(key_id: &str) -> Signer {
    Signer::es256(key_id)
}

pub fn client(fake: &FakeNeonAuth) -> NeonAuth {
    let settings = StackSettings {
        browser_url: None,
        api_url: fake.origin.clone(),
        project_id: PROJECT.to_owned(),
        publishable_client_key: CLIENT_KEY.into(),
        secret_server_key: SECRET_KEY.into(),
    };
    NeonAuth::Stack(Stack::new(settings).unwrap())
}

pub fn name(call: Call) -> String {
    match call {
        Call::Keys => format!("GET /projects/{PROJECT}/.well-known/jwks.json"),
        Call::Renew => "POST /auth/sessions/current/refresh".to_owned(),
        Call::Exchange => "POST /auth/oauth/token".to_owned(),
        Call::SignOut => "DELETE /auth/sessions/current".to_owned(),
    }
}

pub fn answer(behaviour: &mut Behaviour, call: &str, head: &Parts, body: &Bytes) -> Response {
    if call == name(Call::Keys) {
        return behaviour.jwks();
    }
    if call != "POST /auth/oauth/token" && !is_client(&head.headers) {
        return refuse(401, "INVALID_PUBLISHABLE_CLIENT_KEY");
    }
    match call {
        "GET /projects/current" => {
            let providers: Vec<_> = behaviour.providers.iter().map(|id| json!({ "id": id })).collect();
            let config =
                json!({"credential_enabled": true, "sign_up_enabled": true, "enabled_oauth_providers": providers});
            axum::Json(json!({"id": PROJECT, "config": config, "something": "new"})).into_response()
        }
        "POST /auth/password/sign-in" => sign_in(behaviour, body),
        "POST /auth/sessions/current/refresh" => refresh(behaviour, &head.headers),
        "DELETE /auth/sessions/current" => axum::Json(json!({"success": true})).into_response(),
        "POST /auth/oauth/token" => exchange(behaviour, body),
        _ => (StatusCode::NOT_FOUND, "no such route").into_response(),
    }
}

pub fn consent(behaviour: &mut Behaviour, authorize: &Url) -> Url {
    let given: HashMap<_, _> = authorize.query_pairs().into_owned().collect();
    assert!(authorize.path().starts_with("/api/v1/auth/oauth/authorize/"), "{authorize}");
    for (name, value) in [
        ("client_id", PROJECT),
        ("client_secret", CLIENT_KEY),
        ("scope", "legacy"),
        ("grant_type", "authorization_code"),
        ("response_type", "code"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(given.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(given["redirect_uri"], given["error_redirect_uri"]);
    assert_eq!(given["code_challenge"].len(), 43);
    let code = hex::encode(digest(&SHA256, given["state"].as_bytes()));
    behaviour.secrets.insert(code.clone());
    let login = Login { challenge: given["code_challenge"].clone(), redirect: given["redirect_uri"].clone() };
    behaviour.logins.insert(code.clone(), login);
    let mut back: Url = given["redirect_uri"].parse().unwrap();
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &given["state"]);
    back
}

fn sign_in(behaviour: &mut Behaviour, body: &Bytes) -> Response {
    let Some(user) = user_with_password(body) else { return refuse(400, "EMAIL_PASSWORD_MISMATCH") };
    let (access, refresh) = new_session(behaviour, &user);
    axum::Json(json!({"access_token": access, "refresh_token": refresh, "user_id": user})).into_response()
}

fn refresh(behaviour: &mut Behaviour, headers: &HeaderMap) -> Response {
    assert!(!headers.contains_key("x-stack-access-token"), "an expired one would fail the call");
    let token = headers["x-stack-refresh-token"].to_str().unwrap();
    match behaviour.sessions.get(token).cloned() {
        Some(user) => axum::Json(json!({"access_token": access_token(behaviour, &user)})).into_response(),
        None => refuse(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED"),
    }
}

fn exchange(behaviour: &mut Behaviour, body: &Bytes) -> Response {
    let form: HashMap<_, _> = url::form_urlencoded::parse(body).into_owned().collect();
    assert_eq!((form["client_id"].as_str(), form["client_secret"].as_str()), (PROJECT, CLIENT_KEY));
    let verifier = form["code_verifier"].clone();
    behaviour.secrets.insert(verifier.clone());
    let Some(login) = behaviour.logins.remove(&form["code"]) else {
        return refuse(400, "INVALID_AUTHORIZATION_CODE");
    };
    if URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) != login.challenge {
        return refuse(400, "INVALID_AUTHORIZATION_CODE");
    }
    if form["redirect_uri"] != login.redirect {
        return (StatusCode::BAD_REQUEST, "redirect_uri does not match").into_response();
    }
    let user = format!("oauth-{}", &form["code"][..8]);
    let (access, refresh) = new_session(behaviour, &user);
    axum::Json(json!({
        "access_token": access, "token_type": "Bearer", "expires_in": 3599, "refresh_token": refresh,
        "scope": "legacy", "is_new_user": true, "newUser": true, "after_callback_redirect_url": null,
    }))
    .into_response()
}

fn new_session(behaviour: &mut Behaviour, user: &str) -> (String, String) {
    let refresh = behaviour.new_session(user);
    (access_token(behaviour, user), refresh)
}

fn access_token(behaviour: &mut Behaviour, user: &str) -> String {
    let mut claims = content(user);
    claims["iss"] = json!(format!("{}/api/v1/projects/{PROJECT}", behaviour.origin));
    claims["email"] = json!(user);
    behaviour.sign(claims)
}

fn is_client(headers: &HeaderMap) -> bool {
    let has = |name: &str, value: &str| headers.get(name).is_some_and(|given| given == value);
    has("x-stack-project-id", PROJECT)
        && has("x-stack-access-type", "client")
        && has("x-stack-publishable-client-key", CLIENT_KEY)
}

fn refuse(status: u16, code: &'static str) -> Response {
    let body = axum::Json(json!({"code": code, "error": "<b>text for developers</b>"}));
    (StatusCode::from_u16(status).unwrap(), [("x-stack-known-error", code)], body).into_response()
}
