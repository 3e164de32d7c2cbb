//! Every known error that the stand-in sends: code, status, text and details as recorded from the real server.

use super::access::AccessType;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

/// The header that carries the code of a known error. It always agrees with the body's `code`.
const KNOWN_ERROR_HEADER: &str = "x-stack-known-error";

const DOCS: &str = "For more information, see the docs on REST API authentication: \
                    https://docs.stack-auth.com/rest-api/overview#authentication";

/// An error with a code that clients act upon: its name. Its fields are the details.
#[derive(Debug, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "details", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KnownError {
    #[error(
        "You must specify an access level for this Stack project. Make sure project API keys are provided (eg. \
         x-stack-publishable-client-key) and you set the x-stack-access-type header to 'client', 'server', or \
         'admin'.\n\n{DOCS}"
    )]
    AccessTypeRequired,
    #[error(
        "The x-stack-access-type header was '{request_type}', but the x-stack-project-id header was not provided.\n\n\
         {DOCS}"
    )]
    AccessTypeWithoutProjectId { request_type: AccessType },
    #[error(
        "Either an API key or an admin access token was provided, but the x-stack-access-type header is missing. Set \
         it to 'client', 'server', or 'admin' as appropriate."
    )]
    ProjectKeyWithoutAccessType,
    #[error("The x-stack-access-type header must be 'client', 'server', or 'admin', but was '{sent}'.")]
    InvalidAccessType {
        #[serde(skip)]
        sent: String,
    },
    #[error(
        "The current project with ID {project_id} was not found. Please check the value of the x-stack-project-id \
         header."
    )]
    CurrentProjectNotFound { project_id: String },
    #[error("The publishable client key must be provided.")]
    ClientAuthenticationRequired,
    #[error("The secret server key must be provided.")]
    ServerAuthenticationRequired,
    #[error("The super secret admin key must be provided.")]
    AdminAuthenticationRequired,
    // The real server's text drops a word here.
    #[error(
        "The publishable key is not valid for the project \"{project_id}\". Does the project and/or the key exist?"
    )]
    InvalidPublishableClientKey { project_id: Uuid },
    #[error(
        "The secret server key is not valid for the project \"{project_id}\". Does the project and/or the key exist?"
    )]
    InvalidSecretServerKey { project_id: Uuid },
    #[error(
        "The super secret admin key is not valid for the project \"{project_id}\". Does the project and/or the key \
         exist?"
    )]
    InvalidSuperSecretAdminKey { project_id: Uuid },
    #[error("The x-stack-access-type header must be {}, but was '{actual_access_type}'.", quoted(allowed_access_types))]
    InsufficientAccessType { actual_access_type: AccessType, allowed_access_types: &'static [AccessType] },
    #[error("Access token is not parsable.")]
    UnparsableAccessToken,
    #[error(
        "Access token not valid for this project. Expected project ID \"{expected_project_id}\", but the token is for \
         project ID \"{actual_project_id}\"."
    )]
    InvalidProjectForAccessToken { expected_project_id: Uuid, actual_project_id: String },
    #[error(
        "Access token has expired. Please refresh it and try again. (The access token expired at {}.)\n\nDebug info: \
         Most likely, you fetched the access token before it expired (for example, in a server component, \
         pre-rendered page, or on page load), but then didn't refresh it before it expired. If this is the case, and \
         you're using the SDK, make sure you call getAccessToken() every time you need to use the access token. If \
         you're not using the SDK, make sure you refresh the access token with the refresh endpoint.",
        iso(*expired_at)
    )]
    AccessTokenExpired {
        #[serde(rename = "expired_at_millis", with = "time::serde::timestamp::milliseconds")]
        expired_at: OffsetDateTime,
    },
    #[error(
        "X-Stack-Access-Token is for an anonymous user, but anonymous users are not enabled. Set the \
         X-Stack-Allow-Anonymous-User header of this request to 'true' to allow anonymous users."
    )]
    AnonymousAuthenticationNotAllowed,
    #[error(
        "The user in the access token is in restricted state. Reason: {}. Please pass the \
         X-Stack-Allow-Restricted-User header if this is intended.",
        restricted_reason.r#type
    )]
    RestrictedUserNotAllowed { restricted_reason: RestrictedReason },
    #[error("{message}")]
    SchemaError { message: String },
    #[error("{text}")]
    BodyParsingError {
        #[serde(skip)]
        text: String,
    },
    #[error("You have specified 'me' as a userId, but did not provide authentication for a user.")]
    CannotGetOwnUserWithoutUser,
    #[error("User not found.")]
    UserNotFound,
    #[error("The given user with the ID {user_id} does not exist.")]
    UserIdDoesNotExist { user_id: String },
    #[error("Refresh token not found for this project, or the session has expired/been revoked.")]
    RefreshTokenNotFoundOrExpired,
    #[error("Cannot delete the current session.")]
    CannotDeleteCurrentSession,
    #[error("Wrong e-mail or password.")]
    EmailPasswordMismatch,
    #[error("A user with email \"{email}\" already exists.")]
    UserEmailAlreadyExists { email: String, would_work_if_email_was_verified: bool },
    #[error("Password too short. Minimum length is {min_length}.")]
    PasswordTooShort { min_length: usize },
    #[error("Password too long. Maximum length is {max_length}.")]
    PasswordTooLong {
        #[serde(rename = "maxLength")]
        max_length: usize,
    },
    #[error("Passwords do not match.")]
    PasswordConfirmationMismatch,
    #[error("This user does not have password authentication enabled.")]
    UserDoesNotHavePassword,
    #[error("Password authentication is not enabled for this project.")]
    PasswordAuthenticationNotEnabled,
    #[error("Creation of new accounts is not enabled for this project. Please ask the project owner to enable it.")]
    SignUpNotEnabled,
    #[error(
        "Redirect URL not whitelisted. Did you forget to add this domain to the trusted domains list on the Stack \
         Auth dashboard?"
    )]
    RedirectUrlNotWhitelisted,
    #[error("Multi-factor authentication is required for this user.")]
    MultiFactorAuthenticationRequired { attempt_code: String },
    #[error("The TOTP code is invalid. Please try again.")]
    InvalidTotpCode,
    #[error(
        "The OAuth client ID or secret is invalid. The client ID must be equal to the project ID (potentially with a \
         hash and a branch ID), and the client secret must be a publishable client key."
    )]
    InvalidOauthClientIdOrSecret { client_id: Option<String> },
    #[error("The given authorization code is invalid.")]
    InvalidAuthorizationCode,
    #[error("The OAuth provider is not found or not enabled.")]
    OauthProviderNotFoundOrNotEnabled,
    #[error("The OAuth provider denied access to the user.")]
    OauthProviderAccessDenied,
    #[error("The OAuth flow has timed out. Please sign in again.")]
    OuterOauthTimeout,
    #[error("{}", used_by_someone_else(contact_channel_value, *would_work_if_email_was_verified))]
    ContactChannelAlreadyUsedForAuthBySomeoneElse {
        r#type: &'static str,
        contact_channel_value: String,
        would_work_if_email_was_verified: bool,
    },
    #[error("The verification code does not exist for this project.")]
    VerificationCodeNotFound,
    #[error("The verification code has expired.")]
    VerificationCodeExpired,
    #[error("The verification link has already been used.")]
    VerificationCodeAlreadyUsed,
    #[error("The verification code nonce has reached the maximum number of attempts. This code is not valid anymore.")]
    VerificationCodeMaxAttemptsReached,
    #[error("The given e-mail ({email}) is not the user's primary e-mail.")]
    EmailIsNotPrimaryEmail { email: String, primary_email: Option<String> },
    #[error("The e-mail is already verified.")]
    EmailAlreadyVerified,
}

