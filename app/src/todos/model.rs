//! What a todo is, and which input makes one.
//! It must not know the database or the page.

use crate::error::{AppError, Field};
use crate::text;
use crate::wire::FromJson;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Characters in a task; `todos_task_length` in the schema says the same.
pub const TASK_MAX: u32 = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TodoId(pub i64);

impl FromJson for TodoId {
    fn from_json(token: &str) -> Option<Self> {
        i64::from_json(token).map(Self)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    pub id: TodoId,
    pub task: String,
    pub done: bool,
}

/// A task that may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task(String);

impl Task {
    pub fn parse(raw: &str) -> Result<Self, AppError> {
        text::line(raw, TASK_MAX).map(Self).map_err(|problem| AppError::field(Field::Task, problem))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A todo to add. The same `submission` twice is one todo.
#[derive(Clone, Debug)]
pub struct NewTodo {
    pub task: Task,
    pub submission: Uuid,
}
