//! The name of a form's control, as an error carries it.
//! It must not hold free text: names in errors can come from any client.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The `name` of a control: lower-case ASCII letters and `_`, at most 32 of them. It is compared, and never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Field(Cow<'static, str>);

impl Field {
    /// The form as a whole. No control has this name.
    pub const FORM: Self = Self::new("form");

    const LONGEST: usize = 32;

    /// Returns the field of this name. In a constant, a name that is none is an error of the compiler.
    ///
    /// # Panics
    /// If `name` is no name of a field.
    pub const fn new(name: &'static str) -> Self {
        assert!(is_name(name), "the name of a field is 1 to 32 letters from a to z and underscores");
        Self(Cow::Borrowed(name))
    }
}

impl TryFrom<String> for Field {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if is_name(&name) { Ok(Self(Cow::Owned(name))) } else { Err("no name of a field") }
    }
}

const fn is_name(name: &str) -> bool {
    let name = name.as_bytes();
    let mut at = 0;
    while at < name.len() {
        if !matches!(name[at], b'a'..=b'z' | b'_') {
            return false;
        }
        at += 1;
    }
    !name.is_empty() && name.len() <= Field::LONGEST
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn a_name_is_lower_case_letters_and_underscores() {
        let read = |name: &str| Field::try_from(name.to_owned());
        for name in ["a", "old_password", "_", &"z".repeat(32)] {
            assert_eq!(read(name).expect(name).0, name);
        }
        assert_eq!(read("form"), Ok(Field::FORM), "a name that is read is the constant");
        for name in ["", " ", "Name", "name1", "first-name", "näme", "a b", "a:b", "<b>", "\0", &"z".repeat(33)] {
            assert!(read(name).is_err(), "{name:?}");
        }
    }

    #[test]
    #[should_panic(expected = "the name of a field")]
    fn a_constant_is_checked_as_well() {
        _ = Field::new("Name");
    }
}
