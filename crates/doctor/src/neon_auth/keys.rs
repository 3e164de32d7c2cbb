//! The keys of a project of the Stack generation.

use crate::Report;
use neon_auth::{NeonAuth, NeonAuthError};

const FIX: &str = "copy the project id and both keys from the Auth page of Neon's console again";

/// Checks that the secret server key is accepted.
pub async fn check_server_key(client: &NeonAuth, report: &mut Report) {
    match client.check_server_key().await {
        Ok(()) => report.ok("server key", "accepted"),
        Err(NeonAuthError::Refused(_)) => {
            let seen = "STACK_SECRET_SERVER_KEY is refused: accounts could not be deleted";
            report.failure("server key", seen, FIX);
        }
        Err(error) => report.warning("server key", error.to_string(), "run the doctor again"),
    }
}

/// Reports that Neon Auth knows no project with the id and the client key.
pub fn report_unknown(host: &str, report: &mut Report) {
    let seen = format!("{host} does not know STACK_PROJECT_ID with STACK_PUBLISHABLE_CLIENT_KEY");
    report.failure("Neon Auth", seen, FIX);
}
