//! Signs in with a password, and prints who it is, from verified claims.
//!
//! `sign_in managed AUTH_URL APP_ORIGIN EMAIL` for a project of today, `sign_in stack API_URL PROJECT_ID CLIENT_KEY
//! EMAIL` for an older one. The password is in the variable `PASSWORD`, so that no list of processes shows it.

use anyhow::{Context, Result, anyhow, bail};
use neon_auth::{Credentials, Keys, NeonAuth, NeonAuthError, Refusal, SignInOutcome};
#[cfg(feature = "managed")]
use neon_auth::{Managed, ManagedSettings, NoDatabase};
#[cfg(feature = "stack")]
use neon_auth::{Stack, StackSettings};
use secrecy::SecretString;
use std::env;
use std::process::ExitCode;
#[cfg(feature = "managed")]
use std::sync::Arc;

const USAGE: &[&str] = &[
    #[cfg(feature = "managed")]
    "sign_in managed AUTH_URL APP_ORIGIN EMAIL",
    #[cfg(feature = "stack")]
    "sign_in stack API_URL PROJECT_ID CLIENT_KEY EMAIL",
];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    report(match env::var("PASSWORD") {
        Ok(password) => run(&arguments, password.into()).await,
        Err(_) => Err(anyhow!("PASSWORD is not set, or is no text")),
    })
}

/// Prints who has signed in, or in one line why the sign-in failed.
pub fn report(outcome: Result<String>) -> ExitCode {
    match outcome {
        Ok(who) => {
            println!("{who}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns who has signed in.
pub async fn run(arguments: &[&str], password: SecretString) -> Result<String> {
    let (neon_auth, email) = match *arguments {
        #[cfg(feature = "managed")]
        ["managed", base_url, app_origin, email] => {
            let base_url = base_url.parse().context("AUTH_URL is not a URL")?;
            let settings = ManagedSettings { base_url, browser_url: None };
            let app_origin = app_origin.parse().context("APP_ORIGIN is not a URL")?;
            // Signing in with a password needs nothing of the database.
            let managed = Managed::new(&settings, &app_origin, Arc::new(NoDatabase)).context("AUTH_URL")?;
            (NeonAuth::Managed(managed), email)
        }
        #[cfg(feature = "stack")]
        ["stack", api_url, project_id, client_key, email] => {
            let settings = StackSettings {
                api_url: api_url.parse().context("API_URL is not a URL")?,
                browser_url: None,
                project_id: project_id.to_owned(),
                publishable_client_key: client_key.into(),
                // It deletes accounts, which this program does not.
                secret_server_key: SecretString::default(),
            };
            (NeonAuth::Stack(Stack::new(settings).context("API_URL")?), email)
        }
        _ => bail!("usage: {}", USAGE.join(", or ")),
    };
    let credentials = Credentials { email: email.to_owned(), password };
    let tokens = match neon_auth.sign_in(&credentials).await {
        Ok(SignInOutcome::SignedIn(tokens)) => tokens,
        Ok(SignInOutcome::ConfirmEmail(_)) => bail!("{email} has to be confirmed first"),
        Err(NeonAuthError::Refused(Refusal::WrongPassword)) => bail!("the password of {email} is wrong"),
        Err(error) => return Err(error.into()),
    };
    let claims = Keys::new(neon_auth.clone()).verify(&tokens.access).await?;
    let who = format!("{} is {}, until {}", claims.email().unwrap_or(email), claims.subject(), claims.expires_at());
    neon_auth.sign_out(&tokens).await?;
    Ok(who)
}
