//! The variables of the generation built on Stack Auth. Neon's console shows some of its values with the prefix of
//! Next.js.

use super::NeonAuthSettings;
use crate::config::origin;
use crate::config::vars::Vars;
use neon_auth::{BaseUrlError, NeonAuth, Stack, StackSettings};
use rls::Db;
use url::Url;

/// Where this generation is, unless a variable says otherwise.
const HOSTED: &str = "https://api.stack-auth.com";

pub const PROJECT_ID: [&str; 2] = ["STACK_PROJECT_ID", "NEXT_PUBLIC_STACK_PROJECT_ID"];
const CLIENT_KEY: [&str; 2] = ["STACK_PUBLISHABLE_CLIENT_KEY", "NEXT_PUBLIC_STACK_PUBLISHABLE_CLIENT_KEY"];
const SERVER_KEY: [&str; 1] = ["STACK_SECRET_SERVER_KEY"];
pub const API_URL: [&str; 2] = ["STACK_API_URL", "NEXT_PUBLIC_STACK_API_URL"];

/// Makes a client, which the project knows by its keys. It reads nothing in the app's database.
pub fn client(settings: &StackSettings, _: &Url, _: &Db) -> Result<NeonAuth, BaseUrlError> {
    Stack::new(settings.clone()).map(NeonAuth::Stack)
}

/// Returns a variable of this generation that is set, if there is one.
#[cfg(feature = "managed")]
pub fn any_set(vars: &mut Vars<'_>) -> Option<&'static str> {
    let all = [&PROJECT_ID[..], &CLIENT_KEY, &SERVER_KEY, &API_URL].concat();
    all.into_iter().find(|name| vars.optional(&[name]).is_some())
}

/// Reads the variables, and reports which are missing or wrong.
pub fn read(vars: &mut Vars<'_>) -> Option<NeonAuthSettings> {
    let project_id = vars.required(&PROJECT_ID, "the project id from the Auth page of Neon's console");
    let client_key =
        vars.required(&CLIENT_KEY, "the publishable client key (pck_…) from the Auth page of Neon's console");
    let server_key = vars.required(&SERVER_KEY, "the secret server key (ssk_…) from the Auth page of Neon's console");
    let api_url = vars.optional(&API_URL).unwrap_or_else(|| HOSTED.to_owned());
    let api_url = origin::parse(&api_url)
        .map_err(|what| vars.wrong(API_URL[0], what, &format!("an origin such as {HOSTED}, or leave it out")))
        .ok();
    Some(NeonAuthSettings::Stack(StackSettings {
        api_url: api_url?,
        browser_url: None,
        project_id: project_id?,
        publishable_client_key: client_key?.into(),
        secret_server_key: server_key?.into(),
    }))
}
