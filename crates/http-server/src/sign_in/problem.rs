//! What people are told of Neon Auth's refusals.
//! It must not tell anything of what was asked, or in whose words it was refused.

use neon_auth::{NeonAuthError, Problem};
use request::account::SignInProblem;

/// Returns what the person is told of a call that has failed.
pub fn from_error(error: &NeonAuthError) -> SignInProblem {
    match error {
        NeonAuthError::Problem(problem) => from_refusal(*problem),
        NeonAuthError::Unreachable(_) | NeonAuthError::InvalidResponse(_) => SignInProblem::Unavailable,
    }
}

/// Returns what the person is told of a refusal.
pub fn from_refusal(problem: Problem) -> SignInProblem {
    match problem {
        Problem::WrongPassword => SignInProblem::WrongPassword,
        Problem::EmailKnown => SignInProblem::EmailKnown,
        Problem::EmailInvalid => SignInProblem::EmailInvalid,
        Problem::PasswordTooShort => SignInProblem::PasswordTooShort,
        Problem::PasswordTooLong => SignInProblem::PasswordTooLong,
        Problem::PasswordOff => SignInProblem::PasswordOff,
        Problem::SignUpOff => SignInProblem::SignUpOff,
        Problem::SignUpRefused => SignInProblem::SignUpRefused,
        Problem::SecondFactor => SignInProblem::SecondFactor,
        Problem::MailedCodeWrong => SignInProblem::CodeWrong,
        Problem::MailedCodeSpent => SignInProblem::CodeSpent,
        Problem::MailedCodeLocked => SignInProblem::CodeLocked,
        Problem::EmailConfirmed => SignInProblem::EmailConfirmed,
        Problem::NoPassword => SignInProblem::NoPassword,
        Problem::NotOffered => SignInProblem::NotOffered,
        Problem::CodeInvalid | Problem::LoginTooLate | Problem::SessionOver | Problem::AccessTokenExpired => {
            SignInProblem::Expired
        }
        Problem::ProviderUnknown => SignInProblem::ProviderUnknown,
        Problem::ProviderUnavailable => SignInProblem::ProviderUnavailable,
        Problem::Cancelled => SignInProblem::Cancelled,
        Problem::Conflict => SignInProblem::Conflict,
        Problem::AppNotTrusted => SignInProblem::AppNotTrusted,
        Problem::EmailUnconfirmed => SignInProblem::EmailUnconfirmed,
        Problem::Restricted => SignInProblem::Restricted,
        Problem::SessionTooOld => SignInProblem::SignInAgain,
        Problem::UserGone => SignInProblem::AccountDeleted,
        Problem::RateLimited { seconds } => SignInProblem::RateLimited { seconds },
        Problem::Malformed | Problem::Misconfigured | Problem::Other => SignInProblem::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::{SignInProblem, from_error};
    use neon_auth::{NeonAuthError, Outage, Problem};

    #[test]
    fn outages_hide_their_cause() {
        let network = Outage::Network("no route to hunter2".into());
        for outage in [network.clone(), Outage::Database("hunter2".into()), Outage::Timeout, Outage::Status(502)] {
            let told = from_error(&NeonAuthError::Unreachable(outage));
            assert_eq!(told, SignInProblem::Unavailable);
            assert!(!told.to_string().contains("hunter2"));
        }
        assert_eq!(from_error(&NeonAuthError::InvalidResponse("a token that is no JWT")), SignInProblem::Unavailable);
        for (problem, told) in [
            (Problem::WrongPassword, SignInProblem::WrongPassword),
            (Problem::UserGone, SignInProblem::AccountDeleted),
            (Problem::RateLimited { seconds: 7 }, SignInProblem::RateLimited { seconds: 7 }),
            (Problem::Misconfigured, SignInProblem::Unavailable),
        ] {
            assert_eq!(from_error(&NeonAuthError::Problem(problem)), told);
        }
    }
}
