//! Every known error that the stand-in sends: code, status, text and details as recorded from the real server.

use super::errors::KnownError;
use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

const BAD_REQUEST: StatusCode = StatusCode::BAD_REQUEST;
const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
const DOCS: &str = "For more information, see the docs on REST API authentication: \
                    https://docs.stack-auth.com/rest-api/overview#authentication";

pub fn access_type_required() -> KnownError {
    let text = format!(
        "You must specify an access level for this Stack project. Make sure project API keys are provided (eg. \
         x-stack-publishable-client-key) and you set the x-stack-access-type header to 'client', 'server', or \
         'admin'.\n\n{DOCS}"
    );
    KnownError::new(BAD_REQUEST, "ACCESS_TYPE_REQUIRED", text)
}

pub fn access_type_without_project_id(access_type: &str) -> KnownError {
    let text = format!(
        "The x-stack-access-type header was '{access_type}', but the x-stack-project-id header was not \
         provided.\n\n{DOCS}"
    );
    KnownError::new(BAD_REQUEST, "ACCESS_TYPE_WITHOUT_PROJECT_ID", text).with(json!({ "request_type": access_type }))
}

pub fn project_key_without_access_type() -> KnownError {
    let text = "Either an API key or an admin access token was provided, but the x-stack-access-type header is \
                missing. Set it to 'client', 'server', or 'admin' as appropriate.";
    KnownError::new(BAD_REQUEST, "PROJECT_KEY_WITHOUT_ACCESS_TYPE", text)
}

pub fn invalid_access_type(access_type: &str) -> KnownError {
    let text =
        format!("The x-stack-access-type header must be 'client', 'server', or 'admin', but was '{access_type}'.");
    KnownError::new(BAD_REQUEST, "INVALID_ACCESS_TYPE", text)
}

pub fn current_project_not_found(project: &str) -> KnownError {
    let text = format!(
        "The current project with ID {project} was not found. Please check the value of the x-stack-project-id header."
    );
    KnownError::new(BAD_REQUEST, "CURRENT_PROJECT_NOT_FOUND", text).with(json!({ "project_id": project }))
}

pub fn key_missing(code: &'static str, key: &str) -> KnownError {
    KnownError::new(UNAUTHORIZED, code, format!("The {key} must be provided."))
}

pub fn key_invalid(code: &'static str, key: &str, project: Uuid) -> KnownError {
    let text = format!("The {key} is not valid for the project \"{project}\". Does the project and/or the key exist?");
    KnownError::new(UNAUTHORIZED, code, text).with(json!({ "project_id": project }))
}

pub fn insufficient_access_type(actual: &str, allowed: &[&str]) -> KnownError {
    let quoted: Vec<_> = allowed.iter().map(|name| format!("'{name}'")).collect();
    let text = format!("The x-stack-access-type header must be {}, but was '{actual}'.", quoted.join(" or "));
    KnownError::new(UNAUTHORIZED, "INSUFFICIENT_ACCESS_TYPE", text)
        .with(json!({ "actual_access_type": actual, "allowed_access_types": allowed }))
}

pub fn unparsable_access_token() -> KnownError {
    KnownError::new(UNAUTHORIZED, "UNPARSABLE_ACCESS_TOKEN", "Access token is not parsable.")
}

pub fn invalid_project_for_access_token(expected: Uuid, actual: &str) -> KnownError {
    let text = format!(
        "Access token not valid for this project. Expected project ID \"{expected}\", but the token is for project \
         ID \"{actual}\"."
    );
    KnownError::new(UNAUTHORIZED, "INVALID_PROJECT_FOR_ACCESS_TOKEN", text)
        .with(json!({ "expected_project_id": expected, "actual_project_id": actual }))
}

pub fn access_token_expired(at: OffsetDateTime) -> KnownError {
    let text = format!(
        "Access token has expired. Please refresh it and try again. (The access token expired at {}.)\n\nDebug info: \
         Most likely, you fetched the access token before it expired (for example, in a server component, \
         pre-rendered page, or on page load), but then didn't refresh it before it expired. If this is the case, and \
         you're using the SDK, make sure you call getAccessToken() every time you need to use the access token. If \
         you're not using the SDK, make sure you refresh the access token with the refresh endpoint.",
        iso(at)
    );
    let millis = i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX);
    KnownError::new(UNAUTHORIZED, "ACCESS_TOKEN_EXPIRED", text).with(json!({ "expired_at_millis": millis }))
}

