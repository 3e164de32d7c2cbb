//! The Managed generation: signing in at a provider. The login comes back through Neon's host, with a verifier.
//! It must not send a browser anywhere but to Neon Auth itself, whatever the response says.

use super::callback_error::callback_refusal;
use super::{Managed, cookies};
use crate::error::{NeonAuthError, Outage, Refusal, Result};
use crate::renewal::LoginSecret;
use crate::response::ApiResponse;
use crate::values::{AuthorizationRequest, CallbackParams, Tokens, single_value, values};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::ORIGIN;
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

/// The parameter that a login comes back with.
const VERIFIER_PARAMETER: &str = "neon_auth_session_verifier";

/// 256 bits: a pending login cannot be guessed.
const STATE_BYTES: usize = 32;

/// Bytes. Verifiers are opaque; what is longer was not sent by Neon Auth.
const MAX_VERIFIER_BYTES: usize = 1024;

#[derive(Deserialize)]
struct Start {
    url: Url,
}

impl Managed {
    pub(crate) async fn start_oauth(&self, provider: &str, callback: &Url) -> Result<AuthorizationRequest> {
        let state = random_state()?;
        let mut return_url = callback.clone();
        return_url.query_pairs_mut().append_pair("state", &state);
        let body = json!({
            "provider": provider,
            // All three: otherwise a new user, or one who cancels, ends on Neon's host.
            "callbackURL": return_url.as_str(),
            "newUserCallbackURL": return_url.as_str(),
            "errorCallbackURL": return_url.as_str(),
            "disableRedirect": true,
        });
        let response = self.post(&["sign-in", "social"], None, &body).await?;
        let Start { url } = response.json("the start of a login")?;
        if url.origin().ascii_serialization() != *self.browser_origin {
            return Err(NeonAuthError::InvalidResponse("a login that leads elsewhere"));
        }
        let challenges = cookies::challenges(&response.headers)
            .ok_or(NeonAuthError::InvalidResponse("a login without challenge"))?;
        Ok(AuthorizationRequest { url, state: state.into(), secret: LoginSecret::ChallengeCookies(challenges) })
    }

    /// Gets the session with the verifier and the challenge of the same login.
    pub(crate) async fn finish_oauth(
        &self,
        verifier: SecretString,
        secret: &LoginSecret,
        _callback: &Url,
    ) -> Result<Tokens> {
        let request = self
            .wire
            .request(Method::GET, &["get-session"])
            .query(&[(VERIFIER_PARAMETER, verifier.expose_secret())])
            .header(ORIGIN, self.app.clone());
        let response = self.wire.call(super::with_cookies(request, Some(secret.challenge_cookies()?))?).await?;
        if is_unknown_verifier(&response) {
            return Err(NeonAuthError::Refused(Refusal::CodeInvalid));
        }
        self.session_from(&response).await?.ok_or(NeonAuthError::Refused(Refusal::CodeInvalid))
    }

    pub(crate) fn is_callback(query: &str) -> bool {
        query.contains(VERIFIER_PARAMETER)
    }

    pub(crate) fn read_callback(query: &str) -> CallbackParams {
        if let Some(error) = values(query, "error").first() {
            return CallbackParams::Failed(callback_refusal(error));
        }
        match single_value(query, VERIFIER_PARAMETER) {
            Some(verifier) if (1..=MAX_VERIFIER_BYTES).contains(&verifier.len()) => CallbackParams::Arrived {
                proof: verifier.into(),
                state: single_value(query, "state").filter(|state| !state.is_empty()),
            },
            _ => CallbackParams::Incomplete,
        }
    }
}

fn random_state() -> Result<String> {
    let mut bytes = [0; STATE_BYTES];
    rand::fill(&mut bytes)
        .map_err(|_| NeonAuthError::Unreachable(Outage::Network("this machine has no random numbers".into())))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns whether the response refuses the verifier: nothing else can be wrong with this request.
fn is_unknown_verifier(response: &ApiResponse) -> bool {
    matches!(response.status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND)
}

#[cfg(test)]
mod tests {
    use super::{CallbackParams, Managed, Refusal};
    use crate::values::values;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    #[test]
    fn error_parameter_wins_over_a_verifier() {
        for (query, refusal) in [
            ("state=s&error=access_denied", Refusal::Cancelled),
            ("neon_auth_session_verifier=v&state=s&error=account_not_linked&error_description=x", Refusal::Conflict),
            ("error=%3Cscript%3E", Refusal::Other),
        ] {
            assert!(
                matches!(Managed::read_callback(query), CallbackParams::Failed(found) if found == refusal),
                "{query}"
            );
        }
    }

    #[test]
    fn callback_needs_exactly_one_verifier() {
        let arrived = |query: &str| match Managed::read_callback(query) {
            CallbackParams::Arrived { state, .. } => Some(state),
            _ => None,
        };
        assert_eq!(arrived("state=s&neon_auth_session_verifier=v"), Some(Some("s".to_owned())));
        assert_eq!(arrived("neon_auth_session_verifier=v"), Some(None));
        assert_eq!(arrived("state=&neon_auth_session_verifier=v"), Some(None));
        let long = format!("neon_auth_session_verifier={}", "v".repeat(1025));
        for query in [
            "",
            "state=s",
            "neon_auth_session_verifier=",
            "neon_auth_session_verifier=a&neon_auth_session_verifier=b",
            &long,
        ] {
            assert_eq!(arrived(query), None, "{query}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_queries_do_not_panic(noise in any::<String>(), near in "((code|state|error|errorCode|neon_auth_session_verifier)=[a-z%0-9]{0,4}&?){0,4}") {
            for query in [noise, near] {
                if let CallbackParams::Arrived { proof, .. } = Managed::read_callback(&query) {
                    prop_assert!(!proof.expose_secret().is_empty() && values(&query, "error").is_empty());
                }
            }
        }
    }
}
