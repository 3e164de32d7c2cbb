//! Maps the codes of the Stack generation to refusals. The texts beside the codes are not read: they are for
//! developers.

use crate::error::{NeonAuthError, Refusal};
use http::StatusCode;

pub fn classify(_: StatusCode, code: Option<&str>) -> Refusal {
    code.map_or(Refusal::Other, refusal_for_code)
}

/// Maps the `code` of an error body or the `errorCode` of a redirect to a refusal.
pub fn refusal_for_code(code: &str) -> Refusal {
    match code {
        "EMAIL_PASSWORD_MISMATCH" | "PASSWORD_CONFIRMATION_MISMATCH" => Refusal::WrongPassword,
        "USER_EMAIL_ALREADY_EXISTS" => Refusal::EmailKnown,
        "EMAIL_ALREADY_VERIFIED" => Refusal::EmailConfirmed,
        // The account has another address by now: signing in with this one helps.
        "EMAIL_IS_NOT_PRIMARY_EMAIL" => Refusal::EmailUnconfirmed,
        "USER_DOES_NOT_HAVE_PASSWORD" => Refusal::NoPassword,
        "VERIFICATION_CODE_NOT_FOUND" => Refusal::MailedCodeWrong,
        "VERIFICATION_CODE_EXPIRED" | "VERIFICATION_CODE_ALREADY_USED" => Refusal::MailedCodeSpent,
        "VERIFICATION_CODE_MAX_ATTEMPTS_REACHED" => Refusal::MailedCodeLocked,
        "PASSWORD_TOO_SHORT" => Refusal::PasswordTooShort,
        "PASSWORD_TOO_LONG" => Refusal::PasswordTooLong,
        "PASSWORD_AUTHENTICATION_NOT_ENABLED" => Refusal::PasswordOff,
        "SIGN_UP_NOT_ENABLED" => Refusal::SignUpOff,
        "SIGN_UP_REJECTED" | "BOT_CHALLENGE_REQUIRED" | "BOT_CHALLENGE_FAILED" => Refusal::SignUpRefused,
        "MULTI_FACTOR_AUTHENTICATION_REQUIRED" | "INVALID_TOTP_CODE" => Refusal::SecondFactor,
        "INVALID_AUTHORIZATION_CODE" => Refusal::CodeInvalid,
        "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED" => Refusal::ProviderUnknown,
        "OAUTH_PROVIDER_TEMPORARILY_UNAVAILABLE" => Refusal::ProviderUnavailable,
        "OAUTH_PROVIDER_ACCESS_DENIED" => Refusal::Cancelled,
        "OUTER_OAUTH_TIMEOUT" => Refusal::LoginTooLate,
        "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE" => Refusal::Conflict,
        "REDIRECT_URL_NOT_WHITELISTED" => Refusal::AppNotTrusted,
        "RESTRICTED_USER_NOT_ALLOWED" | "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED" => Refusal::Restricted,
        "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED" | "INVALID_PROJECT_FOR_ACCESS_TOKEN" => Refusal::SessionOver,
        // The second is the answer to a token of a key that is gone.
        "ACCESS_TOKEN_EXPIRED" | "UNPARSABLE_ACCESS_TOKEN" => Refusal::AccessTokenExpired,
        "USER_NOT_FOUND" | "USER_ID_DOES_NOT_EXIST" | "CANNOT_GET_OWN_USER_WITHOUT_USER" => Refusal::UserGone,
        "SCHEMA_ERROR" | "BODY_PARSING_ERROR" | "ALL_OVERLOADS_FAILED" => Refusal::Malformed,
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
        | "OAUTH_EXTRA_SCOPE_NOT_AVAILABLE_WITH_SHARED_OAUTH_KEYS" => Refusal::Misconfigured,
        _ => Refusal::Other,
    }
}