/// Returns the time as JavaScript prints it: `2026-11-23T13:58:38.789Z`.
pub fn iso(at: OffsetDateTime) -> String {
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second, milli) = at.to_hms_milli();
    format!("{year}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z", u8::from(month))
}

pub fn anonymous_not_allowed() -> KnownError {
    let text = "X-Stack-Access-Token is for an anonymous user, but anonymous users are not enabled. Set the \
                X-Stack-Allow-Anonymous-User header of this request to 'true' to allow anonymous users.";
    KnownError::new(UNAUTHORIZED, "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED", text)
}

pub fn restricted_not_allowed(reason: &str) -> KnownError {
    let text = format!(
        "The user in the access token is in restricted state. Reason: {reason}. Please pass the \
         X-Stack-Allow-Restricted-User header if this is intended."
    );
    KnownError::new(StatusCode::FORBIDDEN, "RESTRICTED_USER_NOT_ALLOWED", text)
        .with(json!({ "restricted_reason": { "type": reason } }))
}

pub fn schema_error(message: String) -> KnownError {
    KnownError::new(BAD_REQUEST, "SCHEMA_ERROR", message.clone()).with(json!({ "message": message }))
}

pub fn body_parsing_error(text: impl Into<String>) -> KnownError {
    KnownError::new(BAD_REQUEST, "BODY_PARSING_ERROR", text)
}

pub fn cannot_get_own_user() -> KnownError {
    let text = "You have specified 'me' as a userId, but did not provide authentication for a user.";
    KnownError::new(BAD_REQUEST, "CANNOT_GET_OWN_USER_WITHOUT_USER", text)
}

pub fn user_not_found() -> KnownError {
    KnownError::new(StatusCode::NOT_FOUND, "USER_NOT_FOUND", "User not found.")
}

pub fn user_id_does_not_exist(id: &str) -> KnownError {
    KnownError::new(BAD_REQUEST, "USER_ID_DOES_NOT_EXIST", format!("The given user with the ID {id} does not exist."))
        .with(json!({ "user_id": id }))
}

