//! The variable of the generation built on Better Auth, which every new project has.

use super::NeonAuthSettings;
use crate::app_database::AppDatabase;
use crate::config::origin;
use crate::config::vars::Vars;
use neon_auth::{BaseUrlError, Managed, ManagedSettings, NeonAuth};
use rls::Db;
use std::sync::Arc;
use url::Url;

pub const BASE_URL: &str = "NEON_AUTH_BASE_URL";

#[cfg(feature = "stack")]
const FIX: &str = "the Auth URL from the Auth page of Neon's console, such as \
    https://ep-example.neonauth.eu-central-1.aws.neon.tech/neondb/auth (an older project has STACK_PROJECT_ID and its keys)";
#[cfg(not(feature = "stack"))]
const FIX: &str = "the Auth URL from the Auth page of Neon's console, such as \
    https://ep-example.neonauth.eu-central-1.aws.neon.tech/neondb/auth";

/// Makes a client, which the project knows by the app's origin. It reads its settings in the app's database.
pub fn client(settings: &ManagedSettings, public_origin: &Url, database: &Db) -> Result<NeonAuth, BaseUrlError> {
    let database = Arc::new(AppDatabase(database.clone()));
    Managed::new(settings, public_origin, database).map(NeonAuth::Managed)
}

/// Reads the variable, and reports whether it is missing or wrong.
pub fn read(vars: &mut Vars<'_>) -> Option<NeonAuthSettings> {
    let base_url = vars.required(&[BASE_URL], FIX)?;
    let base_url = parse(&base_url).map_err(|what| vars.wrong(BASE_URL, what, FIX)).ok()?;
    Some(NeonAuthSettings::Managed(ManagedSettings { base_url, browser_url: None }))
}

/// Parses a base URL. The error is the rest of a sentence that begins with the name of the variable.
fn parse(text: &str) -> Result<Url, &'static str> {
    let mut origin = Url::parse(text).map_err(|_| "is not a URL")?;
    let path = origin.path().to_owned();
    origin.set_path("/");
    let mut url = origin::parse(origin.as_str())?;
    if path.trim_matches('/').is_empty() {
        return Err("has no path: it ends in the name of the database and /auth");
    }
    url.set_path(path.trim_end_matches('/'));
    Ok(url)
}
