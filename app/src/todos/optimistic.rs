//! Optimistic updates of one todo: a change shows at once, what differs from the server is sent, and what fails is
//! rolled back.

use super::initial::TaskForm;
use super::model::{Todo, TodoId, UndoToken};
use std::mem;

/// A todo as the page shows it, and as the server has it.
#[derive(Clone, Debug, Default)]
pub struct OptimisticTodo {
    pub shown: State,
    /// What the server has, or will have once the todo is added.
    saved: State,
    /// `None` until the server has added it.
    pub id: Option<TodoId>,
    /// The idempotency key to add it with.
    idempotency_key: String,
    /// The token to undo its deletion.
    deletion: Option<UndoToken>,
    pub status: Status,
    /// The open form to rename it.
    pub form: Option<TaskForm>,
}

#[derive(Clone, Debug, Default)]
pub struct State {
    pub task: String,
    pub is_done: bool,
    pub is_deleted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    Idle,
    /// A change is in flight. The next one waits for its end, so that the last one wins.
    InFlight,
    /// The server refused to add it.
    Refused,
}

/// A change to send to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Add { task: String, idempotency_key: String },
    SetDone(TodoId, bool),
    Rename(TodoId, String),
    Delete(TodoId),
    Restore(UndoToken),
}

impl OptimisticTodo {
    /// Makes a todo that the server does not have yet.
    pub fn new(task: String, idempotency_key: String) -> Self {
        let saved = State { task, ..State::default() };
        Self { shown: saved.clone(), saved, idempotency_key, ..Self::default() }
    }

    /// Returns the next change to send, unless one is in flight.
    pub fn next_change(&self) -> Option<Change> {
        let Self { shown, saved, .. } = self;
        if self.status != Status::Idle {
            return None;
        }
        let Some(id) = self.id else {
            // With the first task, even if it was renamed since: a retry with another one would add another todo, since
            // only the answer may have been lost.
            return Some(Change::Add { task: saved.task.clone(), idempotency_key: self.idempotency_key.clone() });
        };
        match (saved.is_deleted, shown.is_deleted) {
            (false, true) => Some(Change::Delete(id)),
            (true, false) => self.deletion.map(Change::Restore),
            // Its other changes are sent when it is restored.
            (true, true) => None,
            _ if saved.is_done != shown.is_done => Some(Change::SetDone(id, shown.is_done)),
            _ if saved.task != shown.task => Some(Change::Rename(id, shown.task.clone())),
            _ => None,
        }
    }

    /// Applies a change to what the server has. `answer` is the number in the server's answer.
    pub fn succeeded(&mut self, change: Change, answer: i64) {
        self.status = Status::Idle;
        match change {
            Change::Add { .. } => self.id = Some(TodoId(answer)),
            Change::SetDone(_, done) => self.saved.is_done = done,
            Change::Rename(_, task) => self.saved.task = task,
            Change::Delete(_) => {
                self.saved.is_deleted = true;
                self.deletion = Some(UndoToken(answer));
            }
            Change::Restore(_) => self.saved.is_deleted = false,
        }
    }

    /// Rolls a change back. The form of a failed rename opens again, with its text.
    pub fn failed(&mut self, change: &Change, error: String) {
        let Self { shown, saved, .. } = self;
        self.status = Status::Idle;
        match change {
            Change::Add { .. } => self.status = Status::Refused,
            Change::SetDone(..) => shown.is_done = saved.is_done,
            Change::Rename(..) => {
                let text = Some(mem::replace(&mut shown.task, saved.task.clone()));
                // The text of an open form is newer.
                self.form.get_or_insert(TaskForm { text, error: None }).error = Some(error);
            }
            Change::Delete(_) | Change::Restore(_) => shown.is_deleted = saved.is_deleted,
        }
    }

    /// Marks a done todo as deleted by the server.
    pub fn cleared(&mut self, deletion: UndoToken) {
        if self.id.is_some() && self.shown.is_done && !self.shown.is_deleted {
            (self.shown.is_deleted, self.saved.is_deleted) = (true, true);
            self.deletion = Some(deletion);
        }
    }

