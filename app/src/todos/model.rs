//! The types of todos, and the checks of their input.

use request::{AppError, Field, text};
use serde::{Deserialize, Serialize};
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    Open,
    Done,
}

impl Filter {
    pub const EACH: [Self; 3] = [Self::All, Self::Open, Self::Done];

    /// Returns the word for it in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Done => "done",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|show| show.word() == word)
    }

    pub fn admits(self, done: bool) -> bool {
        match self {
            Self::All => true,
            Self::Open => !done,
            Self::Done => done,
        }
    }
}

/// The numbers of a user's todos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// A todo to add. The same idempotency key with the same content makes one todo only.
#[derive(Clone, Debug)]
pub struct NewTodo {
    pub task: Task,
    pub idempotency_key: Uuid,
}
