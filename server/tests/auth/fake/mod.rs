//! A fake of Neon Auth that tests control: short-lived tokens, new keys, outages, hostile answers. It counts calls,
//! and refuses what the real one would refuse. Each generation has its protocol in a file of its own, with the calls
//! that these tests lead to.

#[cfg(feature = "managed")]
mod managed;
#[cfg(feature = "stack")]
mod stack;

use crate::rls::signing::Signer;
use crate::support::{FreePort, PASSWORD, Server, Shape};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use neon_auth::NeonAuth;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use time::OffsetDateTime;
use url::Url;

/// The generation whose protocol the fake speaks.
#[derive(Clone, Copy)]
pub enum Generation {
    #[cfg(feature = "stack")]
    Stack,
    #[cfg(feature = "managed")]
    Managed,
}

/// Returns what the protocol of a generation has under this name.
macro_rules! of_protocol {
    ($generation:expr, $($name:tt)+) => {
        match $generation {
            #[cfg(feature = "stack")]
            Generation::Stack => stack::$($name)+,
            #[cfg(feature = "managed")]
            Generation::Managed => managed::$($name)+,
        }
    };
}

impl Generation {
    /// The generation of tests that Neon Auth takes little part in: the one of new projects, where there are both.
    #[cfg(feature = "managed")]
    pub const USUAL: Self = Self::Managed;
    /// The generation of all tests.
    #[cfg(not(feature = "managed"))]
    pub const USUAL: Self = Self::Stack;

    /// Returns the shape of its user directory.
    pub fn shape(self) -> Shape {
        of_protocol!(self, SHAPE)
    }

    /// Makes a signing key of its algorithm.
    pub fn signer(self, key_id: &str) -> Signer {
        of_protocol!(self, signer(key_id))
    }
}

/// A call that tests count.
#[derive(Clone, Copy)]
pub enum Call {
    /// Fetches the signing keys.
    Keys,
    /// Renews an access token.
    Renew,
    /// Exchanges what a login has come back with.
    Exchange,
    SignOut,
}

pub struct FakeNeonAuth {
    pub origin: Url,
    generation: Generation,
    behaviour: Arc<Mutex<Behaviour>>,
    server: Server,
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
    /// The number of calls by `METHOD /path` below the base URL, with the name of the first parameter if there is one.
    pub calls: HashMap<String, usize>,
    /// Everything that must never leave the server.
    pub secrets: HashSet<String>,
    /// The origin of this fake.
    origin: String,
    /// The origin of the app, which it trusts.
    app: String,
    /// User ids by what renews the access token.
    sessions: HashMap<String, String>,
    /// Logins that are under way, by what names them next.
    logins: HashMap<String, Login>,
}

/// A login at a provider.
struct Login {
    /// What only the client that began it can answer.
    challenge: String,
    /// The address that it returns to.
    redirect: String,
}

impl FakeNeonAuth {
    /// Starts it for an app with this origin.
    pub async fn start(generation: Generation, app: &str) -> Self {
        let port = FreePort::take("127.0.0.1").await;
        let behaviour = Behaviour {
            signers: vec![generation.signer("key-1")],
            lifetime: 600,
            providers: vec!["google", "github"],
            secrets: of_protocol!(generation, SECRETS).iter().map(|secret| (*secret).to_owned()).collect(),
            origin: port.origin.clone(),
            app: app.to_owned(),
            ..Behaviour::default()
        };
        let behaviour = Arc::new(Mutex::new(behaviour));
        let origin = port.origin.parse().unwrap();
        let router = Router::new().fallback(answer).with_state((generation, behaviour.clone()));
        Self { origin, generation, behaviour, server: port.serve(router) }
    }

    pub fn client(&self) -> NeonAuth {
        of_protocol!(self.generation, client(self))
    }

    pub fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.behaviour.lock().unwrap()
    }

    pub fn calls(&self, call: Call) -> usize {
        let name = of_protocol!(self.generation, name(call));
        self.behaviour().calls.get(&name).copied().unwrap_or_default()
    }

    /// Refuses connections from now on.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Answers every call with 503.
    pub fn fail(&self) {
        self.behaviour().hostile = Some(|| StatusCode::SERVICE_UNAVAILABLE.into_response());
    }

    /// Acts like a browser that opens this address and consents. Returns the address that it is redirected to.
    pub fn consent(&self, authorize: &Url) -> Url {
        assert_eq!(authorize.origin(), self.origin.origin());
        let mut behaviour = self.behaviour();
        let back: Url = of_protocol!(self.generation, consent(&mut behaviour, authorize));
        assert_eq!(back.origin().ascii_serialization(), behaviour.app, "it trusts nobody else");
        let state = back.query_pairs().find(|(name, _)| name == "state").expect("the state comes back").1;
        assert!(state.len() >= 43, "256 bits of state");
        drop(behaviour);
        back
    }
}

async fn answer(
    State((generation, behaviour)): State<(Generation, Arc<Mutex<Behaviour>>)>,
    request: Request<Body>,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let path = head.uri.path().trim_start_matches(of_protocol!(generation, BASE));
    let parameter = head.uri.query().and_then(|query| query.split_once('='));
    let call = format!("{} {path}{}", head.method, parameter.map_or(String::new(), |(name, _)| format!("?{name}")));
    let mut behaviour = behaviour.lock().unwrap();
    *behaviour.calls.entry(call.clone()).or_default() += 1;
    if let Some(hostile) = behaviour.hostile {
        return hostile();
    }
    of_protocol!(generation, answer(&mut behaviour, &call, &head, &body))
}

/// What both protocols do.
impl Behaviour {
    fn jwks(&self) -> Response {
        let all = (0..self.signers.len()).collect();
        let published = self.published.as_ref().unwrap_or(&all);
        let keys: Vec<_> = published.iter().map(|index| self.signers[*index].jwk.clone()).collect();
        axum::Json(json!({ "keys": keys })).into_response()
    }

    /// Begins a session, and returns what renews its access token.
    fn new_session(&mut self, user: &str) -> String {
        let renewal = format!("renewal{:0>38}", self.sessions.len());
        self.sessions.insert(renewal.clone(), user.to_owned());
        self.secrets.insert(renewal.clone());
        renewal
    }

    /// Signs a token with these claims, unless the test has set others.
    fn sign(&mut self, mut claims: Value) -> String {
        claims["exp"] = json!(OffsetDateTime::now_utc().unix_timestamp() + self.lifetime);
        for (name, value) in self.claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        let token = self.signers.last().unwrap().sign(&claims);
        self.secrets.insert(token.clone());
        token
    }
}

/// Returns the user whose address and password are in the body, if it is the right one. The address is the user's id.
fn user_with_password(body: &Bytes) -> Option<String> {
    let body: Value = serde_json::from_slice(body).unwrap();
    (body["password"] == PASSWORD).then(|| body["email"].as_str().unwrap().to_owned())
}
