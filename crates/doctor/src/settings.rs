//! Checks the configuration by itself, without a connection to another machine.
//! It must not print a value that may be a secret.

use super::Report;
use http_server::config::{PartialConfig, TrustedProxy};
use secrecy::{ExposeSecret, SecretString};
use sessions::SessionKey;

/// The words of `.env.example` that are to be replaced.
const PLACEHOLDERS: [&str; 3] = ["choose-a-password", "from-the-console", "@ep-example"];

const SESSION_KEY_FIX: &str = "set SESSION_KEY to what `openssl rand -base64 32` prints; everybody signs in again";

pub fn check(partial: &PartialConfig, report: &mut Report) {
    for problem in &partial.problems {
        report.failure(problem.variable, problem.what.clone(), problem.fix.clone());
    }
    if partial.problems.is_empty() {
        let what = if partial.local { "local mode: stand-ins on this machine" } else { "complete" };
        report.ok("configuration", what);
    }
    for (name, url) in [("DATABASE_URL", &partial.database_url), ("DATABASE_OWNER_URL", &partial.owner_url)] {
        if let Some(url) = url
            && PLACEHOLDERS.iter().any(|placeholder| url.expose_secret().contains(placeholder))
        {
            report.failure(name, "still has a placeholder of .env.example", "put your own host and password there");
        }
    }
    for warning in &partial.warnings {
        report.warning(warning.variable, warning.what.clone(), warning.fix.clone());
    }
    check_origin(partial, report);
    check_proxy(partial, report);
    if let Some(key) = &partial.session_key {
        check_session_key(key, report);
    }
}

fn check_origin(partial: &PartialConfig, report: &mut Report) {
    let Some(origin) = &partial.public_origin else { return };
    if origin.is_https() || partial.local {
        report.ok("PUBLIC_ORIGIN", origin.as_str());
    } else {
        let fix = "for a deployment, set it to the https address at which browsers reach the app";
        report.warning("PUBLIC_ORIGIN", format!("{} is for this machine only, and not https", origin.as_str()), fix);
    }
}

fn check_proxy(partial: &PartialConfig, report: &mut Report) {
    let rates = partial.common.rates.sign_in;
    match (&partial.common.trusted_proxy, partial.platform) {
        (TrustedProxy::None, Some(platform)) => report.warning(
            "TRUSTED_PROXY",
            format!("not set on {}: everybody there shares one budget of sign-ins ({rates})", platform.name),
            format!("set it to {}", platform.proxy),
        ),
        (TrustedProxy::None, None) => report.ok("TRUSTED_PROXY", "none: a client is its connection"),
        (TrustedProxy::Fly, _) => report.ok("TRUSTED_PROXY", "Fly.io"),
        (TrustedProxy::Hops(hops), _) => report.ok("TRUSTED_PROXY", format!("{hops} in front")),
        (TrustedProxy::Networks(networks), _) => report.ok("TRUSTED_PROXY", format!("{} networks", networks.len())),
    }
}

fn check_session_key(key: &SecretString, report: &mut Report) {
    match SessionKey::weakness(key) {
        None => report.ok("SESSION_KEY", "32 bytes, random as far as one can see"),
        Some(weakness) => report.failure("SESSION_KEY", weakness.to_string(), SESSION_KEY_FIX),
    }
}
