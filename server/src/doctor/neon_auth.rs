//! Whether Neon Auth answers, knows us, offers a way in, and lets people come back.
//! It must not sign anybody in.

use super::clock;
use super::jwks::KeyList;
use super::report::Report;
use crate::config::PublicOrigin;
use crate::neon_auth::{NeonAuth, NeonAuthError, Problem, Stack, StackSettings};
use app::db::Verifier;
use app::session::SignInMethods;

const KEYS_FIX: &str = "copy the project id and both keys from the Auth page of Neon's console again";

pub async fn check(settings: &StackSettings, origin: Option<&PublicOrigin>, report: &mut Report) {
    let host = settings.api_url.host_str().unwrap_or_default().to_owned();
    let client = match Stack::new(settings.clone()) {
        Ok(stack) => NeonAuth::Stack(stack),
        Err(error) => return report.failure("Neon Auth", error.to_string(), "correct STACK_API_URL, or leave it out"),
    };
    let methods = match client.settings().await {
        Ok(methods) => methods,
        Err(error) => return failed(error, &host, report),
    };
    report.ok("Neon Auth", format!("Stack generation, {host} answers and knows the project"));
    offers(&methods, report);
    match client.check_server_key().await {
        Ok(()) => report.ok("server key", "accepted"),
        Err(NeonAuthError::Problem(_)) => {
            let seen = "STACK_SECRET_SERVER_KEY is refused: accounts could not be deleted";
            report.failure("server key", seen, KEYS_FIX);
        }
        Err(error) => report.warning("server key", error.to_string(), "run the doctor again"),
    }
    keys(&client, report).await;
    match client.introduction().await {
        Ok(project) => {
            if let Some(clock) = project.clock {
                clock::check("Neon Auth clock", clock, report);
            }
            if let Some(origin) = origin {
                match project.advice(origin.url()) {
                    Some(advice) if advice.breaks_sign_in => report.failure("trusted domain", advice.seen, advice.fix),
                    Some(advice) => report.warning("trusted domain", advice.seen, advice.fix),
                    None if project.trusts(origin.url()) == Some(true) => {
                        report.ok("trusted domain", format!("{} is on the list", origin.as_str()));
                    }
                    None => {
                        report.ok("trusted domain", "this machine, which new projects trust; the list does not say")
                    }
                }
            }
        }
        Err(error) => report.warning("trusted domain", error.to_string(), "run the doctor again"),
    }
}

fn failed(error: NeonAuthError, host: &str, report: &mut Report) {
    match error {
        NeonAuthError::Problem(Problem::Misconfigured) => {
            let seen = format!("{host} does not know STACK_PROJECT_ID with STACK_PUBLISHABLE_CLIENT_KEY");
            report.failure("Neon Auth", seen, KEYS_FIX);
        }
        NeonAuthError::Unreachable(outage) => {
            let seen = format!("{host} does not answer ({outage:?})");
            let fix = "let this machine reach it over https; if it can, see https://neonstatus.com and wait";
            report.failure("Neon Auth", seen, fix);
        }
        error => {
            let fix = "check that STACK_API_URL is Neon Auth's own address (leave it out for the usual one)";
            report.failure("Neon Auth", format!("{host}: {error}"), fix);
        }
    }
}

fn offers(methods: &SignInMethods, report: &mut Report) {
    let mut ways: Vec<&str> = methods.providers.iter().map(String::as_str).collect();
    if methods.password {
        ways.insert(0, "password");
    }
    if ways.is_empty() {
        let fix = "switch one on in Neon's console: Auth, Configuration";
        return report.failure("sign-in methods", "none is switched on: nobody can sign in", fix);
    }
    let sign_up = if methods.sign_up { "" } else { "; nobody new can sign up" };
    report.ok("sign-in methods", format!("{}{sign_up}", ways.join(", ")));
}

async fn keys(client: &NeonAuth, report: &mut Report) {
    let fix = "wait a minute and run the doctor again; if it stays, ask Neon's support about the JWKS of the project";
    let document = match client.jwks().await {
        Ok(document) => document,
        Err(error) => return report.failure("token keys", format!("the JWKS cannot be fetched: {error}"), fix),
    };
    match Verifier::new(client.expected()).replace_keys(&document) {
        Err(error) => report.failure("token keys", format!("the JWKS is of no use: {error}"), fix),
        Ok(usable) => {
            let KeyList { all, short, broken } = KeyList::read(&document);
            if broken > 0 {
                return report.failure(
                    "token keys",
                    format!("{broken} of {all} keys are no points of their curve"),
                    fix,
                );
            }
            let short =
                if short > 0 { format!(", {short} with a short coordinate, which is padded") } else { String::new() };
            report.ok("token keys", format!("{usable} of {all} can verify tokens{short}"));
        }
    }
}
