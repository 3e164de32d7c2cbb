//! The secrets that are two different things in the two generations, each with a name that says which it is.

use super::error::{NeonAuthError, Refusal, Result};
use super::secret;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// The secret that gets the next access token, for as long as the session at Neon Auth lasts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// The refresh token of the Stack generation.
    RefreshToken(#[serde(with = "secret")] SecretString),
    /// The session cookie of Managed Neon Auth: `name=value`, as the cookie is sent back.
    SessionCookie(#[serde(with = "secret")] SecretString),
}

/// The secret that finishes a login, together with the proof in the callback.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginSecret {
    /// The PKCE verifier of the Stack generation.
    PkceVerifier(#[serde(with = "secret")] SecretString),
    /// The challenge cookies of Managed Neon Auth: `name=value` of each cookie, as they are sent back.
    ChallengeCookies(#[serde(with = "secret")] SecretString),
}

/// A session of the other generation is over here: its secret is not sent.
impl Renewal {
    #[cfg(feature = "stack")]
    pub(crate) fn refresh_token(&self) -> Result<&SecretString> {
        match self {
            Self::RefreshToken(token) => Ok(token),
            Self::SessionCookie(_) => Err(NeonAuthError::Refused(Refusal::SessionOver)),
        }
    }

    #[cfg(feature = "managed")]
    pub(crate) fn session_cookie(&self) -> Result<&SecretString> {
        match self {
            Self::SessionCookie(cookie) => Ok(cookie),
            Self::RefreshToken(_) => Err(NeonAuthError::Refused(Refusal::SessionOver)),
        }
    }
}

/// A login of the other generation cannot be finished here: its secret is not sent.
impl LoginSecret {
    #[cfg(feature = "stack")]
    pub(crate) fn pkce_verifier(&self) -> Result<&SecretString> {
        match self {
            Self::PkceVerifier(verifier) => Ok(verifier),
            Self::ChallengeCookies(_) => Err(NeonAuthError::Refused(Refusal::CodeInvalid)),
        }
    }

    #[cfg(feature = "managed")]
    pub(crate) fn challenge_cookies(&self) -> Result<&SecretString> {
        match self {
            Self::ChallengeCookies(cookies) => Ok(cookies),
            Self::PkceVerifier(_) => Err(NeonAuthError::Refused(Refusal::CodeInvalid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LoginSecret, Renewal};
    use secrecy::ExposeSecret;
    use serde_json::json;

    #[test]
    fn secrets_round_trip_with_their_kind() {
        let serialized = serde_json::to_value(Renewal::SessionCookie("name=hunter2".into())).unwrap();
        assert_eq!(serialized, json!({"session_cookie": "name=hunter2"}));
        let Renewal::SessionCookie(cookie) = serde_json::from_value(serialized).unwrap() else {
            panic!("another kind")
        };
        assert_eq!(cookie.expose_secret(), "name=hunter2");

        let serialized = serde_json::to_value(LoginSecret::PkceVerifier("hunter2".into())).unwrap();
        assert_eq!(serialized, json!({"pkce_verifier": "hunter2"}));
        let LoginSecret::PkceVerifier(verifier) = serde_json::from_value(serialized).unwrap() else {
            panic!("another kind")
        };
        assert_eq!(verifier.expose_secret(), "hunter2");
    }

    #[test]
    fn debug_output_hides_secrets() {
        for shown in [
            format!("{:?}", Renewal::RefreshToken("hunter2".into())),
            format!("{:?}", Renewal::SessionCookie("hunter2".into())),
            format!("{:?}", LoginSecret::PkceVerifier("hunter2".into())),
            format!("{:?}", LoginSecret::ChallengeCookies("hunter2".into())),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}

#[cfg(all(test, feature = "managed", feature = "stack"))]
mod cross_generation_tests {
    use super::{LoginSecret, Renewal};
    use crate::{Managed, ManagedSettings, NeonAuth, NeonAuthError, NoDatabase, Refusal, Stack, StackSettings, Tokens};
    use std::sync::Arc;

    /// A URL where no server listens: every request fails as an outage.
    const CLOSED_PORT_URL: &str = "http://127.0.0.1:1/neondb/auth";

    fn clients() -> [NeonAuth; 2] {
        let base_url = CLOSED_PORT_URL.parse().unwrap();
        let origin = "http://localhost:3000".parse().unwrap();
        let settings = ManagedSettings { base_url, browser_url: None };
        let managed = Managed::new(&settings, &origin, Arc::new(NoDatabase)).unwrap();
        let stack = Stack::new(StackSettings {
            api_url: CLOSED_PORT_URL.parse().unwrap(),
            browser_url: None,
            project_id: "project".to_owned(),
            publishable_client_key: "pck".into(),
            secret_server_key: "ssk".into(),
        });
        [NeonAuth::Managed(managed), NeonAuth::Stack(stack.unwrap())]
    }

    #[tokio::test]
    async fn secrets_are_not_sent_to_the_other_generation() {
        let cookie = || Renewal::SessionCookie("name=value".into());
        let token = || Renewal::RefreshToken("token".into());
        let [managed, stack] = clients();
        for (client, own, other) in [(managed, cookie(), token()), (stack, token(), cookie())] {
            let tokens = |renewal| Tokens { access: "e30.e30.x".into(), renewal };
            let outage = client.refresh(&tokens(own)).await;
            assert!(matches!(outage, Err(NeonAuthError::Unreachable(_))), "its own secret is sent: {outage:?}");
            let over = client.refresh(&tokens(other)).await;
            assert_eq!(over.err(), Some(NeonAuthError::Refused(Refusal::SessionOver)));
        }

        let callback = "http://localhost:3000/auth/callback".parse().unwrap();
        let cookies = || LoginSecret::ChallengeCookies("name=value".into());
        let verifier = || LoginSecret::PkceVerifier("verifier".into());
        let [managed, stack] = clients();
        for (client, own, other) in [(managed, cookies(), verifier()), (stack, verifier(), cookies())] {
            let outage = client.finish_oauth("proof".into(), &own, &callback).await;
            assert!(matches!(outage, Err(NeonAuthError::Unreachable(_))), "its own secret is sent: {outage:?}");
            let unknown = client.finish_oauth("proof".into(), &other, &callback).await;
            assert_eq!(unknown.err(), Some(NeonAuthError::Refused(Refusal::CodeInvalid)));
        }
    }
}