    /// Marks a todo of this deletion as restored by the server.
    pub fn restored(&mut self, deletion: UndoToken) {
        if self.deletion == Some(deletion) {
            (self.shown.is_deleted, self.saved.is_deleted) = (false, false);
        }
    }
}

impl From<Todo> for OptimisticTodo {
    fn from(Todo { id, task, done }: Todo) -> Self {
        let saved = State { task, is_done: done, is_deleted: false };
        Self { shown: saved.clone(), saved, id: Some(id), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, OptimisticTodo, Status};
    use crate::todos::initial::TaskForm;
    use crate::todos::model::{Todo, TodoId, UndoToken};

    const ID: TodoId = TodoId(7);

    fn saved() -> OptimisticTodo {
        Todo { id: ID, task: "tea".to_owned(), done: false }.into()
    }

    /// Takes the next change and marks it as in flight.
    fn sent(todo: &mut OptimisticTodo) -> Change {
        let change = todo.next_change().expect("something to send");
        todo.status = Status::InFlight;
        assert_eq!(todo.next_change(), None, "one at a time");
        change
    }

    #[test]
    fn the_last_change_is_sent_last() {
        let mut todo = saved();
        assert_eq!(todo.next_change(), None);
        todo.shown.is_done = true;
        let first = sent(&mut todo);
        todo.shown.is_done = false;
        todo.succeeded(first, 0);
        let second = sent(&mut todo);
        assert_eq!(second, Change::SetDone(ID, false));
        todo.succeeded(second, 0);
        assert_eq!(todo.next_change(), None);
    }

    #[test]
    fn a_failed_change_is_rolled_back_and_the_others_stay() {
        let mut todo = saved();
        todo.shown.is_done = true;
        todo.shown.task = "green tea".to_owned();
        let change = sent(&mut todo);
        todo.failed(&change, String::new());
        assert!(!todo.shown.is_done);
        let change = sent(&mut todo);
        assert_eq!(change, Change::Rename(ID, "green tea".to_owned()));
        todo.shown.task = "black tea".to_owned();
        todo.failed(&change, "No.".to_owned());
        assert_eq!(todo.shown.task, "tea");
        let form = TaskForm { text: Some("black tea".to_owned()), error: Some("No.".to_owned()) };
        assert_eq!(todo.form, Some(form), "the newest text is kept");
        assert_eq!(todo.next_change(), None);
    }

    #[test]
    fn a_failed_rename_keeps_the_text_of_an_open_form() {
        let mut todo = saved();
        todo.shown.task = "green tea".to_owned();
        let change = sent(&mut todo);
        todo.form = Some(TaskForm::default());
        todo.failed(&change, "No.".to_owned());
        assert_eq!(todo.form, Some(TaskForm { text: None, error: Some("No.".to_owned()) }));
    }

    #[test]
    fn a_restored_todo_catches_up() {
        let mut todo = saved();
        todo.shown.is_deleted = true;
        let delete = sent(&mut todo);
        todo.shown.is_deleted = false;
        todo.shown.is_done = true;
        todo.succeeded(delete, 9);
        let restore = sent(&mut todo);
        assert_eq!(restore, Change::Restore(UndoToken(9)));
        todo.succeeded(restore, 0);
        assert_eq!(todo.next_change(), Some(Change::SetDone(ID, true)));
    }

    #[test]
    fn a_retry_adds_the_same_todo_and_its_changes_follow() {
        let mut todo = OptimisticTodo::new("tea".to_owned(), "key".to_owned());
        let add = sent(&mut todo);
        todo.shown.is_done = true;
        todo.shown.task = "green tea".to_owned();
        todo.failed(&add, String::new());
        assert_eq!((todo.status, todo.next_change()), (Status::Refused, None));
        todo.status = Status::Idle;
        let again = sent(&mut todo);
        assert_eq!(again, add, "another task would be another todo");
        todo.succeeded(again, 7);
        let done = sent(&mut todo);
        assert_eq!(done, Change::SetDone(ID, true));
        todo.succeeded(done, 0);
        assert_eq!(todo.next_change(), Some(Change::Rename(ID, "green tea".to_owned())));
    }
}
