//! The types of todos, and the checks of their input.

use request::direction::isolated;
use request::{AppError, Field, text};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use uuid::Uuid;

/// The maximum length of a task, in characters, as in the constraint `todos_task_length`.
pub const TASK_MAX: u32 = 500;

/// The form field of a task.
pub const TASK: Field = Field::new("task");

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TodoId(pub i64);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    pub id: TodoId,
    pub task: String,
    pub done: bool,
}

/// The filter of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Filter {
    #[default]
    All,
    Open,
    Done,
}

impl Filter {
    pub fn admits(self, done: bool) -> bool {
        match self {
            Self::All => true,
            Self::Open => !done,
            Self::Done => done,
        }
    }
}

/// The numbers of a user's todos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub open: i64,
    pub done: i64,
}

impl Counts {
    pub fn of(self, show: Filter) -> i64 {
        match show {
            Filter::All => self.open + self.done,
            Filter::Open => self.open,
            Filter::Done => self.done,
        }
    }

    /// Returns the number of done or of open todos.
    pub fn of_state(&mut self, is_done: bool) -> &mut i64 {
        if is_done { &mut self.done } else { &mut self.open }
    }
}

/// The token that undoes a deletion: its time, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UndoToken(pub i64);

/// The result of clearing done todos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    pub count: i64,
    pub deletion: UndoToken,
}

/// A valid task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task(String);

impl Task {
    pub fn parse(raw: &str) -> Result<Self, AppError> {
        text::line(raw, TASK_MAX).map(Self).map_err(|problem| AppError::field(TASK, problem))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A todo to add. The same `idempotency_key` with the same content makes one todo only.
#[derive(Clone, Debug)]
pub struct NewTodo {
    pub task: Task,
    pub idempotency_key: Uuid,
}

/// Returns the notice about a deletion. `task` is the task of a single one, if known.
pub fn deletion_notice(count: i64, task: Option<&str>) -> String {
    match (count, task) {
        (0, _) => "There was nothing to delete.".to_owned(),
        (1, Some(task)) => format!("Deleted: {}", isolated(task)),
        (1, None) => "Deleted 1 todo.".to_owned(),
        _ => format!("Deleted {count} todos."),
    }
}

#[cfg(test)]
mod tests {
    use super::deletion_notice;

    #[test]
    fn one_deleted_todo_is_named_and_many_are_counted() {
        for (count, task, notice) in [
            (0, None, "There was nothing to delete."),
            (1, Some("Buy milk"), "Deleted: Buy milk"),
            (1, Some("\u{202e}לקנות"), "Deleted: \u{2068}לקנות\u{2069}"),
            (1, None, "Deleted 1 todo."),
            (2, Some("Buy milk"), "Deleted 2 todos."),
        ] {
            assert_eq!(deletion_notice(count, task), notice);
        }
    }
}
