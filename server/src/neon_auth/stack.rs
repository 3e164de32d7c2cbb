//! The Stack generation: its endpoints, headers and bodies.
//! It must not follow what the other side says to do next, nor hold a person's session.

use super::error::{NeonAuthError, Problem};
use super::wire::{Answer, OriginError, Wire, sensitive};
use super::{Credentials, Tokens};
use app::db::{Algorithm, Expected};
use app::session::SignInMethods;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

/// What Neon's console shows for a project.
#[derive(Clone, Debug)]
pub struct StackSettings {
    /// The origin of the API; the issuer of every token is made from it.
    pub api_url: Url,
    pub project_id: String,
    pub publishable_client_key: SecretString,
    /// For deleting accounts, and for nothing else.
    pub secret_server_key: SecretString,
}

#[derive(Clone, Debug)]
pub struct Stack {
    pub(super) wire: Wire,
    pub(super) project: Arc<Project>,
}

#[derive(Debug)]
pub(super) struct Project {
    pub(super) id: String,
    pub(super) client_key: SecretString,
    server_key: SecretString,
    issuer: String,
}

#[derive(Deserialize)]
struct TokenPair {
    access_token: String,
    refresh_token: String,
}

#[derive(Deserialize)]
struct AccessToken {
    access_token: String,
}

#[derive(Deserialize)]
struct CurrentProject {
    config: ProjectConfig,
}

#[derive(Deserialize)]
#[serde(default)]
struct ProjectConfig {
    credential_enabled: bool,
    sign_up_enabled: bool,
    enabled_oauth_providers: Vec<Provider>,
}

/// Other versions may leave a field out: then what Neon sets up for new projects holds.
impl Default for ProjectConfig {
    fn default() -> Self {
        Self { credential_enabled: true, sign_up_enabled: true, enabled_oauth_providers: Vec::new() }
    }
}

#[derive(Deserialize)]
struct Provider {
    id: String,
}

impl Stack {
    pub fn new(settings: StackSettings) -> Result<Self, OriginError> {
        let wire = Wire::new(&settings.api_url)?;
        let issuer = wire.url(&["api", "v1", "projects", &settings.project_id]).into();
        let project = Project {
            id: settings.project_id,
            client_key: settings.publishable_client_key,
            server_key: settings.secret_server_key,
            issuer,
        };
        Ok(Self { wire, project: Arc::new(project) })
    }

    pub fn expected(&self) -> Expected {
        Expected {
            issuer: self.project.issuer.clone(),
            audience: self.project.id.clone(),
            algorithm: Algorithm::Es256,
            project_id: Some(self.project.id.clone()),
            branch_id: Some("main".to_owned()),
        }
    }

    pub async fn settings(&self) -> Result<SignInMethods, NeonAuthError> {
        let answer = self.call(self.as_client(Method::GET, &["projects", "current"])?).await?;
        let config = answer.json::<CurrentProject>("project settings")?.config;
        let providers = config.enabled_oauth_providers.into_iter().map(|provider| provider.id);
        Ok(SignInMethods {
            password: config.credential_enabled,
            sign_up: config.sign_up_enabled,
            providers: providers.filter(|id| is_provider_id(id)).collect(),
            known: true,
        })
    }

    /// Only the keys of ordinary users: those of restricted and anonymous ones are published elsewhere, so that their
    /// tokens verify nowhere here.
    pub async fn jwks(&self) -> Result<Vec<u8>, NeonAuthError> {
        let segments = ["api", "v1", "projects", &self.project.id, ".well-known", "jwks.json"];
        let answer = self.call(self.wire.request(Method::GET, &segments)).await?;
        answer.check()?;
        Ok(answer.body)
    }

    pub async fn sign_up(&self, credentials: &Credentials, name: &str) -> Result<Tokens, NeonAuthError> {
        let tokens = match self.with_password("sign-up", credentials).await {
            // Lengths are checked before anything is sent, so it is the address that has the wrong shape.
            Err(NeonAuthError::Problem(Problem::Malformed)) => Err(NeonAuthError::Problem(Problem::EmailInvalid)),
            result => result,
        }?;
        if name.is_empty() {
            return Ok(tokens);
        }
        // The account exists now: a name that could not be set is no reason to say that signing up failed.
        match self.set_name(&tokens, name).await {
            Ok(named) => Ok(named),
            Err(error) => {
                tracing::warn!(%error, "the name of a new account was not set");
                Ok(tokens)
            }
        }
    }

    pub async fn sign_in(&self, credentials: &Credentials) -> Result<Tokens, NeonAuthError> {
        self.with_password("sign-in", credentials).await
    }

