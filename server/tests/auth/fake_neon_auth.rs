//! A fake of Neon Auth that tests control: short-lived tokens, new keys, outages, hostile answers. It counts calls,
//! and refuses what the real one would refuse.

pub use crate::rls::signing::AUDIENCE as PROJECT;
use crate::rls::signing::{Signer, content};
use crate::support::PASSWORD;
use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use neon_auth::{NeonAuth, Stack, StackSettings};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use time::OffsetDateTime;
use tokio::task::JoinHandle;
use url::Url;

const CLIENT_KEY: &str = "pck_test_client_key";
pub const SECRET_KEY: &str = "ssk_test_server_key";

pub struct FakeNeonAuth {
    pub origin: Url,
    behaviour: Arc<Mutex<Behaviour>>,
    server: JoinHandle<()>,
}

/// What it does next, and what it has seen.
#[derive(Default)]
pub struct Behaviour {
    /// The signing keys. The last one signs, and all are published unless `published` says otherwise.
    pub signers: Vec<Signer>,
    pub published: Option<Vec<usize>>,
    /// The lifetime of new access tokens, in seconds.
    pub lifetime: i64,
    /// Claims that replace the usual ones.
    pub claims: Value,
    /// The answer to every call, if set.
    pub hostile: Option<fn() -> Response>,
    pub providers: Vec<&'static str>,
    /// The number of calls by `METHOD /path` below `/api/v1`.
    pub calls: HashMap<String, usize>,
    /// Everything that must never leave the server.
    pub secrets: HashSet<String>,
    /// User ids by refresh token.
    sessions: HashMap<String, String>,
    /// Challenges and redirect addresses by code.
    codes: HashMap<String, (String, String)>,
}

impl FakeNeonAuth {
    pub async fn start() -> Self {
        let behaviour = Behaviour {
            signers: vec![Signer::es256("key-1")],
            lifetime: 600,
            providers: vec!["google", "github"],
            ..Behaviour::default()
        };
        let behaviour = Arc::new(Mutex::new(behaviour));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new().fallback(answer).with_state((behaviour.clone(), origin.clone()));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, behaviour, server }
    }

    pub fn client(&self) -> NeonAuth {
        let settings = StackSettings {
            browser_url: None,
            api_url: self.origin.clone(),
            project_id: PROJECT.to_owned(),
            publishable_client_key: CLIENT_KEY.into(),
            secret_server_key: SECRET_KEY.into(),
        };
        NeonAuth::Stack(Stack::new(settings).unwrap())
    }

    pub fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.behaviour.lock().unwrap()
    }

    pub fn calls(&self, call: &str) -> usize {
        self.behaviour().calls.get(call).copied().unwrap_or_default()
    }

    /// Refuses connections from now on.
    pub fn stop(&self) {
        self.server.abort();
    }

    /// Answers every call with 503.
    pub fn fail(&self) {
        self.behaviour().hostile = Some(|| StatusCode::SERVICE_UNAVAILABLE.into_response());
    }

    /// Acts like a browser that opens this address and consents. Returns the address that it is redirected to.
    pub fn consent(&self, authorize: &Url) -> Url {
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
        assert!(given["state"].len() >= 43, "256 bits of state");
        let code = hex::encode(digest(&SHA256, given["state"].as_bytes()));
        let mut behaviour = self.behaviour();
        behaviour.secrets.insert(code.clone());
        behaviour.codes.insert(code.clone(), (given["code_challenge"].clone(), given["redirect_uri"].clone()));
        let mut back: Url = given["redirect_uri"].parse().unwrap();
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &given["state"]);
        back
    }
}

