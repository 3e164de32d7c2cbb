//! The idempotency key of a form that adds a row, so that sending it twice adds one row.
//! It must not be trusted to be new, or anybody's: the database compares it within one user's rows.

use crate::{AppError, Field, FieldProblem};
use aws_lc_rs::digest::{Context, SHA256};
use uuid::{Builder, Uuid};

/// Returns a new key, for a form that is about to be shown.
pub fn generate() -> String {
    Uuid::new_v4().to_string()
}

/// Returns the key that a form was sent with.
pub fn parse(raw: &str) -> Result<Uuid, AppError> {
    raw.parse().map_err(|_| AppError::field(Field::FORM, FieldProblem::Unreadable))
}

/// Returns the key of a form with this content: a UUID of version 8, made with SHA-256.
///
/// A form can arrive again with other content: the back button restored its page, or its answer was lost and a paragraph
/// was added. That is another row. The key is made of what was sent and not compared with the row, which may have been
/// edited since.
pub fn for_content<const FIELDS: usize>(form: Uuid, content: [&str; FIELDS]) -> Uuid {
    let mut context = Context::new(&SHA256);
    context.update(form.as_bytes());
    for field in content {
        // Keeps "ab" and "c" from being "a" and "bc".
        context.update(&(field.len() as u64).to_be_bytes());
        context.update(field.as_bytes());
    }
    let digest = context.finish();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::for_content;
    use std::collections::HashSet;
    use uuid::Uuid;

    #[test]
    fn the_same_content_has_one_key_and_each_other_content_another() {
        let (form, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(for_content(form, ["ab", "c"]), for_content(form, ["ab", "c"]));
        let keys = [
            for_content(form, ["ab", "c"]),
            for_content(form, ["a", "bc"]),
            for_content(form, ["ab", "c\n"]),
            for_content(form, ["abc", ""]),
            for_content(form, ["abc"]),
            for_content(other, ["ab", "c"]),
        ];
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len(), "{keys:?}");
        assert!(keys.iter().all(|key| key.get_version_num() == 8), "{keys:?}");
    }
}
