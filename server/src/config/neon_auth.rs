//! Which Neon Auth project signs people in.
//! It must not know what is said to it.

use super::origin;
use super::vars::Vars;
use crate::neon_auth::StackSettings;

const HOSTED: &str = "https://api.stack-auth.com";

/// The generation built on Stack Auth. Neon's console shows two of its values with the prefix of Next.js.
pub fn read(vars: &mut Vars<'_>) -> Option<StackSettings> {
    if vars.optional(&["NEON_AUTH_BASE_URL"]).is_some() {
        let fix = "nothing, and set STACK_PROJECT_ID and its two keys";
        vars.wrong(
            "NEON_AUTH_BASE_URL",
            "names a Neon Auth of the generation that this version cannot talk to yet",
            fix,
        );
    }
    let project_id = vars.required(
        &["STACK_PROJECT_ID", "NEXT_PUBLIC_STACK_PROJECT_ID"],
        "the project id from the Auth page of Neon's console",
    );
    let client_key = vars.required(
        &["STACK_PUBLISHABLE_CLIENT_KEY", "NEXT_PUBLIC_STACK_PUBLISHABLE_CLIENT_KEY"],
        "the publishable client key (pck_…) from the Auth page of Neon's console",
    );
    let server_key = vars
        .required(&["STACK_SECRET_SERVER_KEY"], "the secret server key (ssk_…) from the Auth page of Neon's console");
    let api_url = vars.optional(&["STACK_API_URL", "NEXT_PUBLIC_STACK_API_URL"]).unwrap_or_else(|| HOSTED.to_owned());
    let api_url = origin::parse(&api_url)
        .map_err(|what| vars.wrong("STACK_API_URL", what, &format!("an origin such as {HOSTED}, or leave it out")))
        .ok();
    Some(StackSettings {
        api_url: api_url?,
        project_id: project_id?,
        publishable_client_key: client_key?.into(),
        secret_server_key: server_key?.into(),
    })
}
