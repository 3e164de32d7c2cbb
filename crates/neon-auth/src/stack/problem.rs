//! Maps the refusals of the Stack generation to problems. The texts beside the codes are not read: they are for
//! developers.

use crate::error::{NeonAuthError, Problem};
use http::StatusCode;

pub fn classify(_: StatusCode, code: Option<&str>) -> Problem {
    code.map_or(Problem::Other, problem_for_code)
}

/// Maps the `code` of an error body or the `errorCode` of a redirect to a problem.
pub fn problem_for_code(code: &str) -> Problem {
    match code {
        "EMAIL_PASSWORD_MISMATCH" | "PASSWORD_CONFIRMATION_MISMATCH" => Problem::WrongPassword,
        "USER_EMAIL_ALREADY_EXISTS" => Problem::EmailKnown,
        "EMAIL_ALREADY_VERIFIED" => Problem::EmailConfirmed,
        // The account has another address by now: signing in with this one helps.
        "EMAIL_IS_NOT_PRIMARY_EMAIL" => Problem::EmailUnconfirmed,
        "USER_DOES_NOT_HAVE_PASSWORD" => Problem::NoPassword,
        "VERIFICATION_CODE_NOT_FOUND" => Problem::MailedCodeWrong,
        "VERIFICATION_CODE_EXPIRED" | "VERIFICATION_CODE_ALREADY_USED" => Problem::MailedCodeSpent,
        "VERIFICATION_CODE_MAX_ATTEMPTS_REACHED" => Problem::MailedCodeLocked,
        "PASSWORD_TOO_SHORT" => Problem::PasswordTooShort,
        "PASSWORD_TOO_LONG" => Problem::PasswordTooLong,
        "PASSWORD_AUTHENTICATION_NOT_ENABLED" => Problem::PasswordOff,
        "SIGN_UP_NOT_ENABLED" => Problem::SignUpOff,
        "SIGN_UP_REJECTED" | "BOT_CHALLENGE_REQUIRED" | "BOT_CHALLENGE_FAILED" => Problem::SignUpRefused,
        "MULTI_FACTOR_AUTHENTICATION_REQUIRED" | "INVALID_TOTP_CODE" => Problem::SecondFactor,
        "INVALID_AUTHORIZATION_CODE" => Problem::CodeInvalid,
        "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED" => Problem::ProviderUnknown,
        "OAUTH_PROVIDER_TEMPORARILY_UNAVAILABLE" => Problem::ProviderUnavailable,
        "OAUTH_PROVIDER_ACCESS_DENIED" => Problem::Cancelled,
        "OUTER_OAUTH_TIMEOUT" => Problem::LoginTooLate,
        "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE" => Problem::Conflict,
        "REDIRECT_URL_NOT_WHITELISTED" => Problem::AppNotTrusted,
        "RESTRICTED_USER_NOT_ALLOWED" | "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED" => Problem::Restricted,
        "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED" | "INVALID_PROJECT_FOR_ACCESS_TOKEN" => Problem::SessionOver,
        // The second is the answer to a token of a key that is gone.
        "ACCESS_TOKEN_EXPIRED" | "UNPARSABLE_ACCESS_TOKEN" => Problem::AccessTokenExpired,
        "USER_NOT_FOUND" | "USER_ID_DOES_NOT_EXIST" | "CANNOT_GET_OWN_USER_WITHOUT_USER" => Problem::UserGone,
        "SCHEMA_ERROR" | "BODY_PARSING_ERROR" | "ALL_OVERLOADS_FAILED" => Problem::Malformed,
        "CURRENT_PROJECT_NOT_FOUND"
        | "BRANCH_DOES_NOT_EXIST"
        | "ACCESS_TYPE_REQUIRED"
        | "INVALID_ACCESS_TYPE"
        | "ACCESS_TYPE_WITHOUT_PROJECT_ID"
        | "PROJECT_KEY_WITHOUT_ACCESS_TYPE"
        | "INSUFFICIENT_ACCESS_TYPE"
        | "INVALID_PUBLISHABLE_CLIENT_KEY"
        | "INVALID_SECRET_SERVER_KEY"
        | "INVALID_SUPER_SECRET_ADMIN_KEY"
        | "PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT"
        | "SERVER_AUTHENTICATION_REQUIRED"
        | "ADMIN_AUTHENTICATION_REQUIRED"
        | "INVALID_OAUTH_CLIENT_ID_OR_SECRET"
        | "OAUTH_EXTRA_SCOPE_NOT_AVAILABLE_WITH_SHARED_OAUTH_KEYS" => Problem::Misconfigured,
        _ => Problem::Other,
    }
}

