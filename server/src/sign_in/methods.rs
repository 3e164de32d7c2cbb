//! What sign-in offers, in the words of pages.

use crate::neon_auth;
use request::session::{Mailed, PasswordRules, SignInMethods};

/// Returns what pages may offer of what the project has switched on.
pub fn offered(methods: neon_auth::SignInMethods) -> SignInMethods {
    let neon_auth::PasswordRules { min_chars, max_chars, max_bytes } = methods.passwords;
    SignInMethods {
        password: methods.password,
        sign_up: methods.sign_up,
        email_code: methods.email_code,
        providers: methods.providers,
        verification: mailed(methods.verification),
        reset: mailed(methods.reset),
        codes_are_digits: methods.codes_are_digits,
        passwords: PasswordRules { min_chars, max_chars, max_bytes },
        known: methods.known,
    }
}

fn mailed(proof: neon_auth::Mailed) -> Mailed {
    match proof {
        neon_auth::Mailed::Code => Mailed::Code,
        neon_auth::Mailed::Link => Mailed::Link,
    }
}
