//! The secrets that are two different things in the two generations, each with a name that says which it is.

use super::error::{NeonAuthError, Problem};
use super::secret;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// What gets the next access token, for as long as the session at Neon Auth lasts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// Of the Stack generation.
    RefreshToken(#[serde(with = "secret")] SecretString),
    /// Of Managed Neon Auth: `name=value`, as the cookie is sent back.
    SessionCookie(#[serde(with = "secret")] SecretString),
}

/// What finishes a login, together with what it comes back with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginSecret {
    /// Of the Stack generation.
    PkceVerifier(#[serde(with = "secret")] SecretString),
    /// Of Managed Neon Auth: `name=value` of each cookie, as they are sent back.
    ChallengeCookies(#[serde(with = "secret")] SecretString),
}

/// A session of the other generation is over here: its secret is not sent.
impl Renewal {
    #[cfg(feature = "stack")]
    pub(crate) fn refresh_token(&self) -> Result<&SecretString, NeonAuthError> {
        match self {
            Self::RefreshToken(token) => Ok(token),
            Self::SessionCookie(_) => Err(NeonAuthError::Problem(Problem::SessionOver)),
        }
    }

    #[cfg(feature = "managed")]
    pub(crate) fn session_cookie(&self) -> Result<&SecretString, NeonAuthError> {
        match self {
            Self::SessionCookie(cookie) => Ok(cookie),
            Self::RefreshToken(_) => Err(NeonAuthError::Problem(Problem::SessionOver)),
        }
    }
}

/// A login of the other generation cannot be finished here: its secret is not sent.
impl LoginSecret {
    #[cfg(feature = "stack")]
    pub(crate) fn pkce_verifier(&self) -> Result<&SecretString, NeonAuthError> {
        match self {
            Self::PkceVerifier(verifier) => Ok(verifier),
            Self::ChallengeCookies(_) => Err(NeonAuthError::Problem(Problem::CodeInvalid)),
        }
    }

    #[cfg(feature = "managed")]
    pub(crate) fn challenge_cookies(&self) -> Result<&SecretString, NeonAuthError> {
        match self {
            Self::ChallengeCookies(cookies) => Ok(cookies),
            Self::PkceVerifier(_) => Err(NeonAuthError::Problem(Problem::CodeInvalid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LoginSecret, Renewal};
    use secrecy::ExposeSecret;
    use serde_json::json;

    #[test]
    fn what_was_kept_comes_back_as_the_same_kind() {
        let kept = serde_json::to_value(Renewal::SessionCookie("name=hunter2".into())).unwrap();
        assert_eq!(kept, json!({"session_cookie": "name=hunter2"}));
        let Renewal::SessionCookie(cookie) = serde_json::from_value(kept).unwrap() else { panic!("another kind") };
        assert_eq!(cookie.expose_secret(), "name=hunter2");

        let kept = serde_json::to_value(LoginSecret::PkceVerifier("hunter2".into())).unwrap();
        assert_eq!(kept, json!({"pkce_verifier": "hunter2"}));
        let LoginSecret::PkceVerifier(verifier) = serde_json::from_value(kept).unwrap() else { panic!("another kind") };
        assert_eq!(verifier.expose_secret(), "hunter2");
    }

    #[test]
    fn neither_kind_prints_its_secret() {
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
