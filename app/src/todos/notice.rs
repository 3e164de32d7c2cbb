//! The message about the last change of the list, with its undo.

use super::model::UndoToken;
use request::direction::isolated;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub deletion: Option<UndoToken>,
}

/// Returns the sentence about a deletion. `task` is the task of a single one, if known.
pub fn deleted(count: i64, task: Option<&str>) -> String {
    match (count, task) {
        (0, _) => "There was nothing to delete.".to_owned(),
        (1, Some(task)) => format!("Deleted: {}", isolated(task)),
        (1, None) => "Deleted 1 todo.".to_owned(),
        _ => format!("Deleted {count} todos."),
    }
}

/// The message about a new todo that the current filter does not show.
pub const ADDED_ELSEWHERE: &str = "Added to the open ones.";

#[cfg(test)]
mod tests {
    use super::deleted;

    #[test]
    fn one_is_named_and_many_are_counted() {
        assert_eq!(deleted(0, None), "There was nothing to delete.");
        assert_eq!(deleted(1, Some("Buy milk")), "Deleted: Buy milk");
        assert_eq!(deleted(1, Some("\u{202e}לקנות")), "Deleted: \u{2068}לקנות\u{2069}");
        assert_eq!(deleted(1, None), "Deleted 1 todo.");
        assert_eq!(deleted(2, Some("Buy milk")), "Deleted 2 todos.");
    }
}
