//! What must never leave the server: passwords, codes, tokens, cookies, keys. Every flow runs, and all secrets in it
//! are searched for in everything that was logged and answered. `tests/auth` does the same with hostile answers. Each
//! form is followed to the page that it leads to.

use super::backend::{Backend, Setting};
use super::flows::{GRACE, delete_account, go_to_provider, is_signed_in, sign_in, sign_up, submit, submit_consent};
use super::mail::{NEW, proof, send};
use super::on_both;
use crate::support::{Browser, Log, PASSWORD, SESSION_COOKIE};
use http_server::sign_in::Content;
use neon_auth::{LoginSecret, Renewal, Tokens};
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use url::Url;

on_both!(no_secret_is_sent_or_logged_in_any_flow);

/// A wrong password and a wrong code.
const WRONG: &str = "wrong horse battery";
const WRONG_CODE: &str = "915873";

async fn no_secret_is_sent_or_logged_in_any_flow(backend: Backend) {
    let log = Log::of_everything();
    let mut seen = Seen::of(&backend);
    backend.set(Setting::ConfirmEmail).await;
    backend.set_and_show(Setting::CodesToSignIn).await;
    let mut ada = backend.browser();

    let page = sign_up(&mut ada, "Ada", PASSWORD).await;
    ada.follow(page).await;
    seen.note(&backend, &ada).await;
    submit(&mut ada, "/verify-email?/confirm", &[("email", "ada@example.com"), ("code", WRONG_CODE)]).await;
    let mailed = seen.proof(&backend, &mut ada, "Ada").await;
    let page = send(&mut ada, "/verify-email?/confirm", &mailed, &[]).await;
    ada.follow(page).await;
    assert!(is_signed_in(&mut ada).await, "by the mail");
    seen.note(&backend, &ada).await;

    submit(&mut ada, "/auth/sign-out", &[]).await;
    sign_in(&mut ada, "Ada", WRONG).await;
    backend.set(Setting::TokenSeconds(0)).await;
    let page = sign_in(&mut ada, "Ada", PASSWORD).await;
    ada.follow(page).await;
    seen.note(&backend, &ada).await;
    assert!(is_signed_in(&mut ada).await, "with a token that was renewed");
    seen.note(&backend, &ada).await;
    backend.set(Setting::TokenSeconds(600)).await;

    let mut phone = backend.browser();
    submit(&mut phone, "/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    seen.note(&backend, &phone).await;
    let code = backend.mailed_code("ada@example.com").await;
    for code in [WRONG_CODE, &code] {
        submit(&mut phone, "/sign-in/code?/enter", &[("email", "ada@example.com"), ("code", code)]).await;
    }
    assert!(is_signed_in(&mut phone).await, "by a code");
    seen.secret(&code);
    seen.note(&backend, &phone).await;

    let mut lost = backend.browser();
    submit(&mut lost, "/forgot-password?/send", &[("email", "ada@example.com")]).await;
    let mailed = seen.proof(&backend, &mut lost, "Ada").await;
    let page = send(&mut lost, "/reset-password?/set", &mailed, &[("password", NEW)]).await;
    lost.follow(page).await;
    assert!(is_signed_in(&mut lost).await, "by a reset");
    seen.note(&backend, &lost).await;
    let change = |old, new| [("old_password", old), ("password", new)];
    submit(&mut lost, "/account/password?/change", &change(WRONG, PASSWORD)).await;
    submit(&mut lost, "/account/password?/change", &change(NEW, PASSWORD)).await;
    assert!(is_signed_in(&mut lost).await);
    seen.note(&backend, &lost).await;

    let mut grace = backend.browser();
    let consent = go_to_provider(&mut grace, "/account").await;
    seen.note(&backend, &grace).await;
    let back = submit_consent(&mut grace, &consent, &GRACE).await;
    seen.returned(&back);
    for _ in 0..2 {
        grace.get(back.as_str()).await;
    }
    assert!(is_signed_in(&mut grace).await, "by a provider");
    seen.note(&backend, &grace).await;

    backend.go_down().await;
    sign_in(&mut ada, "Ada", PASSWORD).await;
    delete_account(&mut grace).await;
    backend.come_back().await;
    let page = delete_account(&mut grace).await;
    grace.follow(page).await;
    assert!(!is_signed_in(&mut grace).await, "nobody any more");

    let log = log.text();
    assert!(log.matches("signed in").count() >= 10 && log.contains("account deleted"), "the log was caught");
    let heard = [ada, phone, lost, grace].map(|browser| browser.transcript().to_owned()).concat();
    assert!(heard.contains("Neon Auth") || heard.contains("/account"), "the answers were caught");
    assert!(seen.secrets.len() > 20, "{}", seen.secrets.len());
    for secret in &seen.secrets {
        assert!(!has(&heard, secret), "{secret} was sent: {}", around(&heard, secret));
    }
    for secret in seen.secrets.union(&seen.not_for_the_log) {
        assert!(!has(&log, secret), "{secret} is in the log: {}", around(&log, secret));
    }
}

/// Returns whether the secret is in the text. A mailed code is six digits, which a time or a request id may have in it by
/// chance: it counts as a number of its own.
fn has(text: &str, secret: &str) -> bool {
    let is_code = secret.bytes().all(|byte| byte.is_ascii_digit());
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
    text.match_indices(secret).any(|(start, _)| {
        let (before, after) = (text[..start].chars().next_back(), text[start + secret.len()..].chars().next());
        !is_code || (!is_part(before) && !is_part(after))
    })
}

#[test]
fn code_counts_as_a_number_of_its_own() {
    for text in ["915873", "code=915873&x", "{\"code\":\"915873\"}", "at 09:15:11.915873Z with 915873"] {
        assert!(has(text, "915873"), "{text}");
    }
    for text in ["at 09:15:11.915873Z", "latency_ms=1.915873", "id=a915873f", "1915873"] {
        assert!(!has(text, "915873"), "{text}");
    }
    assert!(has("id=xsecret1y", "secret1"));
}

fn around(text: &str, secret: &str) -> String {
    let line = text.lines().find(|line| has(line, secret)).unwrap_or_default();
    line.chars().take(2000).collect()
}

/// The secrets that have occurred.
struct Seen {
    secrets: BTreeSet<String>,
    /// Values that browsers carry in addresses: they may be in answers, but not in the log.
    not_for_the_log: BTreeSet<String>,
}

impl Seen {
    /// Starts with the secrets that exist before any client.
    fn of(backend: &Backend) -> Self {
        let mut seen = Self { secrets: BTreeSet::new(), not_for_the_log: BTreeSet::new() };
        [PASSWORD, NEW, WRONG, WRONG_CODE].into_iter().for_each(|typed| seen.secret(typed));
        seen.secret(crate::http::SESSION_KEY);
        let database: Url = backend.database().web_url.parse().expect("a URL");
        seen.secret(database.password().expect("a password"));
        #[cfg(feature = "stack")]
        if backend.is_stack() {
            seen.secret(&backend.stack_neon_auth().secret_server_key);
        }
        seen
    }

    fn secret(&mut self, secret: &str) {
        if secret.len() >= 6 {
            self.secrets.insert(secret.to_owned());
        }
    }

    fn tokens(&mut self, tokens: &Tokens) {
        self.secret(tokens.access.expose_secret());
        let (Renewal::RefreshToken(renewal) | Renewal::SessionCookie(renewal)) = &tokens.renewal;
        self.cookies(renewal.expose_secret());
    }

    /// Adds a token, or cookies as sent, with each of their values.
    fn cookies(&mut self, secret: &str) {
        self.secret(secret);
        for pair in secret.split("; ") {
            if let Some((_, value)) = pair.split_once('=') {
                self.secret(value);
            }
        }
    }

    /// Adds the session of this browser with all its secrets. What Neon Auth stores is the first part of its cookie.
    async fn note(&mut self, backend: &Backend, browser: &Browser) {
        let cookie = browser.cookie(SESSION_COOKIE).expect("a session");
        self.secret(cookie);
        let id = cookie.parse().expect("an id");
        let noted = backend.state().auth.sessions.store().update(&id, |content: &mut Content| {
            if let Some(person) = &content.person {
                self.tokens(&person.tokens);
            }
            for login in &content.logins {
                let (LoginSecret::PkceVerifier(secret) | LoginSecret::ChallengeCookies(secret)) = &login.secret;
                self.cookies(secret.expose_secret());
                self.not_for_the_log.insert(login.state.expose_secret().to_owned());
            }
            for mail in content.mails.iter() {
                self.secret(mail.nonce.expose_secret());
                self.secret(mail.link.expose_secret());
                mail.tokens.iter().for_each(|tokens| self.tokens(tokens));
            }
        });
        assert!(noted.await.is_ok());
        if !backend.is_stack() {
            let there: Vec<String> = backend.database().values("select token from neon_auth.session").await;
            there.iter().for_each(|token| self.secret(token));
        }
    }

    /// Returns the fields that the last mail to this user contains, after following its link.
    async fn proof(&mut self, backend: &Backend, browser: &mut Browser, name: &str) -> Vec<(&'static str, String)> {
        let fields = proof(backend, browser, name).await;
        fields.iter().filter(|(name, _)| *name == "code").for_each(|(_, code)| self.secret(code));
        self.note(backend, browser).await;
        fields
    }

    fn returned(&mut self, back: &Url) {
        self.not_for_the_log.extend(back.query_pairs().map(|(_, value)| value.into_owned()));
    }
}
