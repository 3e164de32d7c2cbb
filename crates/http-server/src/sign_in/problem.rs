//! What people are told of Neon Auth's refusals.
//! It must not tell anything of what was asked, or in whose words it was refused.

use neon_auth::{NeonAuthError, Refusal};
use request::account::SignInProblem;

/// Returns what the person is told of a call that has failed.
pub fn from_error(error: &NeonAuthError) -> SignInProblem {
    match error {
        NeonAuthError::Refused(problem) => from_refusal(*problem),
        NeonAuthError::Unreachable(_) | NeonAuthError::InvalidResponse(_) => SignInProblem::Unavailable,
    }
}

/// Returns what the person is told of a refusal.
pub fn from_refusal(problem: Refusal) -> SignInProblem {
    match problem {
        Refusal::WrongPassword => SignInProblem::WrongPassword,
        Refusal::EmailKnown => SignInProblem::EmailKnown,
        Refusal::EmailInvalid => SignInProblem::EmailInvalid,
        Refusal::PasswordTooShort => SignInProblem::PasswordTooShort,
        Refusal::PasswordTooLong => SignInProblem::PasswordTooLong,
        Refusal::PasswordOff => SignInProblem::PasswordOff,
        Refusal::SignUpOff => SignInProblem::SignUpOff,
        Refusal::SignUpRefused => SignInProblem::SignUpRefused,
        Refusal::SecondFactor => SignInProblem::SecondFactor,
        Refusal::MailedCodeWrong => SignInProblem::CodeWrong,
        Refusal::MailedCodeSpent => SignInProblem::CodeSpent,
        Refusal::MailedCodeLocked => SignInProblem::CodeLocked,
        Refusal::EmailConfirmed => SignInProblem::EmailConfirmed,
        Refusal::NoPassword => SignInProblem::NoPassword,
        Refusal::NotOffered => SignInProblem::NotOffered,
        Refusal::CodeInvalid | Refusal::LoginTooLate | Refusal::SessionOver | Refusal::AccessTokenExpired => {
            SignInProblem::Expired
        }
        Refusal::ProviderUnknown => SignInProblem::ProviderUnknown,
        Refusal::ProviderUnavailable => SignInProblem::ProviderUnavailable,
        Refusal::Cancelled => SignInProblem::Cancelled,
        Refusal::Conflict => SignInProblem::Conflict,
        Refusal::AppNotTrusted => SignInProblem::AppNotTrusted,
        Refusal::EmailUnconfirmed => SignInProblem::EmailUnconfirmed,
        Refusal::Restricted => SignInProblem::Restricted,
        Refusal::SessionTooOld => SignInProblem::SignInAgain,
        Refusal::UserGone => SignInProblem::AccountDeleted,
        Refusal::RateLimited { seconds } => SignInProblem::RateLimited { seconds },
        Refusal::Malformed | Refusal::Misconfigured | Refusal::Other => SignInProblem::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::{SignInProblem, from_error};
    use neon_auth::{NeonAuthError, Outage, Refusal};

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
            (Refusal::WrongPassword, SignInProblem::WrongPassword),
            (Refusal::UserGone, SignInProblem::AccountDeleted),
            (Refusal::RateLimited { seconds: 7 }, SignInProblem::RateLimited { seconds: 7 }),
            (Refusal::Misconfigured, SignInProblem::Unavailable),
        ] {
            assert_eq!(from_error(&NeonAuthError::Refused(problem)), told);
        }
    }
}