/// Turns a refusal of the request's shape into one of the e-mail address: lengths are checked before anything is sent.
pub(super) fn malformed_as_invalid_email(error: NeonAuthError) -> NeonAuthError {
    match error {
        NeonAuthError::Problem(Problem::Malformed) => NeonAuthError::Problem(Problem::EmailInvalid),
        error => error,
    }
}

/// Turns a refusal of the request's shape into one of the code: another length than this generation's is refused
/// unread.
pub(super) fn malformed_as_wrong_code(error: NeonAuthError) -> NeonAuthError {
    match error {
        NeonAuthError::Problem(Problem::Malformed) => NeonAuthError::Problem(Problem::MailedCodeWrong),
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, classify, problem_for_code};
    use crate::response::tests::check;
    use crate::{NeonAuthError, Outage};
    use http::StatusCode;
    use serde_json::json;

    /// Every code of the Stack generation that this app can meet, with the status that it comes with.
    const CODES: [(u16, &str, Problem); 58] = [
        (400, "ACCESS_TYPE_REQUIRED", Problem::Misconfigured),
        (400, "PROJECT_KEY_WITHOUT_ACCESS_TYPE", Problem::Misconfigured),
        (400, "INVALID_ACCESS_TYPE", Problem::Misconfigured),
        (400, "ACCESS_TYPE_WITHOUT_PROJECT_ID", Problem::Misconfigured),
        (400, "CURRENT_PROJECT_NOT_FOUND", Problem::Misconfigured),
        (400, "BRANCH_DOES_NOT_EXIST", Problem::Misconfigured),
        (401, "INSUFFICIENT_ACCESS_TYPE", Problem::Misconfigured),
        (401, "INVALID_PUBLISHABLE_CLIENT_KEY", Problem::Misconfigured),
        (401, "INVALID_SECRET_SERVER_KEY", Problem::Misconfigured),
        (401, "INVALID_SUPER_SECRET_ADMIN_KEY", Problem::Misconfigured),
        (401, "PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT", Problem::Misconfigured),
        (401, "SERVER_AUTHENTICATION_REQUIRED", Problem::Misconfigured),
        (401, "ADMIN_AUTHENTICATION_REQUIRED", Problem::Misconfigured),
        (400, "INVALID_OAUTH_CLIENT_ID_OR_SECRET", Problem::Misconfigured),
        (400, "OAUTH_EXTRA_SCOPE_NOT_AVAILABLE_WITH_SHARED_OAUTH_KEYS", Problem::Misconfigured),
        (401, "UNPARSABLE_ACCESS_TOKEN", Problem::AccessTokenExpired),
        (401, "ACCESS_TOKEN_EXPIRED", Problem::AccessTokenExpired),
        (401, "INVALID_PROJECT_FOR_ACCESS_TOKEN", Problem::SessionOver),
        (401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED", Problem::SessionOver),
        (401, "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED", Problem::Restricted),
        (403, "RESTRICTED_USER_NOT_ALLOWED", Problem::Restricted),
        (400, "CANNOT_GET_OWN_USER_WITHOUT_USER", Problem::UserGone),
        (404, "USER_NOT_FOUND", Problem::UserGone),
        (400, "USER_ID_DOES_NOT_EXIST", Problem::UserGone),
        (400, "EMAIL_PASSWORD_MISMATCH", Problem::WrongPassword),
        (400, "PASSWORD_CONFIRMATION_MISMATCH", Problem::WrongPassword),
        (400, "USER_DOES_NOT_HAVE_PASSWORD", Problem::NoPassword),
        (409, "USER_EMAIL_ALREADY_EXISTS", Problem::EmailKnown),
        (409, "EMAIL_ALREADY_VERIFIED", Problem::EmailConfirmed),
        (400, "EMAIL_IS_NOT_PRIMARY_EMAIL", Problem::EmailUnconfirmed),
        (400, "PASSWORD_TOO_SHORT", Problem::PasswordTooShort),
        (400, "PASSWORD_TOO_LONG", Problem::PasswordTooLong),
        (400, "PASSWORD_AUTHENTICATION_NOT_ENABLED", Problem::PasswordOff),
        (400, "SIGN_UP_NOT_ENABLED", Problem::SignUpOff),
        (403, "SIGN_UP_REJECTED", Problem::SignUpRefused),
        (409, "BOT_CHALLENGE_REQUIRED", Problem::SignUpRefused),
        (400, "BOT_CHALLENGE_FAILED", Problem::SignUpRefused),
        (400, "REDIRECT_URL_NOT_WHITELISTED", Problem::AppNotTrusted),
        (400, "MULTI_FACTOR_AUTHENTICATION_REQUIRED", Problem::SecondFactor),
        (400, "INVALID_TOTP_CODE", Problem::SecondFactor),
        (400, "INVALID_AUTHORIZATION_CODE", Problem::CodeInvalid),
        (400, "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED", Problem::ProviderUnknown),
        (400, "OAUTH_PROVIDER_ACCESS_DENIED", Problem::Cancelled),
        (408, "OUTER_OAUTH_TIMEOUT", Problem::LoginTooLate),
        (409, "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE", Problem::Conflict),
        (404, "VERIFICATION_CODE_NOT_FOUND", Problem::MailedCodeWrong),
        (400, "VERIFICATION_CODE_EXPIRED", Problem::MailedCodeSpent),
        (409, "VERIFICATION_CODE_ALREADY_USED", Problem::MailedCodeSpent),
        (400, "VERIFICATION_CODE_MAX_ATTEMPTS_REACHED", Problem::MailedCodeLocked),
        (400, "SCHEMA_ERROR", Problem::Malformed),
        (400, "BODY_PARSING_ERROR", Problem::Malformed),
        (400, "ALL_OVERLOADS_FAILED", Problem::Malformed),
        // Of an endpoint that this app does not call.
        (400, "CANNOT_DELETE_CURRENT_SESSION", Problem::Other),
        (400, "email_password_mismatch", Problem::Other),
        (400, "Email_Password_Mismatch", Problem::Other),
        (400, "EMAIL_PASSWORD_MISMATCH_2", Problem::Other),
        (401, "<script>", Problem::Other),
        (404, "", Problem::Other),
    ];

    #[test]
    fn codes_map_to_problems_in_headers_bodies_and_redirects() {
        for (status, code, problem) in CODES {
            let body = json!({"code": code, "error": "A text for developers", "details": {"message": "<script>"}});
            let (body, actual) = (body.to_string().into_bytes(), status.to_string());
            let header = [("x-stack-known-error", code)];
            let as_success = [("x-stack-known-error", code), ("x-stack-actual-status", &actual)];
            let expected = Err(NeonAuthError::Problem(problem));
            assert_eq!(check(status, &header, &body, classify), expected, "{code}");
            assert_eq!(check(status, &[], &body, classify), expected, "{code} without its header");
            assert_eq!(check(200, &as_success, &body, classify), expected, "{code} dressed as a success");
            assert_eq!(problem_for_code(code), problem, "{code} in a redirect");
        }
    }

    #[test]
    fn provider_outage_is_a_problem_in_redirects_and_an_outage_in_responses() {
        let code = "OAUTH_PROVIDER_TEMPORARILY_UNAVAILABLE";
        assert_eq!(problem_for_code(code), Problem::ProviderUnavailable);
        let down =
            check(503, &[("x-stack-known-error", code)], json!({ "code": code }).to_string().as_bytes(), classify);
        assert_eq!(down, Err(NeonAuthError::Unreachable(Outage::Status(503))));
    }

    #[test]
    fn refusals_without_code_are_other() {
        for status in [400, 401, 403, 404, 409] {
            assert_eq!(classify(StatusCode::from_u16(status).unwrap(), None), Problem::Other, "{status}");
            for body in
                ["", "not enabled", r#"{"code": 7}"#, r#"{"error": "invalid_request", "error_description": "x"}"#]
            {
                let refused = check(status, &[], body.as_bytes(), classify);
                assert_eq!(refused, Err(NeonAuthError::Problem(Problem::Other)), "{status} {body}");
            }
        }
    }
}
