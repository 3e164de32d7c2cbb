//! Maps the `error` parameter of the callback to a problem.
//! The description beside it is not read: it is text of the other side.

use super::problem::{normalize_code, problem_for_code};
use crate::error::Problem;

/// Maps an error of the provider, of Better Auth's callback, or a code that an endpoint would have refused with.
pub fn callback_problem(error: &str) -> Problem {
    let code = normalize_code(error);
    match &*code {
        "ACCESS_DENIED" => Problem::Cancelled,
        "ACCOUNT_NOT_LINKED"
        | "UNABLE_TO_LINK_ACCOUNT"
        | "ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER"
        | "ACCOUNT_OWNERSHIP_CONFLICT"
        | "USER_ALREADY_EXISTS"
        | "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL" => Problem::Conflict,
        "UNABLE_TO_CREATE_USER" | "EMAIL_NOT_FOUND" => Problem::SignUpRefused,
        "OAUTH_PROVIDER_NOT_FOUND" => Problem::ProviderUnknown,
        "NO_CODE"
        | "INVALID_CODE"
        | "INVALID_CALLBACK_REQUEST"
        | "ISSUER_MISSING"
        | "ISSUER_MISMATCH"
        | "UNABLE_TO_GET_USER_INFO"
        | "UNABLE_TO_CREATE_SESSION"
        | "SERVER_ERROR"
        | "TEMPORARILY_UNAVAILABLE" => Problem::ProviderUnavailable,
        "STATE_MISMATCH"
        | "STATE_SECURITY_MISMATCH"
        | "STATE_NOT_FOUND"
        | "STATE_INVALID"
        | "NONCE_BINDING_MISSING"
        | "NO_CALLBACK_URL"
        | "PLEASE_RESTART_THE_PROCESS"
        | "INVALID_TOKEN"
        | "TOKEN_EXPIRED" => Problem::LoginTooLate,
        "BANNED" => Problem::Restricted,
        code => problem_for_code(code),
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, callback_problem};

    /// The errors of the callback, and the codes of its steps, in both versions.
    const CALLBACK_ERRORS: &[(&str, Problem)] = &[
        ("access_denied", Problem::Cancelled),
        ("server_error", Problem::ProviderUnavailable),
        ("temporarily_unavailable", Problem::ProviderUnavailable),
        ("invalid_callback_request", Problem::ProviderUnavailable),
        ("no_code", Problem::ProviderUnavailable),
        ("invalid_code", Problem::ProviderUnavailable),
        ("issuer_missing", Problem::ProviderUnavailable),
        ("issuer_mismatch", Problem::ProviderUnavailable),
        ("unable_to_get_user_info", Problem::ProviderUnavailable),
        ("failed_to_get_user_info", Problem::ProviderUnavailable),
        ("unable_to_create_session", Problem::ProviderUnavailable),
        ("email_not_found", Problem::SignUpRefused),
        ("unable_to_create_user", Problem::SignUpRefused),
        ("failed_to_create_user", Problem::SignUpRefused),
        ("validation_failed", Problem::SignUpRefused),
        ("account_not_linked", Problem::Conflict),
        ("unable_to_link_account", Problem::Conflict),
        ("account_already_linked_to_different_user", Problem::Conflict),
        ("account_ownership_conflict", Problem::Conflict),
        ("social_account_already_linked", Problem::Conflict),
        ("user_already_exists", Problem::Conflict),
        ("user_already_exists_use_another_email", Problem::Conflict),
        ("signup_disabled", Problem::SignUpOff),
        ("oauth_provider_not_found", Problem::ProviderUnknown),
        ("provider_not_found", Problem::ProviderUnknown),
        ("state_mismatch", Problem::LoginTooLate),
        ("state_security_mismatch", Problem::LoginTooLate),
        ("state_not_found", Problem::LoginTooLate),
        ("state_invalid", Problem::LoginTooLate),
        ("state_integrity_check_failed", Problem::LoginTooLate),
        ("invalid_state_format", Problem::LoginTooLate),
        ("nonce_binding_missing", Problem::LoginTooLate),
        ("no_callback_url", Problem::LoginTooLate),
        ("please_restart_the_process", Problem::LoginTooLate),
        ("invalid_token", Problem::LoginTooLate),
        ("token_expired", Problem::LoginTooLate),
        ("email_not_verified", Problem::EmailUnconfirmed),
        ("user_not_found", Problem::UserGone),
        ("banned", Problem::Restricted),
        ("banned_user", Problem::Restricted),
        ("invalid_origin", Problem::AppNotTrusted),
        ("internal_server_error", Problem::Other),
        ("unable_to_update_account", Problem::Other),
        ("failed_to_create_session", Problem::Other),
        ("email_does_not_match", Problem::Other),
        ("account_hook_binding_conflict", Problem::Other),
        ("user_hook_selection_conflict", Problem::Other),
        ("session_hook_user_conflict", Problem::Other),
        ("validation_source_missing", Problem::Other),
        ("validation_context_missing", Problem::Other),
        ("invalid_scope", Problem::Other),
        ("access_denied ", Problem::Other),
        ("<script>", Problem::Other),
        ("", Problem::Other),
    ];

    #[test]
    fn callback_errors_map_to_problems_in_every_spelling() {
        for (error, problem) in CALLBACK_ERRORS {
            for spelling in [(*error).to_owned(), error.to_ascii_uppercase(), error.replace('_', "-")] {
                assert_eq!(callback_problem(&spelling), *problem, "{spelling}");
            }
        }
    }
}
