//! What becomes of a person's posts when the account goes.
//! It must not change anything.

use super::store::count_own_posts;
use rls::{DbError, UserTx};

/// As the page says it that asks for the last word.
pub async fn announced(tx: &mut UserTx) -> Result<String, DbError> {
    Ok(sentence(count_own_posts(tx).await?))
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