    /// Sent without the access token: an expired one would fail the call before the refresh token is looked at.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, NeonAuthError> {
        let request = self
            .as_client(Method::POST, &["auth", "sessions", "current", "refresh"])?
            .header("x-stack-refresh-token", sensitive(&tokens.refresh)?);
        let next: AccessToken = self.call(request).await?.json("a refreshed token")?;
        // Refresh tokens are not rotated here: the old one stays.
        accept(Tokens { access: next.access_token.into(), refresh: tokens.refresh.clone() })
    }

    /// The session to end is named by the access token, which must not have expired: else it is renewed first.
    pub async fn sign_out(&self, tokens: &Tokens) -> Result<(), NeonAuthError> {
        match self.end_session(&tokens.access).await {
            Err(NeonAuthError::Problem(Problem::AccessTokenExpired)) => match self.refresh(tokens).await {
                Ok(fresh) => self.end_session(&fresh.access).await,
                Err(NeonAuthError::Problem(Problem::SessionOver)) => Ok(()),
                Err(error) => Err(error),
            },
            result => result,
        }
    }

    pub async fn delete_account(&self, user_id: &str) -> Result<(), NeonAuthError> {
        let request = self
            .wire
            .request(Method::DELETE, &["api", "v1", "users", user_id])
            .header("x-stack-project-id", &self.project.id)
            .header("x-stack-access-type", "server")
            .header("x-stack-secret-server-key", sensitive(&self.project.server_key)?);
        match self.call(request).await?.check() {
            Err(NeonAuthError::Problem(Problem::UserGone)) => Ok(()),
            result => result,
        }
    }

    async fn with_password(&self, verb: &str, credentials: &Credentials) -> Result<Tokens, NeonAuthError> {
        let body = json!({ "email": credentials.email, "password": credentials.password.expose_secret() });
        let request = self.as_client(Method::POST, &["auth", "password", verb])?.json(&body);
        let pair: TokenPair = self.call(request).await?.json("a pair of tokens")?;
        accept(Tokens { access: pair.access_token.into(), refresh: pair.refresh_token.into() })
    }

    /// Sets the display name and gets a token that has it.
    async fn set_name(&self, tokens: &Tokens, name: &str) -> Result<Tokens, NeonAuthError> {
        let request = self
            .as_client(Method::PATCH, &["users", "me"])?
            .header("x-stack-access-token", sensitive(&tokens.access)?)
            .json(&json!({ "display_name": name }));
        self.call(request).await?.check()?;
        self.refresh(tokens).await
    }

    async fn end_session(&self, access: &SecretString) -> Result<(), NeonAuthError> {
        let request = self
            .as_client(Method::DELETE, &["auth", "sessions", "current"])?
            .header("x-stack-access-token", sensitive(access)?)
            .header("x-stack-allow-restricted-user", "true");
        match self.call(request).await?.check() {
            Err(NeonAuthError::Problem(Problem::SessionOver | Problem::UserGone)) => Ok(()),
            result => result,
        }
    }

    /// With the rights of the browser-side key: the least that these calls need.
    fn as_client(&self, method: Method, path: &[&str]) -> Result<RequestBuilder, NeonAuthError> {
        let segments: Vec<&str> = ["api", "v1"].iter().chain(path).copied().collect();
        Ok(self
            .wire
            .request(method, &segments)
            .header("x-stack-project-id", &self.project.id)
            .header("x-stack-access-type", "client")
            .header("x-stack-publishable-client-key", sensitive(&self.project.client_key)?))
    }

    async fn call(&self, request: RequestBuilder) -> Result<Answer, NeonAuthError> {
        let request = request.build().map_err(|_| NeonAuthError::Nonsense("a request that cannot be built"))?;
        self.wire.send(request).await
    }
}

/// Refuses the tokens of restricted and anonymous users by name. They would fail verification anyway, since their
/// issuer, audience and keys are others, but then nobody could be told why. Nothing is ever allowed by this reading.
pub(super) fn accept(tokens: Tokens) -> Result<Tokens, NeonAuthError> {
    let payload = tokens.access.expose_secret().split('.').nth(1).unwrap_or_default();
    let claims: Value = URL_SAFE_NO_PAD
        .decode(payload)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or(NeonAuthError::Nonsense("a token that is no JWT"))?;
    let is = |flag: &str| claims.get(flag).and_then(Value::as_bool).unwrap_or(false);
    if is("is_restricted") || is("is_anonymous") {
        return Err(NeonAuthError::Problem(Problem::Restricted));
    }
    Ok(tokens)
}

/// The id goes into addresses and labels: anything else than a plain word is not offered.
fn is_provider_id(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}