/// Turns a refusal of the request's shape into one of the code: another length than this generation's is refused
/// unread.
pub(super) fn malformed_as_wrong_code(error: NeonAuthError) -> NeonAuthError {
    error.replace(Refusal::Malformed, Refusal::MailedCodeWrong)
}

#[cfg(test)]
mod tests {
    use super::{Refusal, classify, refusal_for_code};
    use crate::response::tests::check;
    use crate::{NeonAuthError, Outage};
    use http::StatusCode;
    use serde_json::json;

    /// Every code of the Stack generation that this app can meet, with the status that it comes with.
    const CODES: [(u16, &str, Refusal); 58] = [
        (400, "ACCESS_TYPE_REQUIRED", Refusal::Misconfigured),
        (400, "PROJECT_KEY_WITHOUT_ACCESS_TYPE", Refusal::Misconfigured),
        (400, "INVALID_ACCESS_TYPE", Refusal::Misconfigured),
        (400, "ACCESS_TYPE_WITHOUT_PROJECT_ID", Refusal::Misconfigured),
        (400, "CURRENT_PROJECT_NOT_FOUND", Refusal::Misconfigured),
        (400, "BRANCH_DOES_NOT_EXIST", Refusal::Misconfigured),
        (401, "INSUFFICIENT_ACCESS_TYPE", Refusal::Misconfigured),
        (401, "INVALID_PUBLISHABLE_CLIENT_KEY", Refusal::Misconfigured),
        (401, "INVALID_SECRET_SERVER_KEY", Refusal::Misconfigured),
        (401, "INVALID_SUPER_SECRET_ADMIN_KEY", Refusal::Misconfigured),
        (401, "PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT", Refusal::Misconfigured),
        (401, "SERVER_AUTHENTICATION_REQUIRED", Refusal::Misconfigured),
        (401, "ADMIN_AUTHENTICATION_REQUIRED", Refusal::Misconfigured),
        (400, "INVALID_OAUTH_CLIENT_ID_OR_SECRET", Refusal::Misconfigured),
        (400, "OAUTH_EXTRA_SCOPE_NOT_AVAILABLE_WITH_SHARED_OAUTH_KEYS", Refusal::Misconfigured),
        (401, "UNPARSABLE_ACCESS_TOKEN", Refusal::AccessTokenExpired),
        (401, "ACCESS_TOKEN_EXPIRED", Refusal::AccessTokenExpired),
        (401, "INVALID_PROJECT_FOR_ACCESS_TOKEN", Refusal::SessionOver),
        (401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED", Refusal::SessionOver),
        (401, "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED", Refusal::Restricted),
        (403, "RESTRICTED_USER_NOT_ALLOWED", Refusal::Restricted),
        (400, "CANNOT_GET_OWN_USER_WITHOUT_USER", Refusal::UserGone),
        (404, "USER_NOT_FOUND", Refusal::UserGone),
        (400, "USER_ID_DOES_NOT_EXIST", Refusal::UserGone),
        (400, "EMAIL_PASSWORD_MISMATCH", Refusal::WrongPassword),
        (400, "PASSWORD_CONFIRMATION_MISMATCH", Refusal::WrongPassword),
        (400, "USER_DOES_NOT_HAVE_PASSWORD", Refusal::NoPassword),
        (409, "USER_EMAIL_ALREADY_EXISTS", Refusal::EmailKnown),
        (409, "EMAIL_ALREADY_VERIFIED", Refusal::EmailConfirmed),
        (400, "EMAIL_IS_NOT_PRIMARY_EMAIL", Refusal::EmailUnconfirmed),
        (400, "PASSWORD_TOO_SHORT", Refusal::PasswordTooShort),
        (400, "PASSWORD_TOO_LONG", Refusal::PasswordTooLong),
        (400, "PASSWORD_AUTHENTICATION_NOT_ENABLED", Refusal::PasswordOff),
        (400, "SIGN_UP_NOT_ENABLED", Refusal::SignUpOff),
        (403, "SIGN_UP_REJECTED", Refusal::SignUpRefused),
        (409, "BOT_CHALLENGE_REQUIRED", Refusal::SignUpRefused),
        (400, "BOT_CHALLENGE_FAILED", Refusal::SignUpRefused),
        (400, "REDIRECT_URL_NOT_WHITELISTED", Refusal::AppNotTrusted),
        (400, "MULTI_FACTOR_AUTHENTICATION_REQUIRED", Refusal::SecondFactor),
        (400, "INVALID_TOTP_CODE", Refusal::SecondFactor),
        (400, "INVALID_AUTHORIZATION_CODE", Refusal::CodeInvalid),
        (400, "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED", Refusal::ProviderUnknown),
        (400, "OAUTH_PROVIDER_ACCESS_DENIED", Refusal::Cancelled),
        (408, "OUTER_OAUTH_TIMEOUT", Refusal::LoginTooLate),
        (409, "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE", Refusal::Conflict),
        (404, "VERIFICATION_CODE_NOT_FOUND", Refusal::MailedCodeWrong),
        (400, "VERIFICATION_CODE_EXPIRED", Refusal::MailedCodeSpent),
        (409, "VERIFICATION_CODE_ALREADY_USED", Refusal::MailedCodeSpent),
        (400, "VERIFICATION_CODE_MAX_ATTEMPTS_REACHED", Refusal::MailedCodeLocked),
        (400, "SCHEMA_ERROR", Refusal::Malformed),
        (400, "BODY_PARSING_ERROR", Refusal::Malformed),
        (400, "ALL_OVERLOADS_FAILED", Refusal::Malformed),
        // Of an endpoint that this app does not call.
        (400, "CANNOT_DELETE_CURRENT_SESSION", Refusal::Other),
        (400, "email_password_mismatch", Refusal::Other),
        (400, "Email_Password_Mismatch", Refusal::Other),
        (400, "EMAIL_PASSWORD_MISMATCH_2", Refusal::Other),
        (401, "<script>", Refusal::Other),
        (404, "", Refusal::Other),
    ];

    #[test]
    fn codes_map_to_refusals_in_headers_bodies_and_redirects() {
        for (status, code, refusal) in CODES {
            let body = json!({"code": code, "error": "A text for developers", "details": {"message": "<script>"}});
            let (body, actual) = (body.to_string().into_bytes(), status.to_string());
            let header = [("x-stack-known-error", code)];
            let as_success = [("x-stack-known-error", code), ("x-stack-actual-status", &actual)];
            let expected = Err(NeonAuthError::Refused(refusal));
            assert_eq!(check(status, &header, &body, classify), expected, "{code}");
            assert_eq!(check(status, &[], &body, classify), expected, "{code} without its header");
            assert_eq!(check(200, &as_success, &body, classify), expected, "{code} dressed as a success");
            assert_eq!(refusal_for_code(code), refusal, "{code} in a redirect");
        }
    }

    #[test]
    fn provider_outage_is_a_problem_in_redirects_and_an_outage_in_responses() {
        let code = "OAUTH_PROVIDER_TEMPORARILY_UNAVAILABLE";
        assert_eq!(refusal_for_code(code), Refusal::ProviderUnavailable);
        let down =
            check(503, &[("x-stack-known-error", code)], json!({ "code": code }).to_string().as_bytes(), classify);
        assert_eq!(down, Err(NeonAuthError::Unreachable(Outage::Status(503))));
    }

    #[test]
    fn refusals_without_code_are_other() {
        for status in [400, 401, 403, 404, 409] {
            assert_eq!(classify(StatusCode::from_u16(status).unwrap(), None), Refusal::Other, "{status}");
            for body in
                ["", "not enabled", r#"{"code": 7}"#, r#"{"error": "invalid_request", "error_description": "x"}"#]
            {
                let refused = check(status, &[], body.as_bytes(), classify);
                assert_eq!(refused, Err(NeonAuthError::Refused(Refusal::Other)), "{status} {body}");
            }
        }
    }
}
