//! What can come of a call to Neon Auth, closed: no text of the other side goes any further.
//! It must not hold a body, a token or an address.

use app::account::problem::SignInProblem;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeonAuthError {
    /// It understood and refused.
    #[error("Neon Auth refused: {0:?}")]
    Problem(Problem),
    /// It could not be asked, or could not answer. Nothing is known about what was asked.
    #[error("Neon Auth cannot be reached: {0:?}")]
    Unreachable(Outage),
    /// It answered something that its protocol does not have.
    #[error("Neon Auth answered nonsense: {0}")]
    Nonsense(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    Network,
    Timeout,
    /// An answer of the 5xx class.
    Status(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    WrongPassword,
    EmailKnown,
    EmailInvalid,
    /// The address has to be confirmed before it signs in.
    EmailUnconfirmed,
    EmailConfirmed,
    PasswordTooShort,
    PasswordTooLong,
    PasswordOff,
    /// The account signs in by other means only.
    NoPassword,
    SignUpOff,
    SignUpRefused,
    SecondFactor,
    /// The code was used, is too old, or belongs to another login.
    CodeInvalid,
    /// A mailed code that nobody was sent, or that another mail has replaced.
    MailedCodeWrong,
    /// A mailed code that was used or is too old.
    MailedCodeSpent,
    /// A mailed code that was guessed at too often; it is gone.
    MailedCodeLocked,
    ProviderUnknown,
    ProviderUnavailable,
    Cancelled,
    LoginTooLate,
    /// The address belongs to an account that signs in another way.
    Conflict,
    /// `PUBLIC_ORIGIN` is not among the project's trusted domains.
    AppNotTrusted,
    /// The account may not be used, or not yet.
    Restricted,
    /// The refresh token is dead: signed out elsewhere, password changed, or account deleted.
    SessionOver,
    AccessTokenExpired,
    UserGone,
    /// By Neon Auth, which sees one address for everybody here.
    RateLimited {
        seconds: u32,
    },
    /// This generation, or this project, does not do that.
    NotOffered,
    /// The request did not have the shape that the endpoint wants.
    Malformed,
    /// The project id or a key is wrong: only the app's owner can do something about it.
    Misconfigured,
    Other,
}

impl Problem {
    /// From the `code` of an error body or the `errorCode` of a redirect. The texts beside it are for developers.
    pub fn from_code(code: &str) -> Self {
        match code {
            "EMAIL_PASSWORD_MISMATCH" | "PASSWORD_CONFIRMATION_MISMATCH" => Self::WrongPassword,
            "USER_EMAIL_ALREADY_EXISTS" => Self::EmailKnown,
            "EMAIL_ALREADY_VERIFIED" => Self::EmailConfirmed,
            "USER_DOES_NOT_HAVE_PASSWORD" => Self::NoPassword,
            "VERIFICATION_CODE_NOT_FOUND" => Self::MailedCodeWrong,
            "VERIFICATION_CODE_EXPIRED" | "VERIFICATION_CODE_ALREADY_USED" => Self::MailedCodeSpent,
            "VERIFICATION_CODE_MAX_ATTEMPTS_REACHED" => Self::MailedCodeLocked,
            "PASSWORD_TOO_SHORT" => Self::PasswordTooShort,
            "PASSWORD_TOO_LONG" => Self::PasswordTooLong,
            "PASSWORD_AUTHENTICATION_NOT_ENABLED" => Self::PasswordOff,
            "SIGN_UP_NOT_ENABLED" => Self::SignUpOff,
            "SIGN_UP_REJECTED" | "BOT_CHALLENGE_REQUIRED" | "BOT_CHALLENGE_FAILED" => Self::SignUpRefused,
            "MULTI_FACTOR_AUTHENTICATION_REQUIRED" => Self::SecondFactor,
            "INVALID_AUTHORIZATION_CODE" => Self::CodeInvalid,
            "OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED" => Self::ProviderUnknown,
            "OAUTH_PROVIDER_TEMPORARILY_UNAVAILABLE" => Self::ProviderUnavailable,
            "OAUTH_PROVIDER_ACCESS_DENIED" => Self::Cancelled,
            "OUTER_OAUTH_TIMEOUT" => Self::LoginTooLate,
            "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE" => Self::Conflict,
            "REDIRECT_URL_NOT_WHITELISTED" => Self::AppNotTrusted,
            "RESTRICTED_USER_NOT_ALLOWED" | "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED" => Self::Restricted,
            "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED" => Self::SessionOver,
            "ACCESS_TOKEN_EXPIRED" => Self::AccessTokenExpired,
            "USER_NOT_FOUND" | "CANNOT_GET_OWN_USER_WITHOUT_USER" => Self::UserGone,
            "SCHEMA_ERROR" | "BODY_PARSING_ERROR" | "ALL_OVERLOADS_FAILED" => Self::Malformed,
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
            | "INVALID_PROJECT_FOR_ACCESS_TOKEN" => Self::Misconfigured,
            _ => Self::Other,
        }
    }
}

impl NeonAuthError {
    /// What the person is told.
    pub fn told(self) -> SignInProblem {
        match self {
            Self::Problem(problem) => problem.told(),
            Self::Unreachable(_) | Self::Nonsense(_) => SignInProblem::Unavailable,
        }
    }

    /// Whether a person caused it, who has been told: then there is nothing for the log.
    pub fn is_expected(self) -> bool {
        !matches!(
            self,
            Self::Unreachable(_)
                | Self::Nonsense(_)
                | Self::Problem(
                    Problem::Misconfigured
                        | Problem::AppNotTrusted
                        | Problem::Malformed
                        | Problem::RateLimited { .. }
                        | Problem::Other
                )
        )
    }
}

impl Problem {
    pub fn told(self) -> SignInProblem {
        match self {
            Self::WrongPassword => SignInProblem::WrongPassword,
            Self::EmailKnown => SignInProblem::EmailKnown,
            Self::EmailInvalid => SignInProblem::EmailInvalid,
            Self::PasswordTooShort => SignInProblem::PasswordTooShort,
            Self::PasswordTooLong => SignInProblem::PasswordTooLong,
            Self::PasswordOff => SignInProblem::PasswordOff,
            Self::SignUpOff => SignInProblem::SignUpOff,
            Self::SignUpRefused => SignInProblem::SignUpRefused,
            Self::SecondFactor => SignInProblem::SecondFactor,
            Self::CodeInvalid
            | Self::MailedCodeWrong
            | Self::MailedCodeSpent
            | Self::MailedCodeLocked
            | Self::LoginTooLate
            | Self::SessionOver
            | Self::AccessTokenExpired => SignInProblem::Expired,
            Self::ProviderUnknown => SignInProblem::ProviderUnknown,
            Self::ProviderUnavailable => SignInProblem::ProviderUnavailable,
            Self::Cancelled => SignInProblem::Cancelled,
            Self::Conflict => SignInProblem::Conflict,
            Self::AppNotTrusted => SignInProblem::AppNotTrusted,
            Self::EmailUnconfirmed | Self::Restricted => SignInProblem::Restricted,
            Self::UserGone => SignInProblem::AccountDeleted,
            Self::RateLimited { seconds } => SignInProblem::RateLimited { seconds },
            Self::EmailConfirmed
            | Self::NoPassword
            | Self::NotOffered
            | Self::Malformed
            | Self::Misconfigured
            | Self::Other => SignInProblem::Unavailable,
        }
    }
}
