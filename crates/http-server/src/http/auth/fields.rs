//! The fields of the forms about an account, checked for what could never be accepted. Whether it is right, Neon Auth
//! says.

use super::return_to::ReturnTo;
use crate::sign_in::AwaitedMail;
use neon_auth::{Proof, secret};
use request::account::SignInProblem;
use request::session::PasswordRules;
use request::text;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// The longest address, in lower case.
const EMAIL_BYTES: usize = 256;
/// Characters.
const LONGEST_CODE: usize = 256;
const NAME_CHARS: u32 = 100;

/// The form to sign in or up with a password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    pub name: String,
    pub email: String,
    #[serde(deserialize_with = "secret::deserialize")]
    pub password: SecretString,
    pub return_to: ReturnTo,
}

/// A form about an e-mail address. It asks for a mail, or gives back what a mail said: a code together with its
/// address. Without the field for a code, what counts is the link that was followed to the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EmailForm {
    pub email: String,
    #[serde(deserialize_with = "sent")]
    code: Option<SecretString>,
    /// The new password, where the mail was for that.
    #[serde(deserialize_with = "secret::deserialize")]
    pub password: SecretString,
    pub return_to: ReturnTo,
}

/// The form of a signed-in user with a new password, and the old one where there is one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OwnPasswordForm {
    #[serde(deserialize_with = "secret::deserialize")]
    pub old_password: SecretString,
    #[serde(deserialize_with = "secret::deserialize")]
    pub password: SecretString,
}

impl EmailForm {
    /// Returns what proves the address. `mail` is the one that this browser waits for.
    pub fn proof(&self, mail: Option<&AwaitedMail>) -> Result<Proof, SignInProblem> {
        match (&self.code, mail) {
            (Some(typed), _) => Ok(Proof::Code { email: email(&self.email)?, code: code(typed)? }),
            (None, Some(mail)) if mail.is_followed() => Ok(Proof::Link(mail.link.clone())),
            (None, _) => Err(SignInProblem::LinkMissing),
        }
    }
}

/// Checks the name of a new user. It is empty when none was given.
pub fn name(raw: &str) -> Result<String, SignInProblem> {
    if raw.trim().is_empty() {
        return Ok(String::new());
    }
    text::line(raw, NAME_CHARS).map_err(|_| SignInProblem::NameInvalid)
}

/// Returns the address as both generations of Neon Auth store it: trimmed and in lower case, by the same rules of
/// Unicode as JavaScript's `toLowerCase`. They compare what a mail brings back with it letter by letter.
///
/// Demands the shape that Neon Auth does: one `@`, dots inside words only, and a domain with a top level of two or more
/// letters.
pub fn email(raw: &str) -> Result<String, SignInProblem> {
    let email = raw.trim().to_lowercase();
    let well_formed = email.rsplit_once('@').is_some_and(|(local, domain)| {
        let top_level = domain.rsplit_once('.').map_or("", |(_, top)| top);
        let mut labels = local.split('.').chain(domain.split('.'));
        !local.contains('@') && labels.all(|label| !label.is_empty()) && top_level.chars().count() >= 2
    });
    let plain = email.len() <= EMAIL_BYTES && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if well_formed && plain { Ok(email) } else { Err(SignInProblem::EmailInvalid) }
}

/// Returns the code without spaces: people copy those around it, and some mails print one inside.
fn code(raw: &SecretString) -> Result<SecretString, SignInProblem> {
    let code: String = raw.expose_secret().chars().filter(|c| !c.is_whitespace()).collect();
    if is_plain_code(&code) { Ok(code.into()) } else { Err(SignInProblem::CodeWrong) }
}

