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
    const CALLBACK_ERRORS: [(Refusal, &str); 12] = [
        (Refusal::Cancelled, "access_denied"),
        (
            Refusal::ProviderUnavailable,
            "server_error temporarily_unavailable invalid_callback_request no_code invalid_code issuer_missing \
             issuer_mismatch unable_to_get_user_info failed_to_get_user_info unable_to_create_session",
        ),
        (Refusal::SignUpRefused, "email_not_found unable_to_create_user failed_to_create_user validation_failed"),
        (
            Refusal::Conflict,
            "account_not_linked unable_to_link_account account_already_linked_to_different_user \
             account_ownership_conflict social_account_already_linked user_already_exists \
             user_already_exists_use_another_email",
        ),
        (Refusal::SignUpOff, "signup_disabled"),
        (Refusal::ProviderUnknown, "oauth_provider_not_found provider_not_found"),
        (
            Refusal::LoginTooLate,
            "state_mismatch state_security_mismatch state_not_found state_invalid state_integrity_check_failed \
             invalid_state_format nonce_binding_missing no_callback_url please_restart_the_process invalid_token \
             token_expired",
        ),
        (Refusal::EmailUnconfirmed, "email_not_verified"),
        (Refusal::UserGone, "user_not_found"),
        (Refusal::Restricted, "banned banned_user"),
        (Refusal::AppNotTrusted, "invalid_origin"),
        (
            Refusal::Other,
            "internal_server_error unable_to_update_account failed_to_create_session email_does_not_match \
             account_hook_binding_conflict user_hook_selection_conflict session_hook_user_conflict \
             validation_source_missing validation_context_missing invalid_scope",
        ),
    ];

    #[test]
    fn callback_errors_map_to_refusals_in_every_spelling() {
        let known = CALLBACK_ERRORS
            .into_iter()
            .flat_map(|(refusal, errors)| errors.split(' ').map(move |error| (error, refusal)));
        let unknown = ["", "access_denied ", "<script>"].map(|error| (error, Refusal::Other));
        for (error, refusal) in known.chain(unknown) {
            for spelling in [error.to_owned(), error.to_ascii_uppercase(), error.replace('_', "-")] {
                assert_eq!(callback_refusal(&spelling), refusal, "{spelling}");
            }
        }
    }
}
