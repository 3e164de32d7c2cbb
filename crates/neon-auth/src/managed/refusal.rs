//! Maps the codes of the Managed generation to refusals. Each version of Better Auth spells some of them anew.
//! The texts beside the codes are not read: they are for developers.

use crate::error::{NeonAuthError, Refusal};
use http::StatusCode;

/// Maps the `code` of an error body to a refusal. Some answers have no body at all, and are mapped by their status.
pub fn classify(status: StatusCode, code: Option<&str>) -> Refusal {
    code.map_or_else(|| refusal_for_status(status), |code| refusal_for_code(&normalize_code(code)))
}

/// Returns a code as most versions write it: in capitals, with `_` between its words.
pub(super) fn normalize_code(code: &str) -> String {
    code.replace('-', "_").to_ascii_uppercase()
}

pub(super) fn refusal_for_code(code: &str) -> Refusal {
    match code {
        "INVALID_EMAIL_OR_PASSWORD" | "INVALID_PASSWORD" => Refusal::WrongPassword,
        "USER_ALREADY_EXISTS" | "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL" => Refusal::EmailKnown,
        "INVALID_EMAIL" => Refusal::EmailInvalid,
        "EMAIL_NOT_VERIFIED" => Refusal::EmailUnconfirmed,
        "EMAIL_ALREADY_VERIFIED" | "EMAIL_IS_ALREADY_VERIFIED" => Refusal::EmailConfirmed,
        "PASSWORD_TOO_SHORT" => Refusal::PasswordTooShort,
        "PASSWORD_TOO_LONG" => Refusal::PasswordTooLong,
        "EMAIL_AND_PASSWORD_IS_NOT_ENABLED" | "EMAIL_PASSWORD_DISABLED" => Refusal::PasswordOff,
        "CREDENTIAL_ACCOUNT_NOT_FOUND" => Refusal::NoPassword,
        "EMAIL_AND_PASSWORD_SIGN_UP_IS_NOT_ENABLED" | "EMAIL_PASSWORD_SIGN_UP_DISABLED" | "SIGNUP_DISABLED" => {
            Refusal::SignUpOff
        }
        "FAILED_TO_CREATE_USER" | "USER_EMAIL_NOT_FOUND" | "VALIDATION_FAILED" => Refusal::SignUpRefused,
        "INVALID_OTP" => Refusal::MailedCodeWrong,
        "OTP_EXPIRED" | "INVALID_TOKEN" | "TOKEN_EXPIRED" => Refusal::MailedCodeSpent,
        "TOO_MANY_ATTEMPTS" => Refusal::MailedCodeLocked,
        "SESSION_CHALLENGE_COOKIE_NOT_FOUND" | "SESSION_CHALLANGE_COOKIE_NOT_FOUND" | "VERIFICATION_NOT_FOUND" => {
            Refusal::CodeInvalid
        }
        "STATE_INTEGRITY_CHECK_FAILED" | "INVALID_STATE_FORMAT" => Refusal::LoginTooLate,
        "PROVIDER_NOT_FOUND" | "PROVIDER_NOT_CONFIGURED" | "PROVIDER_NOT_SUPPORTED" => Refusal::ProviderUnknown,
        "FAILED_TO_GET_USER_INFO" => Refusal::ProviderUnavailable,
        "SOCIAL_ACCOUNT_ALREADY_LINKED" | "LINKED_ACCOUNT_ALREADY_EXISTS" => Refusal::Conflict,
        "BANNED_USER" => Refusal::Restricted,
        "USER_NOT_FOUND" => Refusal::UserGone,
        "UNAUTHORIZED" => Refusal::SessionOver,
        "NOT_FOUND"
        | "VERIFICATION_EMAIL_NOT_ENABLED"
        | "VERIFICATION_EMAIL_ISNT_ENABLED"
        | "RESET_PASSWORD_DISABLED"
        | "RESET_PASSWORD_ISNT_ENABLED" => Refusal::NotOffered,
        "VALIDATION_ERROR" | "UNSUPPORTED_MEDIA_TYPE" => Refusal::Malformed,
        "SESSION_NOT_FRESH" | "SESSION_IS_NOT_FRESH" => Refusal::SessionTooOld,
        code if code.starts_with("SESSION_EXPIRED") => Refusal::SessionTooOld,
        code if is_origin_error(code) => Refusal::AppNotTrusted,
        _ => Refusal::Other,
    }
}

fn refusal_for_status(status: StatusCode) -> Refusal {
    match status {
        StatusCode::UNAUTHORIZED => Refusal::SessionOver,
        StatusCode::NOT_FOUND => Refusal::NotOffered,
        _ => Refusal::Other,
    }
}

