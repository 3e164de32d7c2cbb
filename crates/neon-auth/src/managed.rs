//! The generation built on Better Auth: its base URL, its settings, and what every call to it has in common.
//! Nothing of a browser is sent: the client speaks as the app, whose origin is a constant.

mod callback_error;
mod cookies;
mod email;
mod oauth;
mod password;
mod refusal;
mod session;

use super::call_counters::CallCounters;
use super::error::{NeonAuthError, Outage, Refusal, Result};
use super::project_database::{DatabaseError, ProjectDatabase, ProjectSettings};
use super::renewal::Renewal;
use super::response::ApiResponse;
use super::sign_in_methods::{Mailed, PasswordRules, SignInMethods, is_provider_id};
use super::trust::ProjectInfo;
use super::values::Tokens;
use super::wire::{BaseUrlError, Wire, sensitive};
use http::header::{COOKIE, ORIGIN};
use http::{HeaderValue, Method};
use identity::{Algorithm, Expected};
use reqwest::RequestBuilder;
use secrecy::SecretString;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Url;

/// The response header that carries a token beside a session.
const TOKEN_HEADER: &str = "set-auth-jwt";

/// The settings that Neon's console shows for a branch. There is no key: the app's own origin, which is registered
/// there, is what Neon Auth knows it by.
#[derive(Clone, Debug)]
pub struct ManagedSettings {
    /// The base URL, such as `https://ep-….neonauth.….aws.neon.tech/neondb/auth`.
    pub base_url: Url,
    /// The origin at which browsers reach it, if another.
    pub browser_url: Option<Url>,
}

/// A client of the generation built on Better Auth. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Managed {
    wire: Wire,
    /// Sent as `Origin` with every call that changes something.
    app: HeaderValue,
    /// Scheme and host of the base URL: the issuer and the audience of every token.
    issuer: Arc<str>,
    /// Scheme and host at which browsers reach it: the only place that a login may lead to.
    browser_origin: Arc<str>,
    /// The first label of that host, by which the project's settings are found among those of other branches.
    endpoint: Arc<str>,
    database: Arc<dyn ProjectDatabase>,
    /// Whether a mail that confirms an address has a link in it, as of the last look at the settings.
    mails_links: Arc<AtomicBool>,
}

impl Managed {
    pub(crate) fn call_counters(&self) -> &CallCounters {
        self.wire.call_counters()
    }

    /// Makes a client, which does not connect yet. `public_origin` is the app's own origin, by which Neon Auth knows
    /// it.
    pub fn new(
        settings: &ManagedSettings,
        public_origin: &Url,
        database: Arc<dyn ProjectDatabase>,
    ) -> Result<Self, BaseUrlError> {
        let origin = public_origin.origin().ascii_serialization();
        let browser_url = settings.browser_url.as_ref().unwrap_or(&settings.base_url);
        Ok(Self {
            wire: Wire::new(&settings.base_url, refusal::classify)?,
            app: HeaderValue::try_from(origin).map_err(|_| BaseUrlError::NotABase)?,
            issuer: settings.base_url.origin().ascii_serialization().into(),
            browser_origin: browser_url.origin().ascii_serialization().into(),
            endpoint: settings.base_url.host_str().unwrap_or_default().split('.').next().unwrap_or_default().into(),
            database,
            mails_links: Arc::default(),
        })
    }

    /// Returns the methods of a new project of Neon. The limits of passwords are those of Better Auth.
    pub(crate) fn default_methods(&self) -> SignInMethods {
        SignInMethods {
            verification: Mailed::Code,
            // Both exist; the link would lead over Neon's host, and needs a mail server of the project's own.
            reset: Mailed::Code,
            codes_are_digits: true,
            passwords: PasswordRules { min_chars: 8, max_chars: 128, max_bytes: 512 },
            ..SignInMethods::default()
        }
    }

    pub(crate) fn expected(&self) -> Expected {
        Expected {
            issuer: self.issuer.to_string(),
            audience: self.issuer.to_string(),
            algorithm: Algorithm::EdDsa,
            project_id: None,
            branch_id: None,
        }
    }

    pub(crate) async fn settings(&self) -> Result<SignInMethods> {
        let Some(project) = self.project().await? else {
            tracing::warn!(
                fix = "grant select on neon_auth.project_config to the role that owns this database",
                "the settings of Neon Auth cannot be read: sign-in offers passwords only"
            );
            return Ok(SignInMethods { known: true, ..self.default_methods() });
        };
        self.mails_links.store(project.mails_links, Ordering::Relaxed);
        let providers = project.providers.into_iter().filter(|id| is_provider_id(id));
        Ok(SignInMethods {
            password: project.password,
            sign_up: project.sign_up,
            email_code: project.email_code,
            providers: providers.collect(),
            verification: if project.mails_links { Mailed::Link } else { Mailed::Code },
            known: true,
            ..self.default_methods()
        })
    }

