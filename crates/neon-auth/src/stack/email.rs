//! The Stack generation: mails that confirm an address or sign in, with links to the app's own pages.

use super::problem::{about_the_address, about_the_code};
use super::{Stack, TokenPair, accept};
use crate::error::{NeonAuthError, Problem};
use crate::values::{EmailLinks, Proof, Tokens};
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// A whole code, as links carry it. What is typed is shorter and goes together with the nonce.
const WHOLE_CODE: usize = 45;

/// What is left of it when six characters are typed.
const NONCE: usize = 39;

#[derive(Deserialize)]
struct Nonce {
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
        let sent = self.as_user(tokens, |stack| Ok(stack.as_client(Method::POST, &path)?.json(&body))).await;
        sent.map(drop).map_err(about_the_address)
    }

    pub(crate) async fn verify_email(&self, proof: &Proof) -> Result<Option<Tokens>, NeonAuthError> {
        let body = json!({ "code": proof.code().expose_secret() });
        let answer = self.call(self.as_client(Method::POST, &["contact-channels", "verify"])?.json(&body)).await?;
        // The address of the account is another one by now, which is said in plain text. The code is used up.
        if answer.status == StatusCode::BAD_REQUEST && !answer.is_json {
            return Err(NeonAuthError::Problem(Problem::MailedCodeSpent));
        }
        answer.check().map_err(about_the_code).map(|()| None)
    }

    /// Gives the nonce, without which the code in the mail is worth nothing.
    pub(crate) async fn send_sign_in_code(
        &self,
        email: &str,
        email_links: &EmailLinks,
    ) -> Result<SecretString, NeonAuthError> {
        let body = json!({ "email": email, "callback_url": email_links.sign_in.as_str() });
        let request = self.as_client(Method::POST, &["auth", "otp", "send-sign-in-code"])?.json(&body);
        let answer = self.call(request).await?;
        // What a project forbids is refused in plain text.
        if answer.status == StatusCode::FORBIDDEN && !answer.is_json {
            return Err(NeonAuthError::Problem(Problem::NotOffered));
        }
        match answer.json::<Nonce>("a nonce").map_err(about_the_address) {
            Ok(Nonce { nonce }) => Ok(nonce.into()),
            // No account, or one that has to confirm the address first: no mail is sent, and the caller is not told why. A code that is
            // typed all the same is looked for like any other.
            Err(NeonAuthError::Problem(Problem::UserGone | Problem::SignUpOff | Problem::EmailKnown)) => Ok(made_up()),
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
        let whole = if code.len() != WHOLE_CODE {
            format!("{code}{nonce}")
        } else if !nonce.is_empty() && code.to_lowercase().ends_with(&nonce.to_lowercase()) {
            code.to_owned()
        } else {
            // Of a mail that another user asked for: it would sign this user in as that one.
            return Err(NeonAuthError::Problem(Problem::CodeInvalid));
        };
        let request = self.as_client(Method::POST, &["auth", "otp", "sign-in"])?.json(&json!({ "code": whole }));
        let tokens = self.call(request).await?.json::<TokenPair>("a pair of tokens").map_err(about_the_code)?;
        accept(tokens.into())
    }
}

/// A nonce of the usual length that belongs to no code.
fn made_up() -> SecretString {
    let digits = [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string()).concat();
    digits[..NONCE].into()
}

impl Proof {
    /// Typed or in a link, it is the same code to this generation.
    pub(super) fn code(&self) -> &SecretString {
        match self {
            Self::Code { code, .. } | Self::Link(code) => code,
        }
    }
}
