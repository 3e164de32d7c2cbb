//! The sample of local mode: two users with rows in each feature, written the way every user writes them.
//! It must not bypass sign-up or the policies: what the sample shows is what the app can do.

use super::LocalEnvironment;
use anyhow::{Context, bail};
use http_server::config::PublicOrigin;
use http_server::state::Site;
use identity::Claims;
use neon_auth::{Credentials, Keys, NeonAuth, NeonAuthError, Refusal, SignInOutcome};
use request::feature::Personas;
use rls::{Db, DbSettings};
use secrecy::ExposeSecret;
#[cfg(feature = "managed")]
use stand_ins::managed_neon_auth::Person;
use std::time::Duration;

/// A user of the sample.
pub(super) struct SampleUser {
    pub(super) name: &'static str,
    email: &'static str,
}

impl SampleUser {
    fn credentials(&self) -> Credentials {
        Credentials { email: self.email.to_owned(), password: PASSWORD.into() }
    }

    /// Returns what the pages of the local Neon Auth tell of the user.
    #[cfg(feature = "managed")]
    pub(super) fn person(&self) -> Person {
        Person { email: self.email.to_owned(), password: PASSWORD.to_owned() }
    }
}

/// The password of both, who exist on this machine only.
const PASSWORD: &str = "local-password";

const ADA: SampleUser = SampleUser { name: "Ada", email: "ada@example.com" };
const GRACE: SampleUser = SampleUser { name: "Grace", email: "grace@example.com" };

pub(super) const SAMPLE_USERS: [&SampleUser; 2] = [&ADA, &GRACE];

/// Signs both users up, and writes the sample of each feature. It is safe to repeat: users who exist sign in, and
/// what was submitted before is not written twice.
pub async fn run(environment: &LocalEnvironment, origin: &PublicOrigin, site: &Site) -> anyhow::Result<()> {
    let db = Db::connect_lazy(&DbSettings {
        url: environment.database_url.expose_secret().to_owned(),
        application_name: site.name.to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_cache_capacity: 10,
    })?;
    let neon_auth = environment.neon_auth.client(origin.url(), &db)?;
    let keys = Keys::new(neon_auth.clone());
    let ada = sign_up_or_in(&neon_auth, &keys, &ADA).await?;
    let grace = sign_up_or_in(&neon_auth, &keys, &GRACE).await?;
    let personas = Personas { ada, grace };
    for write_sample in site.features.iter().filter_map(|feature| feature.seed) {
        write_sample(&db, &personas).await?;
    }
    db.close().await;
    Ok(())
}

/// Signs the user up, or in if the account exists.
async fn sign_up_or_in(neon_auth: &NeonAuth, keys: &Keys, user: &SampleUser) -> anyhow::Result<Claims> {
    match neon_auth.sign_up(&user.credentials(), user.name, None).await {
        Err(NeonAuthError::Refused(Refusal::EmailKnown)) => sign_in(neon_auth, keys, user).await,
        outcome => verified_claims(outcome, keys, user).await,
    }
}

/// Signs the user in. Fails where the account was deleted since, or has another password now.
pub(super) async fn sign_in(neon_auth: &NeonAuth, keys: &Keys, user: &SampleUser) -> anyhow::Result<Claims> {
    verified_claims(neon_auth.sign_in(&user.credentials()).await, keys, user).await
}

async fn verified_claims(
    outcome: Result<SignInOutcome, NeonAuthError>,
    keys: &Keys,
    user: &SampleUser,
) -> anyhow::Result<Claims> {
    match outcome.with_context(|| format!("{} cannot sign in", user.email))? {
        SignInOutcome::SignedIn(tokens) => Ok(keys.verify(&tokens.access).await?),
        SignInOutcome::ConfirmEmail(_) => bail!("{} cannot sign in: the address has to be confirmed", user.email),
    }
}