impl Drop for FakeNeonAuth {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State((behaviour, origin)): State<(Arc<Mutex<Behaviour>>, Url)>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let path = head.uri.path().trim_start_matches("/api/v1");
    let call = format!("{} {path}", head.method);
    let mut behaviour = behaviour.lock().unwrap();
    *behaviour.calls.entry(call.clone()).or_default() += 1;
    if let Some(hostile) = behaviour.hostile {
        return hostile();
    }
    let keys = format!("GET /projects/{PROJECT}/.well-known/jwks.json");
    if call == keys {
        return behaviour.jwks();
    }
    if call != "POST /auth/oauth/token" && !is_client(&head.headers) {
        return refuse(401, "INVALID_PUBLISHABLE_CLIENT_KEY");
    }
    match call.as_str() {
        "GET /projects/current" => {
            let providers: Vec<_> = behaviour.providers.iter().map(|id| json!({ "id": id })).collect();
            let config =
                json!({"credential_enabled": true, "sign_up_enabled": true, "enabled_oauth_providers": providers});
            axum::Json(json!({"id": PROJECT, "config": config, "something": "new"})).into_response()
        }
        "POST /auth/password/sign-in" => behaviour.sign_in(&origin, &body),
        "POST /auth/sessions/current/refresh" => behaviour.refresh(&origin, &head.headers),
        "DELETE /auth/sessions/current" => axum::Json(json!({"success": true})).into_response(),
        "POST /auth/oauth/token" => behaviour.exchange(&origin, &body),
        _ => (StatusCode::NOT_FOUND, "no such route").into_response(),
    }
}

impl Behaviour {
    fn jwks(&self) -> Response {
        let all = (0..self.signers.len()).collect();
        let published = self.published.as_ref().unwrap_or(&all);
        let keys: Vec<_> = published.iter().map(|index| self.signers[*index].jwk.clone()).collect();
        axum::Json(json!({ "keys": keys })).into_response()
    }

    fn sign_in(&mut self, origin: &Url, body: &Bytes) -> Response {
        let body: Value = serde_json::from_slice(body).unwrap();
        if body["password"] != PASSWORD {
            return refuse(400, "EMAIL_PASSWORD_MISMATCH");
        }
        let user = body["email"].as_str().unwrap().to_owned();
        let (access, refresh) = self.new_session(origin, &user);
        axum::Json(json!({"access_token": access, "refresh_token": refresh, "user_id": user})).into_response()
    }

    fn refresh(&mut self, origin: &Url, headers: &HeaderMap) -> Response {
        assert!(!headers.contains_key("x-stack-access-token"), "an expired one would fail the call");
        let token = headers["x-stack-refresh-token"].to_str().unwrap();
        match self.sessions.get(token).cloned() {
            Some(user) => axum::Json(json!({"access_token": self.token(origin, &user)})).into_response(),
            None => refuse(401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED"),
        }
    }

    fn exchange(&mut self, origin: &Url, body: &Bytes) -> Response {
        let form: HashMap<_, _> = url::form_urlencoded::parse(body).into_owned().collect();
        assert_eq!((form["client_id"].as_str(), form["client_secret"].as_str()), (PROJECT, CLIENT_KEY));
        let verifier = form["code_verifier"].clone();
        self.secrets.insert(verifier.clone());
        let Some((challenge, redirect)) = self.codes.remove(&form["code"]) else {
            return refuse(400, "INVALID_AUTHORIZATION_CODE");
        };
        if URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())) != challenge {
            return refuse(400, "INVALID_AUTHORIZATION_CODE");
        }
        if form["redirect_uri"] != redirect {
            return (StatusCode::BAD_REQUEST, "redirect_uri does not match").into_response();
        }
        let user = format!("oauth-{}", &form["code"][..8]);
        let (access, refresh) = self.new_session(origin, &user);
        axum::Json(json!({
            "access_token": access, "token_type": "Bearer", "expires_in": 3599, "refresh_token": refresh,
            "scope": "legacy", "is_new_user": true, "newUser": true, "after_callback_redirect_url": null,
        }))
        .into_response()
    }

    fn new_session(&mut self, origin: &Url, user: &str) -> (String, String) {
        let refresh = format!("refresh{:0>38}", self.sessions.len());
        self.sessions.insert(refresh.clone(), user.to_owned());
        self.secrets.insert(refresh.clone());
        (self.token(origin, user), refresh)
    }

    fn token(&mut self, origin: &Url, user: &str) -> String {
        let mut claims = content(user);
        claims["iss"] = json!(format!("{origin}api/v1/projects/{PROJECT}"));
        claims["exp"] = json!(OffsetDateTime::now_utc().unix_timestamp() + self.lifetime);
        claims["email"] = json!(user);
        for (name, value) in self.claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        let token = self.signers.last().unwrap().sign(&claims);
        self.secrets.insert(token.clone());
        token
    }
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