/// The reason why a user is restricted, as tokens, users and errors say it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RestrictedReason {
    pub r#type: String,
}

impl KnownError {
    pub fn user_email_already_exists(email: &str) -> Self {
        Self::UserEmailAlreadyExists { email: email.to_owned(), would_work_if_email_was_verified: false }
    }

    pub fn email_used_by_someone_else(email: &str, verifying_would_help: bool) -> Self {
        Self::ContactChannelAlreadyUsedForAuthBySomeoneElse {
            r#type: "email",
            contact_channel_value: email.to_owned(),
            would_work_if_email_was_verified: verifying_would_help,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::ClientAuthenticationRequired
            | Self::ServerAuthenticationRequired
            | Self::AdminAuthenticationRequired
            | Self::InvalidPublishableClientKey { .. }
            | Self::InvalidSecretServerKey { .. }
            | Self::InvalidSuperSecretAdminKey { .. }
            | Self::InsufficientAccessType { .. }
            | Self::UnparsableAccessToken
            | Self::InvalidProjectForAccessToken { .. }
            | Self::AccessTokenExpired { .. }
            | Self::AnonymousAuthenticationNotAllowed
            | Self::RefreshTokenNotFoundOrExpired => StatusCode::UNAUTHORIZED,
            Self::RestrictedUserNotAllowed { .. } => StatusCode::FORBIDDEN,
            Self::UserNotFound | Self::VerificationCodeNotFound => StatusCode::NOT_FOUND,
            Self::OuterOauthTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::UserEmailAlreadyExists { .. }
            | Self::ContactChannelAlreadyUsedForAuthBySomeoneElse { .. }
            | Self::VerificationCodeAlreadyUsed
            | Self::EmailAlreadyVerified => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns the body of the answer: `code`, `error`, and `details` where there are any.
    pub fn body(&self) -> Value {
        let mut body = json!(self);
        body["error"] = self.to_string().into();
        if body["details"] == json!({}) || body["details"].is_null() {
            body.as_object_mut().expect("it is an object").remove("details");
        }
        body
    }
}

impl IntoResponse for KnownError {
    fn into_response(self) -> Response {
        let body = self.body();
        let code = body["code"].as_str().and_then(|code| HeaderValue::from_str(code).ok());
        let header = code.map(|code| [(KNOWN_ERROR_HEADER, code)]);
        (self.status(), header, super::errors::json_response(&body)).into_response()
    }
}

fn quoted(access_types: &[AccessType]) -> String {
    access_types.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(" or ")
}

fn used_by_someone_else(email: &str, verifying_would_help: bool) -> String {
    let (not_verified, then_verify) = match verifying_would_help {
        true => (" but the email is not verified", ", and then verify your email to sign in with this login method"),
        false => ("", ""),
    };
    format!(
        "This email \"({email})\" is already used for authentication by another account{not_verified}. Please login \
         to your existing account with the method you used to sign up{then_verify}."
    )
}

/// Returns the time as JavaScript prints it: `2026-11-23T13:58:38.789Z`.
pub fn iso(at: OffsetDateTime) -> String {
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second, milli) = at.to_hms_milli();
    format!("{year}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z", u8::from(month))
}
