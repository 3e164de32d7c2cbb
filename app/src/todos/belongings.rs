//! A user's todos as a whole: what is exported, and what happens to them when the account is deleted.

use super::store;
use request::{AppError, feature};
use rls::UserTx;
use serde_json::Value;

/// Returns the sentence about the user's todos for the page that confirms the deletion of an account.
pub async fn announced(tx: &mut UserTx) -> Result<String, AppError> {
    Ok(sentence(store::count_todos(tx).await?))
}

/// Returns all of the user's todos as JSON, for the export.
pub async fn exported(tx: &mut UserTx) -> Result<Value, AppError> {
    feature::to_json(store::everything(tx).await?)
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
