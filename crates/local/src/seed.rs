//! A first look at the product: two people with something in each feature, written the way every user writes it.
//! It must not bypass sign-up or the policies: what the sample shows is what the app can do.

use super::LocalEnvironment;
use anyhow::{Context, bail};
use http_server::state::Site;
use identity::Claims;
use neon_auth::{Credentials, Keys, NeonAuth, NeonAuthError, Problem, SignInOutcome, Stack};
use request::feature::Personas;
use rls::{Db, DbSettings};
use secrecy::ExposeSecret;
use std::time::Duration;

/// A person of the sample.
pub(super) struct Person {
    pub(super) name: &'static str,
    email: &'static str,
}

impl Person {
    fn credentials(&self) -> Credentials {
        Credentials { email: self.email.to_owned(), password: PASSWORD.into() }
    }
}

/// The password of both, who exist on this machine only.
const PASSWORD: &str = "local-password";

const ADA: Person = Person { name: "Ada", email: "ada@example.com" };
const GRACE: Person = Person { name: "Grace", email: "grace@example.com" };

pub(super) const PEOPLE: [&Person; 2] = [&ADA, &GRACE];

/// Signs both people up, and writes the sample of each feature. It is safe to repeat: people who exist sign in, and
/// what was submitted before is not written twice.
pub async fn plant(environment: &LocalEnvironment, site: &Site) -> anyhow::Result<()> {
    let neon_auth = NeonAuth::Stack(Stack::new(environment.neon_auth.clone())?);
    let keys = Keys::new(neon_auth.clone());
    let db = Db::connect_lazy(&DbSettings {
        url: environment.database_url.expose_secret().to_owned(),
        application_name: site.name.to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_cache_capacity: 10,
    })?;
    let ada = enter(&neon_auth, &keys, &ADA).await?;
    let grace = enter(&neon_auth, &keys, &GRACE).await?;
    let personas = Personas { ada, grace };
    for seed in site.features.iter().filter_map(|feature| feature.seed) {
        seed(&db, &personas).await?;
    }
    db.close().await;
    Ok(())
}

/// Signs the person up, or in where they exist.
async fn enter(neon_auth: &NeonAuth, keys: &Keys, person: &Person) -> anyhow::Result<Claims> {
    match neon_auth.sign_up(&person.credentials(), person.name, None).await {
        Err(NeonAuthError::Problem(Problem::EmailKnown)) => sign_in(neon_auth, keys, person).await,
        outcome => admitted(outcome, keys, person).await,
    }
}

/// Signs the person in. Fails where the account was deleted since, or has another password now.
pub(super) async fn sign_in(neon_auth: &NeonAuth, keys: &Keys, person: &Person) -> anyhow::Result<Claims> {
    admitted(neon_auth.sign_in(&person.credentials()).await, keys, person).await
}

async fn admitted(
    outcome: Result<SignInOutcome, NeonAuthError>,
    keys: &Keys,
    person: &Person,
) -> anyhow::Result<Claims> {
    match outcome.with_context(|| format!("{} cannot sign in", person.email))? {
        SignInOutcome::SignedIn(tokens) => Ok(keys.verify(&tokens.access).await?),
        SignInOutcome::ConfirmEmail(_) => bail!("{} cannot sign in: the address has to be confirmed", person.email),
    }
}
