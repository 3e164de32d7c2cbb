//! The authorization-code flow of the Stack generation, on the `oauth2` crate.
//! State, deadline and the page to return to are kept and checked by the caller.

use super::refusal::refusal_for_code;
use super::{Stack, accept};
use crate::error::{NeonAuthError, Refusal, Result};
use crate::renewal::{LoginSecret, Renewal};
use crate::values::{AuthorizationRequest, CallbackParams, Tokens, single_value, values};
use crate::wire::{UNBUILDABLE, Wire, url_below};
use http::header::CONTENT_TYPE;
use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use std::future::Future;
use std::pin::Pin;
use url::Url;

/// 256 bits: a pending login cannot be guessed.
const STATE_BYTES: u32 = 32;

/// Codes have 64 characters. What is longer was not sent by Neon Auth.
const MAX_CODE_LENGTH: usize = 512;

type OAuthClient = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl Stack {
    pub(crate) async fn start_oauth(&self, provider: &str, callback: &Url) -> Result<AuthorizationRequest> {
        let client = self.oauth_client(provider, callback);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // The publishable key travels in this URL by the protocol's design; it is public.
        let (url, state) = client
            .authorize_url(|| CsrfToken::new_random_len(STATE_BYTES))
            .add_scope(Scope::new("legacy".to_owned()))
            .set_pkce_challenge(challenge)
            .add_extra_param("client_secret", self.project.client_key.expose_secret().to_owned())
            .add_extra_param("grant_type", "authorization_code")
            .add_extra_param("type", "authenticate")
            // Older versions report errors only there; without it the user is stranded on a page of JSON.
            .add_extra_param("error_redirect_uri", callback.to_string())
            .url();
        Ok(AuthorizationRequest {
            url,
            state: state.into_secret().into(),
            secret: LoginSecret::PkceVerifier(verifier.into_secret().into()),
        })
    }

    pub(crate) async fn finish_oauth(
        &self,
        code: SecretString,
        secret: &LoginSecret,
        callback: &Url,
    ) -> Result<Tokens> {
        let client = self.oauth_client("", callback);
        let response = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(secret.pkce_verifier()?.expose_secret().to_owned()))
            .request_async(&self.wire)
            .await
            .map_err(token_request_error)?;
        // `expires_in` is not looked at: it says an hour where the token lives ten minutes.
        let refresh =
            response.refresh_token().ok_or(NeonAuthError::InvalidResponse("a login without refresh token"))?;
        accept(Tokens {
            access: response.access_token().secret().as_str().into(),
            renewal: Renewal::RefreshToken(refresh.secret().as_str().into()),
        })
    }

    /// Returns `false`: a `code` and a `state` may belong to another protocol.
    pub(crate) fn is_callback(_query: &str) -> bool {
        false
    }

    pub(crate) fn read_callback(query: &str) -> CallbackParams {
        // Versions differ in which of the two they send.
        if let Some(code) = values(query, "errorCode").first() {
            return CallbackParams::Failed(refusal_for_code(code));
        }
        if !values(query, "error").is_empty() {
            return CallbackParams::Failed(Refusal::Other);
        }
        match (single_value(query, "code"), single_value(query, "state")) {
            (Some(code), Some(state)) if !state.is_empty() && (1..=MAX_CODE_LENGTH).contains(&code.len()) => {
                CallbackParams::Arrived { proof: code.into(), state: Some(state) }
            }
            _ => CallbackParams::Incomplete,
        }
    }

    fn oauth_client(&self, provider: &str, callback: &Url) -> OAuthClient {
        let authorize = url_below(&self.project.browser_url, &["api", "v1", "auth", "oauth", "authorize", provider]);
        let token = self.wire.url(&["api", "v1", "auth", "oauth", "token"]);
        BasicClient::new(ClientId::new(self.project.id.clone()))
            .set_client_secret(ClientSecret::new(self.project.client_key.expose_secret().to_owned()))
            // HTTP Basic, the crate's default, is ignored by the token endpoint.
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(authorize))
            .set_token_uri(TokenUrl::from_url(token))
            .set_redirect_uri(RedirectUrl::from_url(callback.clone()))
    }
}