/// Returns whether a code says that the app's origin, or a URL on it, is not registered. `INVALID_CALLBACKURL` of one
/// version is `INVALID_CALLBACK_URL` of another.
fn is_origin_error(code: &str) -> bool {
    let is_invalid_url = code.starts_with("INVALID_") && (code.ends_with("URL") || code.ends_with("ORIGIN"));
    is_invalid_url || matches!(code, "MISSING_ORIGIN" | "MISSING_OR_NULL_ORIGIN")
}

/// Turns a refusal for an unknown user into one of the code, so that it does not tell whether an account exists, and
/// one of the request's shape into one of the e-mail address.
pub(super) fn as_refusal_of_code(error: NeonAuthError) -> NeonAuthError {
    error.replace(Refusal::UserGone, Refusal::MailedCodeWrong).malformed_as_invalid_email()
}

/// Turns a refusal of a follow-up call into an invalid response, as the first call was carried out.
pub(super) fn follow_up_refusal_as_invalid(error: NeonAuthError) -> NeonAuthError {
    match error {
        NeonAuthError::Refused(_) => NeonAuthError::InvalidResponse("a refusal to complete what was done"),
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, classify};
    use crate::NeonAuthError;
    use crate::response::tests::check;
    use serde_json::json;

    /// Every code of Better Auth, in the spellings of its versions, and of Neon's own handlers, with the status that it
    /// comes with.
    const CODES: &[(u16, &str, Refusal)] = &[
        (401, "INVALID_EMAIL_OR_PASSWORD", Refusal::WrongPassword),
        (400, "INVALID_PASSWORD", Refusal::WrongPassword),
        (422, "USER_ALREADY_EXISTS", Refusal::EmailKnown),
        (422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", Refusal::EmailKnown),
        (422, "FAILED_TO_CREATE_USER", Refusal::SignUpRefused),
        (400, "INVALID_EMAIL", Refusal::EmailInvalid),
        (403, "EMAIL_NOT_VERIFIED", Refusal::EmailUnconfirmed),
        (400, "EMAIL_ALREADY_VERIFIED", Refusal::EmailConfirmed),
        (400, "EMAIL_IS_ALREADY_VERIFIED", Refusal::EmailConfirmed),
        (400, "PASSWORD_TOO_SHORT", Refusal::PasswordTooShort),
        (400, "PASSWORD_TOO_LONG", Refusal::PasswordTooLong),
        (400, "EMAIL_AND_PASSWORD_IS_NOT_ENABLED", Refusal::PasswordOff),
        (400, "EMAIL_PASSWORD_DISABLED", Refusal::PasswordOff),
        (400, "CREDENTIAL_ACCOUNT_NOT_FOUND", Refusal::NoPassword),
        (400, "EMAIL_AND_PASSWORD_SIGN_UP_IS_NOT_ENABLED", Refusal::SignUpOff),
        (400, "EMAIL_PASSWORD_SIGN_UP_DISABLED", Refusal::SignUpOff),
        (400, "SIGNUP_DISABLED", Refusal::SignUpOff),
        (400, "INVALID_OTP", Refusal::MailedCodeWrong),
        (400, "OTP_EXPIRED", Refusal::MailedCodeSpent),
        (400, "INVALID_TOKEN", Refusal::MailedCodeSpent),
        (401, "TOKEN_EXPIRED", Refusal::MailedCodeSpent),
        (403, "TOO_MANY_ATTEMPTS", Refusal::MailedCodeLocked),
        (400, "SESSION_CHALLENGE_COOKIE_NOT_FOUND", Refusal::CodeInvalid),
        (400, "SESSION_CHALLANGE_COOKIE_NOT_FOUND", Refusal::CodeInvalid),
        (400, "VERIFICATION_NOT_FOUND", Refusal::CodeInvalid),
        (404, "PROVIDER_NOT_FOUND", Refusal::ProviderUnknown),
        (403, "BANNED_USER", Refusal::Restricted),
        (400, "USER_NOT_FOUND", Refusal::UserGone),
        (401, "UNAUTHORIZED", Refusal::SessionOver),
        (404, "NOT_FOUND", Refusal::NotOffered),
        (400, "VALIDATION_ERROR", Refusal::Malformed),
        (415, "UNSUPPORTED_MEDIA_TYPE", Refusal::Malformed),
        (403, "SESSION_NOT_FRESH", Refusal::SessionTooOld),
        (403, "SESSION_IS_NOT_FRESH", Refusal::SessionTooOld),
        (400, "SESSION_EXPIRED", Refusal::SessionTooOld),
        (400, "SESSION_EXPIRED_REAUTHENTICATE_TO_PERFORM_THIS_ACTION", Refusal::SessionTooOld),
        (403, "INVALID_ORIGIN", Refusal::AppNotTrusted),
        (403, "MISSING_ORIGIN", Refusal::AppNotTrusted),
        (403, "MISSING_OR_NULL_ORIGIN", Refusal::AppNotTrusted),
        (403, "INVALID_CALLBACKURL", Refusal::AppNotTrusted),
        (403, "INVALID_CALLBACK_URL", Refusal::AppNotTrusted),
        (403, "INVALID_REDIRECTURL", Refusal::AppNotTrusted),
        (403, "INVALID_REDIRECT_URL", Refusal::AppNotTrusted),
        (403, "INVALID_ERRORCALLBACKURL", Refusal::AppNotTrusted),
        (403, "INVALID_ERROR_CALLBACK_URL", Refusal::AppNotTrusted),
        (403, "INVALID_NEWUSERCALLBACKURL", Refusal::AppNotTrusted),
        (403, "INVALID_NEW_USER_CALLBACK_URL", Refusal::AppNotTrusted),
        // Refusals of requests that only a browser sends.
        (403, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED", Refusal::Other),
        (400, "STATE_INTEGRITY_CHECK_FAILED", Refusal::LoginTooLate),
        (400, "INVALID_STATE_FORMAT", Refusal::LoginTooLate),
        (400, "USER_EMAIL_NOT_FOUND", Refusal::SignUpRefused),
        (403, "validation_failed", Refusal::SignUpRefused),
        (400, "PROVIDER_NOT_CONFIGURED", Refusal::ProviderUnknown),
        (400, "PROVIDER_NOT_SUPPORTED", Refusal::ProviderUnknown),
        (401, "FAILED_TO_GET_USER_INFO", Refusal::ProviderUnavailable),
        (400, "SOCIAL_ACCOUNT_ALREADY_LINKED", Refusal::Conflict),
        (400, "LINKED_ACCOUNT_ALREADY_EXISTS", Refusal::Conflict),
        (400, "VERIFICATION_EMAIL_NOT_ENABLED", Refusal::NotOffered),
        (400, "VERIFICATION_EMAIL_ISNT_ENABLED", Refusal::NotOffered),
        (400, "RESET_PASSWORD_DISABLED", Refusal::NotOffered),
        (400, "RESET_PASSWORD_ISNT_ENABLED", Refusal::NotOffered),
        // Faults of the project, or refusals of calls that this client does not make: the log says it, and the user
        // sees no reason.
        (400, "FAILED_TO_CREATE_SESSION", Refusal::Other),
        (400, "FAILED_TO_UPDATE_USER", Refusal::Other),
        (400, "INVALID_USER", Refusal::Other),
        (400, "EMAIL_MISMATCH", Refusal::Other),
        (400, "MISSING_FIELD", Refusal::Other),
        (400, "FIELD_NOT_ALLOWED", Refusal::Other),
        (400, "BODY_MUST_BE_AN_OBJECT", Refusal::Other),
        (405, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED", Refusal::Other),
        (400, "invalid_otp", Refusal::MailedCodeWrong),
        (400, "Invalid_Origin", Refusal::AppNotTrusted),
        (403, "banned-user", Refusal::Restricted),
        (400, "ORIGIN_URL", Refusal::Other),
        (401, "<script>", Refusal::Other),
        (404, "", Refusal::Other),
    ];

    #[test]
    fn codes_map_to_refusals_in_every_spelling() {
        for &(status, code, refusal) in CODES {
            // Neon's own handlers say "error" where Better Auth says "message".
            for body in [json!({"code": code, "message": "[body.email] x"}), json!({"error": "x", "code": code})] {
                let refused = check(status, &[], body.to_string().as_bytes(), classify);
                assert_eq!(refused, Err(NeonAuthError::Refused(refusal)), "{code}");
            }
        }
    }

    #[test]
    fn refusals_without_code_map_by_status() {
        for (status, refusal) in [
            (401, Refusal::SessionOver),
            (404, Refusal::NotOffered),
            (400, Refusal::Other),
            (403, Refusal::Other),
            (415, Refusal::Other),
            (422, Refusal::Other),
        ] {
            for body in ["", "null", "Unauthorized", r#"{"message": "Unauthorized"}"#, r#"{"code": 401}"#] {
                let refused = check(status, &[], body.as_bytes(), classify);
                assert_eq!(refused, Err(NeonAuthError::Refused(refusal)), "{status} {body}");
            }
        }
    }

    #[test]
    fn rate_limits_are_read_from_plain_text_responses() {
        let headers = [("content-type", "text/plain"), ("x-retry-after", "8")];
        let body = br#"{"message":"Too many requests. Please try again later."}"#;
        let limited = Refusal::RateLimited { seconds: 8 };
        assert_eq!(check(429, &headers, body, classify), Err(NeonAuthError::Refused(limited)));
    }
}