/// Tells whether this could be a code, typed or in a link. How long one is, Neon Auth says.
pub fn is_plain_code(code: &str) -> bool {
    (1..=LONGEST_CODE).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns the password as it was typed: spaces at the ends are part of it.
pub fn password(raw: &SecretString, rules: PasswordRules) -> Result<SecretString, SignInProblem> {
    let text = raw.expose_secret();
    let chars = text.chars().count();
    if chars < rules.min_chars {
        Err(SignInProblem::PasswordTooShort)
    } else if chars > rules.max_chars || text.len() > rules.max_bytes {
        Err(SignInProblem::PasswordTooLong)
    } else {
        Ok(raw.clone())
    }
}

/// Reads a secret where its absence means something.
fn sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    secret::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::{code, email, name, password};
    use proptest::prelude::*;
    use request::account::SignInProblem::{CodeWrong, EmailInvalid, NameInvalid, PasswordTooLong, PasswordTooShort};
    use request::session::PasswordRules;
    use secrecy::ExposeSecret;

    #[test]
    fn email_addresses_are_normalised_and_checked() {
        for (typed, sent) in [
            (" a.b+c@example.test \n", "a.b+c@example.test"),
            ("Ada.LOVELACE@Example.TEST", "ada.lovelace@example.test"),
            ("STRASSE.ß@BÜCHER.example", "strasse.ß@bücher.example"),
            // One letter becomes two, and a sigma at the end of a word has a form of its own.
            ("İZMİR@example.test", "i\u{307}zmi\u{307}r@example.test"),
            ("ΟΔΟΣ@example.test", "οδος@example.test"),
        ] {
            assert_eq!(email(typed).as_deref(), Ok(sent), "{typed}");
            assert_eq!(email(sent).as_deref(), Ok(sent), "sent once more");
        }
        let long = format!("{}@example.test", "a".repeat(250));
        let longer_in_lower_case = format!("{}@example.test", "İ".repeat(120));
        for wrong in [
            "",
            "a",
            "@example.test",
            "a@",
            "a@b",
            "a@.test",
            "a@b.c",
            "a b@c.de",
            "a@b@c.de",
            "a\0@b.de",
            "a..b@c.de",
            ".a@b.de",
            "a.@b.de",
            "a@b..de",
            &long,
            &longer_in_lower_case,
        ] {
            assert_eq!(email(wrong), Err(EmailInvalid), "{wrong:?}");
        }
    }

    #[test]
    fn a_name_is_one_line_or_empty() {
        assert_eq!(name(" Zoe\u{308}\tLovelace "), Ok("Zoë Lovelace".to_owned()));
        assert_eq!(name(" \t "), Ok(String::new()));
        for wrong in ["a\0b", "\u{200b}", &"é".repeat(101)] {
            assert_eq!(name(wrong), Err(NameInvalid), "{wrong:?}");
        }
    }

    #[test]
    fn spaces_in_a_code_are_ignored() {
        assert_eq!(code(&" 123 456\n".into()).unwrap().expose_secret(), "123456");
        for wrong in ["", "  ", "12\u{0}34", "１２３", &"x".repeat(257)] {
            assert_eq!(code(&wrong.into()).err(), Some(CodeWrong), "{wrong:?}");
        }
    }

    #[test]
    fn passwords_are_counted_in_characters_and_in_bytes() {
        let rules = PasswordRules { min_chars: 8, max_chars: 70, max_bytes: 71 };
        let problem = |text: &str| password(&text.into(), rules).err();
        assert_eq!(problem("1234567"), Some(PasswordTooShort));
        assert_eq!(problem("12345678"), None);
        assert_eq!(problem(&"x".repeat(70)), None);
        assert_eq!(problem(&"x".repeat(71)), Some(PasswordTooLong));
        assert_eq!(problem(&"é".repeat(35)), None);
        assert_eq!(problem(&"é".repeat(36)), Some(PasswordTooLong));
        assert_eq!(problem("ééé1234"), Some(PasswordTooShort));
    }

    proptest! {
        #[test]
        fn accepted_fields_are_plain(raw in any::<String>(), near in "[a-z@. \\t]{0,12}", length in 0..200_usize) {
            for raw in [raw, near] {
                if let Ok(address) = email(&raw) {
                    prop_assert!(address.len() <= 256 && address.matches('@').count() == 1);
                    prop_assert!(raw.to_lowercase().contains(&address));
                    prop_assert_eq!(email(&address), Ok(address.clone()));
                    prop_assert!(!address.chars().any(|c| c.is_whitespace() || c.is_control()));
                }
                if let Ok(code) = code(&raw.as_str().into()) {
                    prop_assert!(code.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()));
                }
            }
            let rules = PasswordRules { min_chars: 8, max_chars: 70, max_bytes: 71 };
            let accepted = password(&"x".repeat(length).as_str().into(), rules).is_ok();
            prop_assert_eq!(accepted, (8..=70).contains(&length));
        }
    }
}
