//! What the second generation's refusals mean. Each version of Better Auth spells some of them anew.
//! It must not read the texts beside the codes: they are for developers.

use crate::neon_auth::error::Problem;
use http::StatusCode;

/// From the `code` of an error body. Some refusals have no body at all, and say what they are by their status.
pub fn named(status: StatusCode, code: Option<&str>) -> Problem {
    let Some(code) = code else { return bare(status) };
    match code {
        "INVALID_EMAIL_OR_PASSWORD" | "INVALID_PASSWORD" => Problem::WrongPassword,
        "USER_ALREADY_EXISTS" | "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL" => Problem::EmailKnown,
        "INVALID_EMAIL" => Problem::EmailInvalid,
        "EMAIL_NOT_VERIFIED" => Problem::EmailUnconfirmed,
        "EMAIL_ALREADY_VERIFIED" | "EMAIL_IS_ALREADY_VERIFIED" => Problem::EmailConfirmed,
        "PASSWORD_TOO_SHORT" => Problem::PasswordTooShort,
        "PASSWORD_TOO_LONG" => Problem::PasswordTooLong,
        "EMAIL_AND_PASSWORD_IS_NOT_ENABLED" | "EMAIL_PASSWORD_DISABLED" => Problem::PasswordOff,
        "CREDENTIAL_ACCOUNT_NOT_FOUND" => Problem::NoPassword,
        "EMAIL_AND_PASSWORD_SIGN_UP_IS_NOT_ENABLED" | "EMAIL_PASSWORD_SIGN_UP_DISABLED" | "SIGNUP_DISABLED" => {
            Problem::SignUpOff
        }
        "FAILED_TO_CREATE_USER" => Problem::SignUpRefused,
        "INVALID_OTP" => Problem::MailedCodeWrong,
        "OTP_EXPIRED" | "INVALID_TOKEN" | "TOKEN_EXPIRED" => Problem::MailedCodeSpent,
        "TOO_MANY_ATTEMPTS" => Problem::MailedCodeLocked,
        "SESSION_CHALLENGE_COOKIE_NOT_FOUND" | "SESSION_CHALLANGE_COOKIE_NOT_FOUND" | "VERIFICATION_NOT_FOUND" => {
            Problem::CodeInvalid
        }
        "PROVIDER_NOT_FOUND" => Problem::ProviderUnknown,
        "BANNED_USER" => Problem::Restricted,
        "USER_NOT_FOUND" => Problem::UserGone,
        "UNAUTHORIZED" => Problem::SessionOver,
        "NOT_FOUND" => Problem::NotOffered,
        "VALIDATION_ERROR" | "UNSUPPORTED_MEDIA_TYPE" => Problem::Malformed,
        code if code.starts_with("SESSION_EXPIRED") || code == "SESSION_NOT_FRESH" => Problem::SessionTooOld,
        code if is_about_origins(code) => Problem::AppNotTrusted,
        _ => Problem::Other,
    }
}

fn bare(status: StatusCode) -> Problem {
    match status {
        StatusCode::UNAUTHORIZED => Problem::SessionOver,
        StatusCode::NOT_FOUND => Problem::NotOffered,
        _ => Problem::Other,
    }
}

/// The app's origin, or an address on it, is not registered. `INVALID_CALLBACKURL` of one version is
/// `INVALID_CALLBACK_URL` of another.
fn is_about_origins(code: &str) -> bool {
    let about_address = code.starts_with("INVALID_") && (code.ends_with("URL") || code.ends_with("ORIGIN"));
    about_address || matches!(code, "MISSING_ORIGIN" | "MISSING_OR_NULL_ORIGIN")
}

/// From the `error` of an address that a login comes back to.
pub fn returned(error: &str) -> Problem {
    match error {
        "access_denied" => Problem::Cancelled,
        "account_not_linked" | "unable_to_link_account" => Problem::Conflict,
        "signup_disabled" => Problem::SignUpOff,
        "unable_to_create_user" | "email_not_found" => Problem::SignUpRefused,
        "oauth_provider_not_found" => Problem::ProviderUnknown,
        "no_code" | "invalid_code" | "unable_to_get_user_info" | "unable_to_create_session" => {
            Problem::ProviderUnavailable
        }
        "state_mismatch" | "state_not_found" | "please_restart_the_process" => Problem::LoginTooLate,
        "banned" => Problem::Restricted,
        _ => Problem::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, named, returned};
    use http::StatusCode;

    #[test]
    fn both_spellings_of_a_code_mean_the_same() {
        for (codes, problem) in [
            (["USER_ALREADY_EXISTS", "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"], Problem::EmailKnown),
            (["EMAIL_AND_PASSWORD_IS_NOT_ENABLED", "EMAIL_PASSWORD_DISABLED"], Problem::PasswordOff),
            (["INVALID_CALLBACKURL", "INVALID_CALLBACK_URL"], Problem::AppNotTrusted),
            (["INVALID_NEWUSERCALLBACKURL", "INVALID_NEW_USER_CALLBACK_URL"], Problem::AppNotTrusted),
            (["MISSING_OR_NULL_ORIGIN", "INVALID_ORIGIN"], Problem::AppNotTrusted),
            (["SESSION_CHALLANGE_COOKIE_NOT_FOUND", "SESSION_CHALLENGE_COOKIE_NOT_FOUND"], Problem::CodeInvalid),
            (["SESSION_NOT_FRESH", "SESSION_EXPIRED_REAUTHENTICATE_TO_PERFORM_THIS_ACTION"], Problem::SessionTooOld),
        ] {
            for code in codes {
                assert_eq!(named(StatusCode::BAD_REQUEST, Some(code)), problem, "{code}");
            }
        }
    }

    #[test]
    fn a_refusal_without_a_code_is_known_by_its_status() {
        assert_eq!(named(StatusCode::UNAUTHORIZED, None), Problem::SessionOver);
        assert_eq!(named(StatusCode::NOT_FOUND, None), Problem::NotOffered);
        assert_eq!(named(StatusCode::FORBIDDEN, None), Problem::Other);
        assert_eq!(named(StatusCode::UNAUTHORIZED, Some("<script>")), Problem::Other);
        assert_eq!(returned("<script>"), Problem::Other);
    }
}
