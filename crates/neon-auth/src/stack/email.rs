//! The Stack generation: mails that confirm an e-mail address or sign in, with links to the app's own pages.

use super::problem::{malformed_as_invalid_email, malformed_as_wrong_code};
use super::{Stack, TokenPair, accept};
use crate::error::{NeonAuthError, Problem};
use crate::values::{EmailLinks, Proof, Tokens};
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// The length of a full code, as links carry it. A typed code is shorter, and is sent together with the nonce.
const FULL_CODE_LENGTH: usize = 45;

/// The length of the nonce: a full code without the six characters that are typed.
const NONCE_LENGTH: usize = 39;

#[derive(Deserialize)]
struct NonceBody {
    nonce: String,
}

impl Stack {
    pub(crate) async fn send_verification(
        &self,
        email: &str,
        tokens: Option<&Tokens>,
        email_links: &EmailLinks,
    ) -> Result<(), NeonAuthError> {
        let tokens = tokens.ok_or(NeonAuthError::Problem(Problem::NotOffered))?;
        let body = json!({ "email": email, "callback_url": email_links.confirm_email.as_str() });
        let path = ["contact-channels", "send-verification-code"];
        let sent = self.call_as_user(tokens, |stack| Ok(stack.client_request(Method::POST, &path)?.json(&body))).await;
        sent.map(drop).map_err(malformed_as_invalid_email)
    }

    pub(crate) async fn verify_email(&self, proof: &Proof) -> Result<Option<Tokens>, NeonAuthError> {
        let body = json!({ "code": proof.code().expose_secret() });
        let response =
            self.call(self.client_request(Method::POST, &["contact-channels", "verify"])?.json(&body)).await?;
        // The address of the account is another one by now, which is said in plain text. The code is used up.
        if response.status == StatusCode::BAD_REQUEST && !response.is_json {
            return Err(NeonAuthError::Problem(Problem::MailedCodeSpent));
        }
        response.check().map_err(malformed_as_wrong_code).map(|()| None)
    }

    /// Mails a code, and returns the nonce that signing in with it needs.
    pub(crate) async fn send_sign_in_code(
        &self,
        email: &str,
        email_links: &EmailLinks,
    ) -> Result<SecretString, NeonAuthError> {
        let body = json!({ "email": email, "callback_url": email_links.sign_in.as_str() });
        let request = self.client_request(Method::POST, &["auth", "otp", "send-sign-in-code"])?.json(&body);
        let response = self.call(request).await?;
        // What a project forbids is refused in plain text.
        if response.status == StatusCode::FORBIDDEN && !response.is_json {
            return Err(NeonAuthError::Problem(Problem::NotOffered));
        }
        match response.json::<NonceBody>("a nonce").map_err(malformed_as_invalid_email) {
            Ok(NonceBody { nonce }) => Ok(nonce.into()),
            // No account, or one that has to confirm the address first: no mail is sent, and the caller does not learn
            // why. A code that is typed all the same is looked for like any other.
            Err(NeonAuthError::Problem(Problem::UserGone | Problem::SignUpOff | Problem::EmailKnown)) => {
                Ok(decoy_nonce())
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn sign_in_with_code(
        &self,
        _email: &str,
        nonce: &SecretString,
        code: &SecretString,
    ) -> Result<Tokens, NeonAuthError> {
        let (code, nonce) = (code.expose_secret(), nonce.expose_secret());
        let full_code = if code.len() != FULL_CODE_LENGTH {
            format!("{code}{nonce}")
        } else if !nonce.is_empty() && code.to_lowercase().ends_with(&nonce.to_lowercase()) {
            code.to_owned()
        } else {
            // Of a mail that another user asked for: it would sign this user in as that one.
            return Err(NeonAuthError::Problem(Problem::CodeInvalid));
        };
        let request =
            self.client_request(Method::POST, &["auth", "otp", "sign-in"])?.json(&json!({ "code": full_code }));
        let tokens =
            self.call(request).await?.json::<TokenPair>("a pair of tokens").map_err(malformed_as_wrong_code)?;
        accept(tokens.into())
    }
}

/// Returns a nonce of the usual length that belongs to no code.
fn decoy_nonce() -> SecretString {
    let digits = [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string()).concat();
    digits[..NONCE_LENGTH].into()
}

impl Proof {
    /// Returns the code, which is the same to this generation typed or in a link.
    pub(super) fn code(&self) -> &SecretString {
        match self {
            Self::Code { code, .. } | Self::Link(code) => code,
        }
    }
}
