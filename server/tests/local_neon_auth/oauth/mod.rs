//! The authorization code flow through the consent page, with everything that can go wrong.

mod exchange;
mod failures;
mod forwarded;
mod identities;
mod redirects;

use super::{Answer, Auth, send, text};
use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, Url};
use serde_json::Value;
use std::collections::HashMap;

pub const VERIFIER: &str = "i0-745TqTwFZoYXF9YpgFz_zdlCkCxU9NQql_rdhO7I";
pub const CALLBACK: &str = "http://localhost:3000/auth/callback";
pub const STATE: &str = "st-c4a116";

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()))
}

/// Returns an identity at the provider.
pub fn octo<'a>() -> Vec<(&'a str, &'a str)> {
    vec![("account_id", "octo-1"), ("name", "Octo"), ("email", "Octo@Example.com"), ("email_verified", "on")]
}

/// A browser on the consent page.
pub struct AtProvider {
    pub consent: String,
    pub state: String,
    pub cookie: String,
}

impl Auth {
    /// Returns the parameters of a valid authorize request, with changes. An empty change omits a parameter.
    pub fn authorize_parameters(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let challenge = challenge();
        let good = [
            ("client_id", self.running.project_id.as_str()),
            ("client_secret", &self.running.publishable_client_key),
            ("redirect_uri", CALLBACK),
            ("scope", "legacy"),
            ("state", STATE),
            ("grant_type", "authorization_code"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("response_type", "code"),
        ];
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        changed(&good, changes).into_iter().filter(|(_, value)| !value.is_empty()).map(own).collect()
    }

    pub async fn authorize(&self, changes: &[(&str, &str)]) -> Answer {
        let parameters = self.authorize_parameters(changes);
        let url = Url::parse_with_params(&self.url("/auth/oauth/authorize/github"), parameters).unwrap();
        send(self.http.get(url)).await
    }

    /// Sends an authorize request, up to the consent page.
    pub async fn leave(&self, changes: &[(&str, &str)]) -> AtProvider {
        let answer = self.authorize(changes).await;
        assert_eq!(answer.status, 307, "{answer:?}");
        let consent = answer.location().to_owned();
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let state = query(&consent)["state"].clone();
        AtProvider { consent, state, cookie }
    }

    /// Submits the consent page, and returns the answer of the callback.
    pub async fn decide(&self, at: &AtProvider, decision: &str, identity: &[(&str, &str)]) -> Answer {
        let mut form = vec![("state", at.state.as_str()), ("decision", decision)];
        form.extend_from_slice(identity);
        let decided = send(self.http.post(format!("{}/local/consent", self.running.origin)).form(&form)).await;
        assert_eq!(decided.status, 303, "{decided:?}");
        send(self.http.get(decided.location()).header("cookie", &at.cookie)).await
    }

    /// Signs in, up to the app's own callback.
    pub async fn come_back(&self, changes: &[(&str, &str)], identity: &[(&str, &str)]) -> Answer {
        let at = self.leave(changes).await;
        self.decide(&at, "approve", identity).await
    }

    pub async fn code(&self, identity: &[(&str, &str)]) -> String {
        let answer = self.come_back(&[], identity).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        query(answer.location())["code"].clone()
    }

    /// Sends a token request with a form. An empty change omits a field.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        let good =
            [("client_id", self.running.project_id.as_str()), ("client_secret", &self.running.publishable_client_key)];
        let mut form = changed(&good, fields);
        form.retain(|(_, value)| !value.is_empty());
        send(self.http.post(self.url("/auth/oauth/token")).form(&form)).await
    }

    pub async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let good = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.token(&changed(&good, changes)).await
    }

    /// Signs in through the provider and exchanges the code.
    pub async fn sign_in_as(&self, identity: &[(&str, &str)]) -> Value {
        let code = self.code(identity).await;
        let answer = self.exchange(&code, &[]).await;
        answer.assert_ok();
        answer.json()
    }

    pub async fn user_of(&self, tokens: &Value) -> Value {
        let me = self.me(&text(&tokens["access_token"])).await;
        me.assert_ok();
        me.json()
    }
}

/// Returns these pairs with changes in their place.
fn changed<'a>(good: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = good.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes).copied().collect()
}

pub fn query(address: &str) -> HashMap<String, String> {
    Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

#[tokio::test]
async fn consent_page_is_labelled_without_scripts_and_leads_only_to_the_app() {
    let auth = Auth::start().await;
    let at = auth.leave(&[]).await;
    let page = send(auth.http.request(Method::GET, &at.consent)).await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("form-action 'self' http://localhost:3000;"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert!(!page.text.contains("<script") && !page.text.contains("style="));
    assert_eq!(page.text.matches("<label").count(), 4);
    assert!(page.text.contains("<html lang=\"en\">") && page.text.contains("<h1>Continue with GitHub</h1>"));
    assert_eq!(send(auth.http.get(format!("{}/local/consent?state=nope", auth.running.origin))).await.status, 400);
}