pub fn refresh_token_not_found() -> KnownError {
    let text = "Refresh token not found for this project, or the session has expired/been revoked.";
    KnownError::new(UNAUTHORIZED, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED", text)
}

pub fn cannot_delete_current_session() -> KnownError {
    KnownError::new(BAD_REQUEST, "CANNOT_DELETE_CURRENT_SESSION", "Cannot delete the current session.")
}

pub fn email_password_mismatch() -> KnownError {
    KnownError::new(BAD_REQUEST, "EMAIL_PASSWORD_MISMATCH", "Wrong e-mail or password.")
}

pub fn user_email_already_exists(email: &str) -> KnownError {
    let text = format!("A user with email \"{email}\" already exists.");
    KnownError::new(StatusCode::CONFLICT, "USER_EMAIL_ALREADY_EXISTS", text)
        .with(json!({ "email": email, "would_work_if_email_was_verified": false }))
}

pub fn password_too_short(minimum: usize) -> KnownError {
    let text = format!("Password too short. Minimum length is {minimum}.");
    KnownError::new(BAD_REQUEST, "PASSWORD_TOO_SHORT", text).with(json!({ "min_length": minimum }))
}

pub fn password_too_long(maximum: usize) -> KnownError {
    let text = format!("Password too long. Maximum length is {maximum}.");
    KnownError::new(BAD_REQUEST, "PASSWORD_TOO_LONG", text).with(json!({ "maxLength": maximum }))
}

pub fn password_confirmation_mismatch() -> KnownError {
    KnownError::new(BAD_REQUEST, "PASSWORD_CONFIRMATION_MISMATCH", "Passwords do not match.")
}

pub fn user_does_not_have_password() -> KnownError {
    let text = "This user does not have password authentication enabled.";
    KnownError::new(BAD_REQUEST, "USER_DOES_NOT_HAVE_PASSWORD", text)
}

pub fn password_authentication_not_enabled() -> KnownError {
    let text = "Password authentication is not enabled for this project.";
    KnownError::new(BAD_REQUEST, "PASSWORD_AUTHENTICATION_NOT_ENABLED", text)
}

pub fn sign_up_not_enabled() -> KnownError {
    let text = "Creation of new accounts is not enabled for this project. Please ask the project owner to enable it.";
    KnownError::new(BAD_REQUEST, "SIGN_UP_NOT_ENABLED", text)
}

pub fn redirect_url_not_whitelisted() -> KnownError {
    let text = "Redirect URL not whitelisted. Did you forget to add this domain to the trusted domains list on the \
                Stack Auth dashboard?";
    KnownError::new(BAD_REQUEST, "REDIRECT_URL_NOT_WHITELISTED", text)
}

pub fn multi_factor_required(attempt_code: &str) -> KnownError {
    let text = "Multi-factor authentication is required for this user.";
    KnownError::new(BAD_REQUEST, "MULTI_FACTOR_AUTHENTICATION_REQUIRED", text)
        .with(json!({ "attempt_code": attempt_code }))
}

pub fn invalid_totp_code() -> KnownError {
    KnownError::new(BAD_REQUEST, "INVALID_TOTP_CODE", "The TOTP code is invalid. Please try again.")
}

pub fn invalid_oauth_client(client_id: Option<&str>) -> KnownError {
    let text = "The OAuth client ID or secret is invalid. The client ID must be equal to the project ID (potentially \
                with a hash and a branch ID), and the client secret must be a publishable client key.";
    KnownError::new(BAD_REQUEST, "INVALID_OAUTH_CLIENT_ID_OR_SECRET", text)
        .with(json!({ "client_id": client_id.map_or(Value::Null, Value::from) }))
}

pub fn invalid_authorization_code() -> KnownError {
    KnownError::new(BAD_REQUEST, "INVALID_AUTHORIZATION_CODE", "The given authorization code is invalid.")
}

pub fn oauth_provider_not_found() -> KnownError {
    let text = "The OAuth provider is not found or not enabled.";
    KnownError::new(BAD_REQUEST, "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED", text)
}

pub fn oauth_provider_access_denied() -> KnownError {
    let text = "The OAuth provider denied access to the user.";
    KnownError::new(BAD_REQUEST, "OAUTH_PROVIDER_ACCESS_DENIED", text)
}

pub fn outer_oauth_timeout() -> KnownError {
    let text = "The OAuth flow has timed out. Please sign in again.";
    KnownError::new(StatusCode::REQUEST_TIMEOUT, "OUTER_OAUTH_TIMEOUT", text)
}

pub fn email_used_by_someone_else(email: &str, verifying_would_help: bool) -> KnownError {
    let not_verified = if verifying_would_help { " but the email is not verified" } else { "" };
    let then_verify =
        if verifying_would_help { ", and then verify your email to sign in with this login method" } else { "" };
    let text = format!(
        "This email \"({email})\" is already used for authentication by another account{not_verified}. Please login \
         to your existing account with the method you used to sign up{then_verify}."
    );
    KnownError::new(StatusCode::CONFLICT, "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE", text).with(json!({
        "type": "email",
        "contact_channel_value": email,
        "would_work_if_email_was_verified": verifying_would_help,
    }))
}

pub fn verification_code_not_found() -> KnownError {
    let text = "The verification code does not exist for this project.";
    KnownError::new(StatusCode::NOT_FOUND, "VERIFICATION_CODE_NOT_FOUND", text)
}

pub fn verification_code_expired() -> KnownError {
    KnownError::new(BAD_REQUEST, "VERIFICATION_CODE_EXPIRED", "The verification code has expired.")
}

pub fn verification_code_already_used() -> KnownError {
    let text = "The verification link has already been used.";
    KnownError::new(StatusCode::CONFLICT, "VERIFICATION_CODE_ALREADY_USED", text)
}

pub fn verification_code_max_attempts() -> KnownError {
    let text =
        "The verification code nonce has reached the maximum number of attempts. This code is not valid anymore.";
    KnownError::new(BAD_REQUEST, "VERIFICATION_CODE_MAX_ATTEMPTS_REACHED", text)
}

pub fn email_is_not_primary(email: &str, primary: Option<&str>) -> KnownError {
    let text = format!("The given e-mail ({email}) is not the user's primary e-mail.");
    KnownError::new(BAD_REQUEST, "EMAIL_IS_NOT_PRIMARY_EMAIL", text)
        .with(json!({ "email": email, "primary_email": primary }))
}

pub fn email_already_verified() -> KnownError {
    KnownError::new(StatusCode::CONFLICT, "EMAIL_ALREADY_VERIFIED", "The e-mail is already verified.")
}
