//! A user's posts as a whole: what is exported, and what happens to them when the account is deleted.

use super::store;
use request::{AppError, feature};
use rls::UserTx;
use serde_json::Value;

/// Returns the sentence about the user's posts for the page that confirms the deletion of an account.
pub async fn announced(tx: &mut UserTx) -> Result<String, AppError> {
    Ok(sentence(store::count_own_posts(tx).await?))
}

/// Returns all of the user's posts as JSON, for the export.
pub async fn exported(tx: &mut UserTx) -> Result<Value, AppError> {
    feature::exported(store::everything_own(tx).await?)
}

fn sentence(count: i64) -> String {
    match count {
        0 => "You have no posts.".to_owned(),
        1 => "Your 1 post stays, without your name. Delete it first if it should go.".to_owned(),
        _ => format!("Your {count} posts stay, without your name. Delete them first if they should go."),
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn one_is_not_many() {
        assert_eq!(sentence(0), "You have no posts.");
        assert!(sentence(1).starts_with("Your 1 post stays"));
        assert!(sentence(2).starts_with("Your 2 posts stay"));
    }
}
