//! What the first generation's refusals mean.
//! It must not read the texts beside the codes: they are for developers.

use crate::neon_auth::error::Problem;
use http::StatusCode;

pub fn named(_: StatusCode, code: Option<&str>) -> Problem {
    code.map_or(Problem::Other, from_code)
}

/// From the `code` of an error body or the `errorCode` of a redirect.
pub fn from_code(code: &str) -> Problem {
    match code {
        "EMAIL_PASSWORD_MISMATCH" | "PASSWORD_CONFIRMATION_MISMATCH" => Problem::WrongPassword,
        "USER_EMAIL_ALREADY_EXISTS" => Problem::EmailKnown,
        "EMAIL_ALREADY_VERIFIED" => Problem::EmailConfirmed,
        "USER_DOES_NOT_HAVE_PASSWORD" => Problem::NoPassword,
        "VERIFICATION_CODE_NOT_FOUND" => Problem::MailedCodeWrong,
        "VERIFICATION_CODE_EXPIRED" | "VERIFICATION_CODE_ALREADY_USED" => Problem::MailedCodeSpent,
        "VERIFICATION_CODE_MAX_ATTEMPTS_REACHED" => Problem::MailedCodeLocked,
        "PASSWORD_TOO_SHORT" => Problem::PasswordTooShort,
        "PASSWORD_TOO_LONG" => Problem::PasswordTooLong,
        "PASSWORD_AUTHENTICATION_NOT_ENABLED" => Problem::PasswordOff,
        "SIGN_UP_NOT_ENABLED" => Problem::SignUpOff,
        "SIGN_UP_REJECTED" | "BOT_CHALLENGE_REQUIRED" | "BOT_CHALLENGE_FAILED" => Problem::SignUpRefused,
        "MULTI_FACTOR_AUTHENTICATION_REQUIRED" => Problem::SecondFactor,
        "INVALID_AUTHORIZATION_CODE" => Problem::CodeInvalid,
        "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED" => Problem::ProviderUnknown,
        "OAUTH_PROVIDER_TEMPORARILY_UNAVAILABLE" => Problem::ProviderUnavailable,
        "OAUTH_PROVIDER_ACCESS_DENIED" => Problem::Cancelled,
        "OUTER_OAUTH_TIMEOUT" => Problem::LoginTooLate,
        "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE" => Problem::Conflict,
        "REDIRECT_URL_NOT_WHITELISTED" => Problem::AppNotTrusted,
        "RESTRICTED_USER_NOT_ALLOWED" | "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED" => Problem::Restricted,
        "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED" => Problem::SessionOver,
        // The second is the answer to a token of a key that is gone.
        "ACCESS_TOKEN_EXPIRED" | "UNPARSABLE_ACCESS_TOKEN" => Problem::AccessTokenExpired,
        "USER_NOT_FOUND" | "CANNOT_GET_OWN_USER_WITHOUT_USER" => Problem::UserGone,
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
        | "INVALID_PROJECT_FOR_ACCESS_TOKEN" => Problem::Misconfigured,
        _ => Problem::Other,
    }
}
