//! A person's posts as a whole: what is exported, and what becomes of them when the account is deleted.
//! It must not change anything.

use super::store;
use request::{AppError, feature};
use rls::UserTx;
use serde_json::Value;

/// As the page says it that asks for the last word.
pub async fn announced(tx: &mut UserTx) -> Result<String, AppError> {
    Ok(sentence(store::count_own_posts(tx).await?))
}

/// Everything that is kept, for the user to take away.
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
