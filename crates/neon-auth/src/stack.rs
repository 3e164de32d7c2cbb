//! The Stack generation: its endpoints, headers and bodies.

mod email;
mod oauth;
mod password;
mod project;
mod refusal;
mod session;

use super::call_counters::CallCounters;
use super::error::{NeonAuthError, Refusal, Result};
use super::renewal::Renewal;
use super::response::ApiResponse;
use super::sign_in_methods::SignInMethods;
use super::values::Tokens;
use super::wire::{BaseUrlError, Wire, sensitive};
use http::Method;
use identity::{Algorithm, Expected};
use reqwest::RequestBuilder;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// The settings that Neon's console shows for a project.
#[derive(Clone, Debug)]
pub struct StackSettings {
    /// The origin of the API; the issuer of every token is made from it.
    pub api_url: Url,
    /// The origin at which browsers reach it, if another.
    pub browser_url: Option<Url>,
    /// The id of the project.
    pub project_id: String,
    /// The publishable client key (`pck_…`).
    pub publishable_client_key: SecretString,
    /// The secret server key (`ssk_…`), for deleting accounts and for nothing else.
    pub secret_server_key: SecretString,
}

/// A client of the Stack generation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stack {
    wire: Wire,
    project: Arc<Project>,
}

#[derive(Debug)]
struct Project {
    id: String,
    client_key: SecretString,
    server_key: SecretString,
    issuer: String,
    browser_url: Url,
}

/// The response to every sign-in.
#[derive(Deserialize)]
struct TokenPair {
    access_token: String,
    refresh_token: String,
}

impl Stack {
    pub(crate) fn call_counters(&self) -> &CallCounters {
        self.wire.call_counters()
    }

    /// Makes a client, which does not connect yet.
    pub fn new(settings: StackSettings) -> Result<Self, BaseUrlError> {
        let wire = Wire::new(&settings.api_url, refusal::classify)?;
        let issuer = wire.url(&["api", "v1", "projects", &settings.project_id]).into();
        let project = Project {
            id: settings.project_id,
            client_key: settings.publishable_client_key,
            server_key: settings.secret_server_key,
            issuer,
            browser_url: settings.browser_url.unwrap_or(settings.api_url),
        };
        Ok(Self { wire, project: Arc::new(project) })
    }

    pub(crate) fn default_methods(&self) -> SignInMethods {
        SignInMethods::default()
    }

    pub(crate) fn expected(&self) -> Expected {
        Expected {
            issuer: self.project.issuer.clone(),
            audience: self.project.id.clone(),
            algorithm: Algorithm::Es256,
            project_id: Some(self.project.id.clone()),
            branch_id: Some("main".to_owned()),
        }
    }

    /// Fetches the keys of ordinary users. Those of restricted and anonymous users are published elsewhere, so that
    /// their tokens do not verify here.
    pub(crate) async fn jwks(&self) -> Result<Vec<u8>> {
        let segments = ["api", "v1", "projects", &self.project.id, ".well-known", "jwks.json"];
        let response = self.wire.call(self.wire.request(Method::GET, &segments)).await?;
        response.check()?;
        Ok(response.body)
    }

    /// Builds a request with the publishable client key: the least rights that these calls need.
    fn client_request(&self, method: Method, path: &[&str]) -> Result<RequestBuilder> {
        let key = sensitive(&self.project.client_key)?;
        Ok(self.request(method, path, "client").header("x-stack-publishable-client-key", key))
    }

    /// Builds a request with the secret server key.
    fn server_request(&self, method: Method, path: &[&str]) -> Result<RequestBuilder> {
        let key = sensitive(&self.project.server_key)?;
        Ok(self.request(method, path, "server").header("x-stack-secret-server-key", key))
    }

    /// Sends a POST with the publishable client key.
    async fn post(&self, path: &[&str], body: &Value) -> Result<ApiResponse> {
        self.wire.call(self.client_request(Method::POST, path)?.json(body)).await
    }

    fn request(&self, method: Method, path: &[&str], access_type: &str) -> RequestBuilder {
        let segments: Vec<&str> = ["api", "v1"].iter().chain(path).copied().collect();
        let request = self.wire.request(method, &segments).header("x-stack-project-id", &self.project.id);
        request.header("x-stack-access-type", access_type)
    }
}

impl From<TokenPair> for Tokens {
    fn from(pair: TokenPair) -> Self {
        Self { access: pair.access_token.into(), renewal: Renewal::RefreshToken(pair.refresh_token.into()) }
    }
}

/// Refuses the tokens of restricted and anonymous users by name. They would fail verification anyway, since their
/// issuer, audience and keys are others, but then there would be no reason to show the user. These claims are never
/// used to allow anything.
fn accept(tokens: Tokens) -> Result<Tokens> {
    let claims = tokens.unverified_claims().ok_or(NeonAuthError::InvalidResponse("a token that is no JWT"))?;
    let is = |flag: &str| claims.get(flag).and_then(Value::as_bool).unwrap_or(false);
    if claims.pointer("/restricted_reason/type").and_then(Value::as_str) == Some("email_not_verified") {
        return Err(NeonAuthError::Refused(Refusal::EmailUnconfirmed));
    }
    if is("is_restricted") || is("is_anonymous") {
        return Err(NeonAuthError::Refused(Refusal::Restricted));
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::{NeonAuthError, Refusal, accept};
    use crate::response::tests::any_json;
    use crate::values::tests::{with_access_token, with_claims};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn restricted_and_anonymous_users_are_refused_with_a_reason() {
        let confirms = json!({"is_restricted": true, "restricted_reason": {"type": "email_not_verified"}});
        for (claims, refused) in [
            (json!({}), None),
            (json!({"is_restricted": false, "is_anonymous": false, "restricted_reason": null}), None),
            (json!({"is_restricted": null, "restricted_reason": "email_not_verified"}), None),
            (confirms, Some(Refusal::EmailUnconfirmed)),
            (json!({"is_restricted": true}), Some(Refusal::Restricted)),
            (json!({"is_restricted": true, "restricted_reason": {"type": "anonymous"}}), Some(Refusal::Restricted)),
            (
                json!({"is_restricted": true, "restricted_reason": {"type": "restricted_by_administrator"}}),
                Some(Refusal::Restricted),
            ),
            (json!({"is_anonymous": true}), Some(Refusal::Restricted)),
        ] {
            let refused = refused.map(NeonAuthError::Refused);
            assert_eq!(accept(with_claims(&claims)).err(), refused, "{claims}");
        }
        assert!(matches!(accept(with_access_token("a.b.c")), Err(NeonAuthError::InvalidResponse(_))));
    }

    proptest! {
        #[test]
        fn arbitrary_tokens_do_not_panic(noise in any::<String>(), reason in any_json(), flag in any_json()) {
            _ = accept(with_access_token(&noise));
            for flag in [flag, json!(true)] {
                let claims = json!({"is_restricted": flag, "restricted_reason": reason});
                prop_assert_eq!(accept(with_claims(&claims)).is_ok(), flag != true, "{}", claims);
            }
            prop_assert!(accept(with_claims(&reason)).is_ok(), "{reason}");
        }
    }
}