    pub(crate) async fn project_info(&self) -> Result<ProjectInfo> {
        let project = self.project().await?;
        // Last, as clocks are compared next: a database that sleeps takes seconds to answer.
        let response = self.wire.call(self.wire.request(Method::GET, &["ok"])).await?;
        response.check()?;
        Ok(ProjectInfo {
            allows_localhost: project.as_ref().map(|project| project.allows_localhost),
            trusted_domains: project.map(|project| project.trusted_origins),
            clock: response.date,
        })
    }

    /// Succeeds, as there is no such key.
    pub(crate) async fn check_server_key(&self) -> Result<()> {
        Ok(())
    }

    pub(crate) async fn jwks(&self) -> Result<Vec<u8>> {
        let response = self.wire.call(self.wire.request(Method::GET, &[".well-known", "jwks.json"])).await?;
        response.check()?;
        Ok(response.body)
    }

    /// Reads the settings of the project. Returns `None` where they may not be read.
    async fn project(&self) -> Result<Option<ProjectSettings>> {
        Ok(self.database.settings(&self.endpoint).await?)
    }

    /// Sends a POST with a JSON object, an empty one where there are no fields.
    async fn post(&self, path: &[&str], session: Option<&SecretString>, body: &Value) -> Result<ApiResponse> {
        let request = self.wire.request(Method::POST, path).header(ORIGIN, self.app.clone()).json(body);
        self.wire.call(with_cookies(request, session)?).await
    }

    async fn get(&self, path: &[&str], session: Option<&SecretString>) -> Result<ApiResponse> {
        self.wire.call(with_cookies(self.wire.request(Method::GET, path), session)?).await
    }

    /// Returns the tokens of the session that a response begins, or `None` if it begins none. Its cookie decides, not
    /// its status nor the `token` in its body, which is not accepted anywhere.
    async fn session_from(&self, response: &ApiResponse) -> Result<Option<Tokens>> {
        response.check()?;
        let Some(session) = cookies::session(&response.headers) else { return Ok(None) };
        let access = match token(response) {
            Some(token) => token,
            None => self.token(&session).await.map_err(refusal::follow_up_refusal_as_invalid)?,
        };
        accept(Tokens { access, renewal: Renewal::SessionCookie(session) }).map(Some)
    }
}

fn with_cookies(request: RequestBuilder, cookies: Option<&SecretString>) -> Result<RequestBuilder> {
    Ok(match cookies {
        Some(cookies) => request.header(COOKIE, sensitive(cookies)?),
        None => request,
    })
}

fn token(response: &ApiResponse) -> Option<SecretString> {
    response.headers.get(TOKEN_HEADER)?.to_str().ok().map(SecretString::from)
}

/// Refuses the tokens of banned users. A ban stops new sign-ins at Neon Auth, but not existing sessions, whose tokens
/// carry it.
fn accept(tokens: Tokens) -> Result<Tokens> {
    let claims = tokens.unverified_claims().ok_or(NeonAuthError::InvalidResponse("a token that is no JWT"))?;
    if claims["banned"] == Value::Bool(true) {
        return Err(NeonAuthError::Refused(Refusal::Restricted));
    }
    Ok(tokens)
}

impl From<DatabaseError> for NeonAuthError {
    fn from(error: DatabaseError) -> Self {
        Self::Unreachable(Outage::Database(error.to_string().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::{NeonAuthError, Refusal, accept};
    use crate::response::tests::any_json;
    use crate::values::tests::{with_access_token, with_claims};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn banned_users_are_refused_as_restricted() {
        for claims in [json!({}), json!({"banned": false}), json!({"banned": null, "banReason": "x"}), json!([true])] {
            assert!(accept(with_claims(&claims)).is_ok(), "{claims}");
        }
        let banned = accept(with_claims(&json!({"banned": true}))).err();
        assert_eq!(banned, Some(NeonAuthError::Refused(Refusal::Restricted)));
        assert!(matches!(accept(with_access_token("a.b.c")), Err(NeonAuthError::InvalidResponse(_))));
    }

    proptest! {
        #[test]
        fn arbitrary_tokens_do_not_panic(noise in any::<String>(), claims in any_json(), banned in any_json()) {
            _ = accept(with_access_token(&noise));
            prop_assert!(accept(with_claims(&claims)).is_ok(), "{claims}");
            prop_assert_eq!(accept(with_claims(&json!({ "banned": banned }))).is_ok(), banned != true, "{}", banned);
        }
    }
}