/// The `oauth2` crate's requests over our bounded client: by itself the crate would bring another HTTP library.
impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = NeonAuthError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(exchange(self, request))
    }
}

async fn exchange(wire: &Wire, request: HttpRequest) -> Result<HttpResponse> {
    let request = request.try_into().map_err(|_| UNBUILDABLE)?;
    let response = wire.send(request).await?;
    // The crate would drop the code of a refusal, and those without one are no JSON.
    response.check()?;
    if !response.is_json {
        return Err(NeonAuthError::InvalidResponse("a token answer"));
    }
    let mut converted = HttpResponse::new(response.body);
    *converted.status_mut() = response.status;
    converted.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    Ok(converted)
}

fn token_request_error(error: RequestTokenError<NeonAuthError, BasicErrorResponse>) -> NeonAuthError {
    match error {
        RequestTokenError::Request(error) => error,
        _ => NeonAuthError::InvalidResponse("a token answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::{CallbackParams, Refusal, Stack, Url};
    use crate::StackSettings;
    use crate::values::values;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    #[test]
    fn error_parameters_win_over_a_code() {
        for (query, refusal) in [
            ("errorCode=OAUTH_PROVIDER_ACCESS_DENIED&message=x&details=%7B%7D", Refusal::Cancelled),
            ("code=a&state=b&errorCode=OUTER_OAUTH_TIMEOUT", Refusal::LoginTooLate),
            ("error=server_error&errorCode=REDIRECT_URL_NOT_WHITELISTED", Refusal::AppNotTrusted),
            ("error=server_error&error_description=%3Cscript%3E", Refusal::Other),
            ("errorCode=%3Cscript%3E", Refusal::Other),
        ] {
            assert!(
                matches!(Stack::read_callback(query), CallbackParams::Failed(found) if found == refusal),
                "{query}"
            );
        }
    }

    #[test]
    fn callback_needs_exactly_one_code_and_state() {
        assert!(matches!(Stack::read_callback("code=a&state=b"), CallbackParams::Arrived { .. }));
        let long = format!("code={}&state=b", "a".repeat(513));
        for query in [
            "",
            "code=a",
            "state=b",
            "code=&state=b",
            "code=a&state=",
            "code=a&code=b&state=c",
            "code=a&state=b&state=b",
            &long,
        ] {
            assert!(matches!(Stack::read_callback(query), CallbackParams::Incomplete), "{query}");
        }
    }

    #[tokio::test]
    async fn browser_url_is_used_for_redirects_only() {
        let (here, forwarded) = ("http://127.0.0.1:20123", "https://fluffy-20123.app.github.dev");
        for (browser_url, leads_to) in [(None, here), (Some(forwarded), forwarded)] {
            let settings = StackSettings {
                api_url: here.parse().unwrap(),
                browser_url: browser_url.map(|url| url.parse().unwrap()),
                project_id: "project".to_owned(),
                publishable_client_key: "pck".into(),
                secret_server_key: "ssk".into(),
            };
            let stack = Stack::new(settings).unwrap();
            let callback: Url = "http://localhost:3000/auth/callback".parse().unwrap();
            let url = stack.start_oauth("github", &callback).await.unwrap().url;
            assert!(url.as_str().starts_with(&format!("{leads_to}/api/v1/auth/oauth/authorize/github?")));
            let client = stack.oauth_client("", &callback);
            assert_eq!(client.token_uri().as_str(), format!("{here}/api/v1/auth/oauth/token"));
            assert!(stack.expected().issuer.starts_with(here), "{}", stack.expected().issuer);
        }
    }

    proptest! {
        #[test]
        fn arbitrary_queries_do_not_panic(noise in any::<String>(), near in "((code|state|error|errorCode|neon_auth_session_verifier)=[a-z%0-9]{0,4}&?){0,4}") {
            for query in [noise, near] {
                if let CallbackParams::Arrived { proof, .. } = Stack::read_callback(&query) {
                    prop_assert!(!proof.expose_secret().is_empty() && values(&query, "error").is_empty());
                }
            }
        }
    }
}
