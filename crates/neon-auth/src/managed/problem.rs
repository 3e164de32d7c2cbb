//! Maps the refusals of the Managed generation to problems. Each version of Better Auth spells some of them anew.
//! The texts beside the codes are not read: they are for developers.

use crate::error::{NeonAuthError, Problem};
use http::StatusCode;

/// Maps the `code` of an error body to a problem. Some refusals have no body at all, and are mapped by their status.
pub fn classify(status: StatusCode, code: Option<&str>) -> Problem {
    code.map_or_else(|| problem_for_status(status), |code| problem_for_code(&normalize_code(code)))
}

/// Returns a code as most versions write it: in capitals, with `_` between its words.
pub(super) fn normalize_code(code: &str) -> String {
    code.replace('-', "_").to_ascii_uppercase()
}

pub(super) fn problem_for_code(code: &str) -> Problem {
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
        "FAILED_TO_CREATE_USER" | "USER_EMAIL_NOT_FOUND" | "VALIDATION_FAILED" => Problem::SignUpRefused,
        "INVALID_OTP" => Problem::MailedCodeWrong,
        "OTP_EXPIRED" | "INVALID_TOKEN" | "TOKEN_EXPIRED" => Problem::MailedCodeSpent,
        "TOO_MANY_ATTEMPTS" => Problem::MailedCodeLocked,
        "SESSION_CHALLENGE_COOKIE_NOT_FOUND" | "SESSION_CHALLANGE_COOKIE_NOT_FOUND" | "VERIFICATION_NOT_FOUND" => {
            Problem::CodeInvalid
        }
        "STATE_INTEGRITY_CHECK_FAILED" | "INVALID_STATE_FORMAT" => Problem::LoginTooLate,
        "PROVIDER_NOT_FOUND" | "PROVIDER_NOT_CONFIGURED" | "PROVIDER_NOT_SUPPORTED" => Problem::ProviderUnknown,
        "FAILED_TO_GET_USER_INFO" => Problem::ProviderUnavailable,
        "SOCIAL_ACCOUNT_ALREADY_LINKED" | "LINKED_ACCOUNT_ALREADY_EXISTS" => Problem::Conflict,
        "BANNED_USER" => Problem::Restricted,
        "USER_NOT_FOUND" => Problem::UserGone,
        "UNAUTHORIZED" => Problem::SessionOver,
        "NOT_FOUND"
        | "VERIFICATION_EMAIL_NOT_ENABLED"
        | "VERIFICATION_EMAIL_ISNT_ENABLED"
        | "RESET_PASSWORD_DISABLED"
        | "RESET_PASSWORD_ISNT_ENABLED" => Problem::NotOffered,
        "VALIDATION_ERROR" | "UNSUPPORTED_MEDIA_TYPE" => Problem::Malformed,
        "SESSION_NOT_FRESH" | "SESSION_IS_NOT_FRESH" => Problem::SessionTooOld,
        code if code.starts_with("SESSION_EXPIRED") => Problem::SessionTooOld,
        code if is_origin_error(code) => Problem::AppNotTrusted,
        _ => Problem::Other,
    }
}

fn problem_for_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::UNAUTHORIZED => Problem::SessionOver,
        StatusCode::NOT_FOUND => Problem::NotOffered,
        _ => Problem::Other,
    }
}

/// Returns whether a code says that the app's origin, or a URL on it, is not registered. `INVALID_CALLBACKURL` of one
/// version is `INVALID_CALLBACK_URL` of another.
fn is_origin_error(code: &str) -> bool {
    let is_invalid_url = code.starts_with("INVALID_") && (code.ends_with("URL") || code.ends_with("ORIGIN"));
    is_invalid_url || matches!(code, "MISSING_ORIGIN" | "MISSING_OR_NULL_ORIGIN")
}

/// Turns a refusal of the request's shape into one of the e-mail address: lengths are checked before anything is sent.
pub(super) fn malformed_as_invalid_email(error: NeonAuthError) -> NeonAuthError {
    match error {
        NeonAuthError::Problem(Problem::Malformed) => NeonAuthError::Problem(Problem::EmailInvalid),
        error => error,
    }
}

/// Turns a refusal for an unknown user into one of the code, so that it does not tell whether an account exists.
pub(super) fn unknown_user_as_wrong_code(error: NeonAuthError) -> NeonAuthError {
    match error {
        NeonAuthError::Problem(Problem::UserGone) => NeonAuthError::Problem(Problem::MailedCodeWrong),
        error => error,
    }
}

