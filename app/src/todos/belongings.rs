//! What becomes of a person's todos when the account goes.
//! It must not delete anything.

use super::store::count_todos;
use rls::{DbError, UserTx};

/// As the page says it that asks for the last word.
pub async fn announced(tx: &mut UserTx) -> Result<String, DbError> {
    Ok(sentence(count_todos(tx).await?))
}

fn sentence(count: i64) -> String {
    match count {
        0 => "You have no todos.".to_owned(),
        1 => "Your 1 todo is deleted.".to_owned(),
        _ => format!("Your {count} todos are deleted."),
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn one_is_not_many() {
        assert_eq!(sentence(0), "You have no todos.");
        assert_eq!(sentence(1), "Your 1 todo is deleted.");
        assert_eq!(sentence(12), "Your 12 todos are deleted.");
    }
}
