//! Maps the `error` parameter of the callback to a refusal.
//! The description beside it is not read: it is text of the other side.

use super::refusal::{normalize_code, refusal_for_code};
use crate::error::Refusal;

/// Maps an error of the provider, of Better Auth's callback, or a code that an endpoint would have refused with.
pub fn callback_refusal(error: &str) -> Refusal {
    let code = normalize_code(error);
    match &*code {
        "ACCESS_DENIED" => Refusal::Cancelled,
        "ACCOUNT_NOT_LINKED"
        | "UNABLE_TO_LINK_ACCOUNT"
        | "ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER"
        | "ACCOUNT_OWNERSHIP_CONFLICT"
        | "USER_ALREADY_EXISTS"
        | "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL" => Refusal::Conflict,
        "UNABLE_TO_CREATE_USER" | "EMAIL_NOT_FOUND" => Refusal::SignUpRefused,
        "OAUTH_PROVIDER_NOT_FOUND" => Refusal::ProviderUnknown,
        "NO_CODE"
        | "INVALID_CODE"
        | "INVALID_CALLBACK_REQUEST"
        | "ISSUER_MISSING"
        | "ISSUER_MISMATCH"
        | "UNABLE_TO_GET_USER_INFO"
        | "UNABLE_TO_CREATE_SESSION"
        | "SERVER_ERROR"
        | "TEMPORARILY_UNAVAILABLE" => Refusal::ProviderUnavailable,
        "STATE_MISMATCH"
        | "STATE_SECURITY_MISMATCH"
        | "STATE_NOT_FOUND"
        | "STATE_INVALID"
        | "NONCE_BINDING_MISSING"
        | "NO_CALLBACK_URL"
        | "PLEASE_RESTART_THE_PROCESS"
        | "INVALID_TOKEN"
        | "TOKEN_EXPIRED" => Refusal::LoginTooLate,
        "BANNED" => Refusal::Restricted,
        code => refusal_for_code(code),
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, callback_refusal};

    /// The errors of the callback, and the codes of its steps, in both versions.
    const CALLBACK_ERRORS: &[(&str, Refusal)] = &[
        ("access_denied", Refusal::Cancelled),
        ("server_error", Refusal::ProviderUnavailable),
        ("temporarily_unavailable", Refusal::ProviderUnavailable),
        ("invalid_callback_request", Refusal::ProviderUnavailable),
        ("no_code", Refusal::ProviderUnavailable),
        ("invalid_code", Refusal::ProviderUnavailable),
        ("issuer_missing", Refusal::ProviderUnavailable),
        ("issuer_mismatch", Refusal::ProviderUnavailable),
        ("unable_to_get_user_info", Refusal::ProviderUnavailable),
        ("failed_to_get_user_info", Refusal::ProviderUnavailable),
        ("unable_to_create_session", Refusal::ProviderUnavailable),
        ("email_not_found", Refusal::SignUpRefused),
        ("unable_to_create_user", Refusal::SignUpRefused),
        ("failed_to_create_user", Refusal::SignUpRefused),
        ("validation_failed", Refusal::SignUpRefused),
        ("account_not_linked", Refusal::Conflict),
        ("unable_to_link_account", Refusal::Conflict),
        ("account_already_linked_to_different_user", Refusal::Conflict),
        ("account_ownership_conflict", Refusal::Conflict),
        ("social_account_already_linked", Refusal::Conflict),
        ("user_already_exists", Refusal::Conflict),
        ("user_already_exists_use_another_email", Refusal::Conflict),
        ("signup_disabled", Refusal::SignUpOff),
        ("oauth_provider_not_found", Refusal::ProviderUnknown),
        ("provider_not_found", Refusal::ProviderUnknown),
        ("state_mismatch", Refusal::LoginTooLate),
        ("state_security_mismatch", Refusal::LoginTooLate),
        ("state_not_found", Refusal::LoginTooLate),
        ("state_invalid", Refusal::LoginTooLate),
        ("state_integrity_check_failed", Refusal::LoginTooLate),
        ("invalid_state_format", Refusal::LoginTooLate),
        ("nonce_binding_missing", Refusal::LoginTooLate),
        ("no_callback_url", Refusal::LoginTooLate),
        ("please_restart_the_process", Refusal::LoginTooLate),
        ("invalid_token", Refusal::LoginTooLate),
        ("token_expired", Refusal::LoginTooLate),
        ("email_not_verified", Refusal::EmailUnconfirmed),
        ("user_not_found", Refusal::UserGone),
        ("banned", Refusal::Restricted),
        ("banned_user", Refusal::Restricted),
        ("invalid_origin", Refusal::AppNotTrusted),
        ("internal_server_error", Refusal::Other),
        ("unable_to_update_account", Refusal::Other),
        ("failed_to_create_session", Refusal::Other),
        ("email_does_not_match", Refusal::Other),
        ("account_hook_binding_conflict", Refusal::Other),
        ("user_hook_selection_conflict", Refusal::Other),
        ("session_hook_user_conflict", Refusal::Other),
        ("validation_source_missing", Refusal::Other),
        ("validation_context_missing", Refusal::Other),
        ("invalid_scope", Refusal::Other),
        ("access_denied ", Refusal::Other),
        ("<script>", Refusal::Other),
        ("", Refusal::Other),
    ];

    #[test]
    fn callback_errors_map_to_refusals_in_every_spelling() {
        for (error, refusal) in CALLBACK_ERRORS {
            for spelling in [(*error).to_owned(), error.to_ascii_uppercase(), error.replace('_', "-")] {
                assert_eq!(callback_refusal(&spelling), *refusal, "{spelling}");
            }
        }
    }
}