/// Turns a refusal of a follow-up call into an invalid response, as the first call was carried out.
pub(super) fn follow_up_refusal_as_invalid(error: NeonAuthError) -> NeonAuthError {
    match error {
        NeonAuthError::Problem(_) => NeonAuthError::InvalidResponse("a refusal to complete what was done"),
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, classify};
    use crate::NeonAuthError;
    use crate::response::tests::check;
    use serde_json::json;

    /// Every code of Better Auth, in the spellings of its versions, and of Neon's own handlers, with the status that it
    /// comes with.
    const CODES: &[(u16, &str, Problem)] = &[
        (401, "INVALID_EMAIL_OR_PASSWORD", Problem::WrongPassword),
        (400, "INVALID_PASSWORD", Problem::WrongPassword),
        (422, "USER_ALREADY_EXISTS", Problem::EmailKnown),
        (422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", Problem::EmailKnown),
        (422, "FAILED_TO_CREATE_USER", Problem::SignUpRefused),
        (400, "INVALID_EMAIL", Problem::EmailInvalid),
        (403, "EMAIL_NOT_VERIFIED", Problem::EmailUnconfirmed),
        (400, "EMAIL_ALREADY_VERIFIED", Problem::EmailConfirmed),
        (400, "EMAIL_IS_ALREADY_VERIFIED", Problem::EmailConfirmed),
        (400, "PASSWORD_TOO_SHORT", Problem::PasswordTooShort),
        (400, "PASSWORD_TOO_LONG", Problem::PasswordTooLong),
        (400, "EMAIL_AND_PASSWORD_IS_NOT_ENABLED", Problem::PasswordOff),
        (400, "EMAIL_PASSWORD_DISABLED", Problem::PasswordOff),
        (400, "CREDENTIAL_ACCOUNT_NOT_FOUND", Problem::NoPassword),
        (400, "EMAIL_AND_PASSWORD_SIGN_UP_IS_NOT_ENABLED", Problem::SignUpOff),
        (400, "EMAIL_PASSWORD_SIGN_UP_DISABLED", Problem::SignUpOff),
        (400, "SIGNUP_DISABLED", Problem::SignUpOff),
        (400, "INVALID_OTP", Problem::MailedCodeWrong),
        (400, "OTP_EXPIRED", Problem::MailedCodeSpent),
        (400, "INVALID_TOKEN", Problem::MailedCodeSpent),
        (401, "TOKEN_EXPIRED", Problem::MailedCodeSpent),
        (403, "TOO_MANY_ATTEMPTS", Problem::MailedCodeLocked),
        (400, "SESSION_CHALLENGE_COOKIE_NOT_FOUND", Problem::CodeInvalid),
        (400, "SESSION_CHALLANGE_COOKIE_NOT_FOUND", Problem::CodeInvalid),
        (400, "VERIFICATION_NOT_FOUND", Problem::CodeInvalid),
        (404, "PROVIDER_NOT_FOUND", Problem::ProviderUnknown),
        (403, "BANNED_USER", Problem::Restricted),
        (400, "USER_NOT_FOUND", Problem::UserGone),
        (401, "UNAUTHORIZED", Problem::SessionOver),
        (404, "NOT_FOUND", Problem::NotOffered),
        (400, "VALIDATION_ERROR", Problem::Malformed),
        (415, "UNSUPPORTED_MEDIA_TYPE", Problem::Malformed),
        (403, "SESSION_NOT_FRESH", Problem::SessionTooOld),
        (403, "SESSION_IS_NOT_FRESH", Problem::SessionTooOld),
        (400, "SESSION_EXPIRED", Problem::SessionTooOld),
        (400, "SESSION_EXPIRED_REAUTHENTICATE_TO_PERFORM_THIS_ACTION", Problem::SessionTooOld),
        (403, "INVALID_ORIGIN", Problem::AppNotTrusted),
        (403, "MISSING_ORIGIN", Problem::AppNotTrusted),
        (403, "MISSING_OR_NULL_ORIGIN", Problem::AppNotTrusted),
        (403, "INVALID_CALLBACKURL", Problem::AppNotTrusted),
        (403, "INVALID_CALLBACK_URL", Problem::AppNotTrusted),
        (403, "INVALID_REDIRECTURL", Problem::AppNotTrusted),
        (403, "INVALID_REDIRECT_URL", Problem::AppNotTrusted),
        (403, "INVALID_ERRORCALLBACKURL", Problem::AppNotTrusted),
        (403, "INVALID_ERROR_CALLBACK_URL", Problem::AppNotTrusted),
        (403, "INVALID_NEWUSERCALLBACKURL", Problem::AppNotTrusted),
        (403, "INVALID_NEW_USER_CALLBACK_URL", Problem::AppNotTrusted),
        // Refusals of requests that only a browser sends.
        (403, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED", Problem::Other),
        (400, "STATE_INTEGRITY_CHECK_FAILED", Problem::LoginTooLate),
        (400, "INVALID_STATE_FORMAT", Problem::LoginTooLate),
        (400, "USER_EMAIL_NOT_FOUND", Problem::SignUpRefused),
        (403, "validation_failed", Problem::SignUpRefused),
        (400, "PROVIDER_NOT_CONFIGURED", Problem::ProviderUnknown),
        (400, "PROVIDER_NOT_SUPPORTED", Problem::ProviderUnknown),
        (401, "FAILED_TO_GET_USER_INFO", Problem::ProviderUnavailable),
        (400, "SOCIAL_ACCOUNT_ALREADY_LINKED", Problem::Conflict),
        (400, "LINKED_ACCOUNT_ALREADY_EXISTS", Problem::Conflict),
        (400, "VERIFICATION_EMAIL_NOT_ENABLED", Problem::NotOffered),
        (400, "VERIFICATION_EMAIL_ISNT_ENABLED", Problem::NotOffered),
        (400, "RESET_PASSWORD_DISABLED", Problem::NotOffered),
        (400, "RESET_PASSWORD_ISNT_ENABLED", Problem::NotOffered),
        // Faults of the project, or refusals of calls that this client does not make: the log says it, and the user
        // sees no reason.
        (400, "FAILED_TO_CREATE_SESSION", Problem::Other),
        (400, "FAILED_TO_UPDATE_USER", Problem::Other),
        (400, "INVALID_USER", Problem::Other),
        (400, "EMAIL_MISMATCH", Problem::Other),
        (400, "MISSING_FIELD", Problem::Other),
        (400, "FIELD_NOT_ALLOWED", Problem::Other),
        (400, "BODY_MUST_BE_AN_OBJECT", Problem::Other),
        (405, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED", Problem::Other),
        (400, "invalid_otp", Problem::MailedCodeWrong),
        (400, "Invalid_Origin", Problem::AppNotTrusted),
        (403, "banned-user", Problem::Restricted),
        (400, "ORIGIN_URL", Problem::Other),
        (401, "<script>", Problem::Other),
        (404, "", Problem::Other),
    ];

    #[test]
    fn codes_map_to_problems_in_every_spelling() {
        for &(status, code, problem) in CODES {
            // Neon's own handlers say "error" where Better Auth says "message".
            for body in [json!({"code": code, "message": "[body.email] x"}), json!({"error": "x", "code": code})] {
                let refused = check(status, &[], body.to_string().as_bytes(), classify);
                assert_eq!(refused, Err(NeonAuthError::Problem(problem)), "{code}");
            }
        }
    }

    #[test]
    fn refusals_without_code_map_by_status() {
        for (status, problem) in [
            (401, Problem::SessionOver),
            (404, Problem::NotOffered),
            (400, Problem::Other),
            (403, Problem::Other),
            (415, Problem::Other),
            (422, Problem::Other),
        ] {
            for body in ["", "null", "Unauthorized", r#"{"message": "Unauthorized"}"#, r#"{"code": 401}"#] {
                let refused = check(status, &[], body.as_bytes(), classify);
                assert_eq!(refused, Err(NeonAuthError::Problem(problem)), "{status} {body}");
            }
        }
    }

    #[test]
    fn rate_limits_are_read_from_plain_text_responses() {
        let headers = [("content-type", "text/plain"), ("x-retry-after", "8")];
        let body = br#"{"message":"Too many requests. Please try again later."}"#;
        let limited = Problem::RateLimited { seconds: 8 };
        assert_eq!(check(429, &headers, body, classify), Err(NeonAuthError::Problem(limited)));
    }
}
