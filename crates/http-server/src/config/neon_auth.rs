//! Which Neon Auth project signs people in: the variables that are set say of which generation it is.

use super::origin;
use super::vars::Vars;
use neon_auth::{BaseUrlError, Managed, ManagedSettings, NeonAuth, ProjectDatabase, Stack, StackSettings};
use std::sync::Arc;
use url::Url;

/// The variable of the generation built on Better Auth, which every new project has.
const BASE_URL: &str = "NEON_AUTH_BASE_URL";
const BASE_URL_FIX: &str = "the Auth URL from the Auth page of Neon's console, such as \
    https://ep-example.neonauth.eu-central-1.aws.neon.tech/neondb/auth (an older project has STACK_PROJECT_ID and its keys)";

/// Where the generation built on Stack Auth is, unless a variable says otherwise.
const HOSTED: &str = "https://api.stack-auth.com";

/// The variables of the generation built on Stack Auth. Neon's console shows some of its values with the prefix of
/// Next.js.
const PROJECT_ID: [&str; 2] = ["STACK_PROJECT_ID", "NEXT_PUBLIC_STACK_PROJECT_ID"];
const CLIENT_KEY: [&str; 2] = ["STACK_PUBLISHABLE_CLIENT_KEY", "NEXT_PUBLIC_STACK_PUBLISHABLE_CLIENT_KEY"];
const SERVER_KEY: [&str; 1] = ["STACK_SECRET_SERVER_KEY"];
const API_URL: [&str; 2] = ["STACK_API_URL", "NEXT_PUBLIC_STACK_API_URL"];

/// The settings of a Neon Auth project, of either generation.
#[derive(Clone, Debug)]
pub enum NeonAuthSettings {
    /// A project of the generation built on Stack Auth.
    Stack(StackSettings),
    /// A project of Managed Neon Auth, the generation built on Better Auth.
    Managed(ManagedSettings),
}

impl NeonAuthSettings {
    /// Returns a client, which does not connect yet. Managed Neon Auth knows the app by `public_origin`, and keeps its
    /// settings in `database`.
    pub fn client(&self, public_origin: &Url, database: Arc<dyn ProjectDatabase>) -> Result<NeonAuth, BaseUrlError> {
        Ok(match self {
            Self::Stack(settings) => NeonAuth::Stack(Stack::new(settings.clone())?),
            Self::Managed(settings) => NeonAuth::Managed(Managed::new(settings, public_origin, database)?),
        })
    }
}

/// Reads the variables of either generation, and reports what is missing, wrong, or of both.
pub fn read(vars: &mut Vars<'_>) -> Option<NeonAuthSettings> {
    let of_stack = [&PROJECT_ID[..], &CLIENT_KEY, &SERVER_KEY, &API_URL].concat();
    let of_stack = of_stack.into_iter().find(|name| vars.optional(&[name]).is_some());
    match (of_stack, vars.optional(&[BASE_URL])) {
        (None, _) => {
            let base_url = vars.required(&[BASE_URL], BASE_URL_FIX)?;
            managed(vars, &base_url).map(NeonAuthSettings::Managed)
        }
        (Some(_), None) => stack(vars).map(NeonAuthSettings::Stack),
        (Some(other), Some(_)) => {
            let what = format!("is set, and so is {other}: they are of two generations of Neon Auth");
            vars.wrong(BASE_URL, &what, "what your project has, and leave out the variables of the other generation");
            None
        }
    }
}

/// Reads the variable of the generation built on Better Auth.
fn managed(vars: &mut Vars<'_>, base_url: &str) -> Option<ManagedSettings> {
    let below = |text: &str| {
        let mut origin = Url::parse(text).map_err(|_| "is not a URL")?;
        let path = origin.path().to_owned();
        origin.set_path("/");
        let mut url = origin::parse(origin.as_str())?;
        if path.trim_matches('/').is_empty() {
            return Err("has no path: it ends in the name of the database and /auth");
        }
        url.set_path(path.trim_end_matches('/'));
        Ok(url)
    };
    below(base_url)
        .map(|base_url| ManagedSettings { base_url, browser_url: None })
        .map_err(|what| vars.wrong(BASE_URL, what, BASE_URL_FIX))
        .ok()
}

/// Reads the variables of the generation built on Stack Auth.
fn stack(vars: &mut Vars<'_>) -> Option<StackSettings> {
    let project_id = vars.required(&PROJECT_ID, "the project id from the Auth page of Neon's console");
    let client_key =
        vars.required(&CLIENT_KEY, "the publishable client key (pck_…) from the Auth page of Neon's console");
    let server_key = vars.required(&SERVER_KEY, "the secret server key (ssk_…) from the Auth page of Neon's console");
    let api_url = vars.optional(&API_URL).unwrap_or_else(|| HOSTED.to_owned());
    let api_url = origin::parse(&api_url)
        .map_err(|what| vars.wrong("STACK_API_URL", what, &format!("an origin such as {HOSTED}, or leave it out")))
        .ok();
    Some(StackSettings {
        api_url: api_url?,
        browser_url: None,
        project_id: project_id?,
        publishable_client_key: client_key?.into(),
        secret_server_key: server_key?.into(),
    })
}
