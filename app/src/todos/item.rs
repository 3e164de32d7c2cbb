//! One todo of the island: the state that is shown, the state on the server, and the steps from one to the other.

use super::model::{Task, Todo, TodoId, UndoToken};
use leptos::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};

/// A todo of the list. Copies share their state.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The id, or a negative number for one that was added in this browser.
    pub key: i64,
    /// One signal for all parts: the server makes one for every row of every page.
    shown: RwSignal<Shown>,
    /// Separate, so that an open form stays unchanged when other parts change.
    pub editing: RwSignal<bool>,
    /// Why renaming failed.
    pub error: RwSignal<Option<String>>,
}

/// The state of a todo, as the list filters by it.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub is_done: bool,
    pub is_deleted: bool,
    pub is_refused: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    task: String,
    done: bool,
    deleted: bool,
}

#[derive(Debug)]
struct Shown {
    state: State,
    at_server: AtServer,
    /// Whether a change is in flight. The next one waits for its end, so that the last one wins.
    sending: bool,
    /// The token to undo the deletion.
    deletion: Option<UndoToken>,
    /// The text of a rename that failed.
    typed: Option<String>,
}

#[derive(Debug)]
enum AtServer {
    /// Not there yet: the idempotency key of the form that adds it, the task that was sent, and whether the server
    /// refused it.
    New {
        idempotency_key: String,
        sent: Option<String>,
        refused: bool,
    },
    Saved {
        id: i64,
        state: Option<State>,
    },
}

/// A change to send to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Add { task: String, idempotency_key: String },
    SetDone(TodoId, bool),
    Rename(TodoId, String),
    Delete(TodoId),
    Restore(UndoToken),
}

impl Item {
    pub fn new(Todo { id, task, done }: Todo) -> Self {
        Self::with(id.0, State { task, done, deleted: false }, AtServer::Saved { id: id.0, state: None })
    }

    /// Makes a todo that the server does not have yet.
    pub fn typed(task: &Task, idempotency_key: String) -> Self {
        static LAST: AtomicI64 = AtomicI64::new(0);
        let key = LAST.fetch_sub(1, Ordering::Relaxed) - 1;
        let state = State { task: task.as_str().to_owned(), done: false, deleted: false };
        Self::with(key, state, AtServer::New { idempotency_key, sent: None, refused: false })
    }

    fn with(key: i64, state: State, at_server: AtServer) -> Self {
        let shown = Shown { state, at_server, sending: false, deletion: None, typed: None };
        Self { key, shown: RwSignal::new(shown), editing: RwSignal::new(false), error: RwSignal::new(None) }
    }

    pub fn task(self) -> String {
        self.shown.with(|shown| shown.state.task.clone())
    }

    /// Returns several states with one look at the signal, which takes time for many todos.
    pub fn standing(self) -> Standing {
        self.shown.with(|Shown { state, at_server, .. }| Standing {
            is_done: state.done,
            is_deleted: state.deleted,
            is_refused: matches!(at_server, AtServer::New { refused: true, .. }),
        })
    }

    pub fn is_done(self) -> bool {
        self.standing().is_done
    }

    /// Returns the id, or `None` until the server has it. A todo that came with the page has its id as key, which needs
    /// no signal.
    pub fn id(self) -> Option<TodoId> {
        if self.key > 0 {
            return Some(TodoId(self.key));
        }
        self.shown.with(|shown| match shown.at_server {
            AtServer::Saved { id, .. } => Some(TodoId(id)),
            AtServer::New { .. } => None,
        })
    }

    pub fn is_refused(self) -> bool {
        self.standing().is_refused
    }

    /// Returns whether the request that adds it is in flight.
    pub fn is_adding(self) -> bool {
        self.shown.with_untracked(|shown| shown.sending && matches!(shown.at_server, AtServer::New { .. }))
    }

    pub fn set_done(self, done: bool) {
        self.change(|state| state.done = done);
    }

    pub fn rename(self, task: &Task) {
        self.change(|state| task.as_str().clone_into(&mut state.task));
    }

    pub fn set_deleted(self, deleted: bool) {
        self.change(|state| state.deleted = deleted);
    }

    /// Changes the state that is shown. The first change remembers the state on the server.
    fn change(self, change: impl FnOnce(&mut State)) {
        self.shown.update(|Shown { state, at_server, .. }| {
            let before = state.clone();
            change(state);
            if let AtServer::Saved { state: at_server, .. } = at_server {
                at_server.get_or_insert(before);
            }
        });
    }

    /// Marks it as deleted together with others.
    pub fn was_deleted(self, deletion: UndoToken) {
        self.shown.update(|shown| {
            shown.state.deleted = true;
            shown.deletion = Some(deletion);
        });
    }

    /// Marks it as restored if it was part of this deletion.
    pub fn restored(self, deletion: UndoToken) {
        self.shown.update(|shown| {
            if shown.deletion == Some(deletion) {
                shown.state.deleted = false;
            }
        });
    }

    pub fn try_again(self) {
        self.shown.update(|shown| {
            if let AtServer::New { refused, .. } = &mut shown.at_server {
                *refused = false;
            }
        });
    }

    /// Returns the next change to send to the server.
    pub fn next_step(self) -> Option<Step> {
        self.shown.with_untracked(|Shown { state, at_server, sending, deletion, .. }| {
            if *sending {
                return None;
            }
            let (id, saved) = match at_server {
                AtServer::New { refused: true, .. } => return None,
                AtServer::New { idempotency_key, sent, .. } => {
                    // The server may have it although the answer was lost: a retry with another task would add another
                    // todo. An edited task is sent as a rename afterwards.
                    let task = sent.as_ref().unwrap_or(&state.task).clone();
                    return Some(Step::Add { task, idempotency_key: idempotency_key.clone() });
                }
                AtServer::Saved { id, state } => (TodoId(*id), state.as_ref()?),
            };
            if state.deleted && !saved.deleted {
                Some(Step::Delete(id))
            } else if state.deleted {
                // Other changes are sent when it is restored.
                None
            } else if saved.deleted {
                deletion.map(Step::Restore)
            } else if state.done != saved.done {
                Some(Step::SetDone(id, state.done))
            } else if state.task != saved.task {
                Some(Step::Rename(id, state.task.clone()))
            } else {
                None
            }
        })
    }

    pub fn begin(self) {
        self.shown.update(|Shown { state, at_server, sending, .. }| {
            *sending = true;
            if let AtServer::New { sent, .. } = at_server {
                sent.get_or_insert_with(|| state.task.clone());
            }
        });
    }

    /// Applies the server's answer to the state on the server. `answer` is the number in it.
    pub fn succeeded(self, step: Step, answer: i64) {
        self.shown.update(|shown| {
            shown.sending = false;
            if let (Step::Add { task, .. }, AtServer::New { .. }) = (&step, &shown.at_server) {
                let state = State { task: task.clone(), done: false, deleted: false };
                shown.at_server = AtServer::Saved { id: answer, state: Some(state) };
            }
            let AtServer::Saved { state: Some(saved), .. } = &mut shown.at_server else { return };
            match step {
                Step::Add { .. } => {}
                Step::SetDone(_, done) => saved.done = done,
                Step::Rename(_, task) => saved.task = task,
                Step::Delete(_) => {
                    saved.deleted = true;
                    shown.deletion = Some(UndoToken(answer));
                }
                Step::Restore(_) => saved.deleted = false,
            }
        });
        self.forget_if_even();
    }

    /// Rolls back to the state on the server. `about_task` is the message about the task.
    pub fn failed(self, step: &Step, about_task: String) {
        let typed = self.shown.try_update(|shown| {
            shown.sending = false;
            match (step, &mut shown.at_server) {
                (Step::Add { .. }, AtServer::New { refused, .. }) => *refused = true,
                (Step::SetDone(..), AtServer::Saved { state: Some(saved), .. }) => shown.state.done = saved.done,
                (Step::Delete(_) | Step::Restore(_), AtServer::Saved { state: Some(saved), .. }) => {
                    shown.state.deleted = saved.deleted;
                }
                (Step::Rename(..), AtServer::Saved { state: Some(saved), .. }) => {
                    return Some(std::mem::replace(&mut shown.state.task, saved.task.clone()));
                }
                _ => {}
            }
            None
        });
        if let Some(typed) = typed.flatten() {
            if self.editing.get_untracked() {
                // The form is open again: its text is newer.
                self.error.set(Some(about_task));
            } else {
                self.edit(Some(typed), Some(about_task));
            }
        }
        self.forget_if_even();
    }

    fn forget_if_even(self) {
        self.shown.update(|shown| {
            if let AtServer::Saved { state, .. } = &mut shown.at_server
                && state.as_ref() == Some(&shown.state)
            {
                *state = None;
            }
        });
    }

    /// Opens the form, after a failure with the typed text and the error.
    pub fn edit(self, typed: Option<String>, error: Option<String>) {
        self.shown.update(|shown| shown.typed = typed);
        self.error.set(error);
        self.editing.set(true);
    }

    pub fn close(self) {
        self.shown.update(|shown| shown.typed = None);
        self.error.set(None);
        self.editing.set(false);
    }

    /// Returns the initial text of the form.
    pub fn text_to_edit(self) -> String {
        self.shown.with_untracked(|shown| shown.typed.as_ref().unwrap_or(&shown.state.task).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, Step};
    use crate::todos::model::{Task, Todo, TodoId, UndoToken};
    use leptos::prelude::{GetUntracked, Owner, untrack};

    const ID: TodoId = TodoId(7);

    fn saved() -> Item {
        Item::new(Todo { id: ID, task: "tea".to_owned(), done: false })
    }

    fn task(text: &str) -> Task {
        Task::parse(text).unwrap()
    }

    /// Takes the next step and begins it.
    fn begun(item: Item) -> Step {
        let step = item.next_step().expect("something to send");
        item.begin();
        assert_eq!(item.next_step(), None, "one at a time");
        step
    }

    #[test]
    fn the_last_change_is_sent_last() {
        Owner::new().with(|| {
            let item = saved();
            assert_eq!(item.next_step(), None);
            item.set_done(true);
            let first = begun(item);
            item.set_done(false);
            item.set_done(true);
            item.set_done(false);
            item.succeeded(first, 0);
            let second = begun(item);
            assert_eq!(second, Step::SetDone(ID, false));
            item.succeeded(second, 0);
            assert_eq!(item.next_step(), None);
        });
    }

    #[test]
    fn what_was_changed_and_changed_back_is_not_sent() {
        Owner::new().with(|| {
            let item = saved();
            item.set_done(true);
            item.set_done(false);
            item.rename(&task("tea"));
            assert_eq!(item.next_step(), None);
        });
    }

    #[test]
    fn a_failure_shows_what_the_server_has_and_keeps_the_rest() {
        Owner::new().with(|| {
            let item = saved();
            item.set_done(true);
            item.rename(&task("green tea"));
            let step = begun(item);
            item.failed(&step, String::new());
            assert!(!untrack(|| item.is_done()));
            let step = begun(item);
            assert_eq!(step, Step::Rename(ID, "green tea".to_owned()));
            item.rename(&task("black tea"));
            item.failed(&step, "No.".to_owned());
            assert_eq!(untrack(|| item.task()), "tea");
            assert_eq!(item.text_to_edit(), "black tea", "the newest text is the one to keep");
            assert_eq!(item.error.get_untracked().as_deref(), Some("No."));
            assert_eq!(item.next_step(), None);
        });
    }

    #[test]
    fn what_is_taken_back_catches_up() {
        Owner::new().with(|| {
            let item = saved();
            item.set_deleted(true);
            let delete = begun(item);
            item.set_deleted(false);
            item.set_done(true);
            item.succeeded(delete, 9);
            let restore = begun(item);
            assert_eq!(restore, Step::Restore(UndoToken(9)));
            item.succeeded(restore, 0);
            assert_eq!(item.next_step(), Some(Step::SetDone(ID, true)));
        });
    }

    #[test]
    fn a_new_one_is_added_once_and_then_changed() {
        Owner::new().with(|| {
            let item = Item::typed(&task("tea"), "name".to_owned());
            let add = begun(item);
            assert!(item.is_adding());
            item.set_done(true);
            item.failed(&add, String::new());
            assert!(untrack(|| item.is_refused()));
            assert_eq!(item.next_step(), None);
            item.try_again();
            let again = begun(item);
            assert_eq!(again, add, "under the same name");
            item.succeeded(again, 7);
            assert_eq!(item.next_step(), Some(Step::SetDone(ID, true)));
        });
    }

    #[test]
    fn a_new_one_whose_answer_was_lost_is_sent_again_as_it_was_and_then_renamed() {
        Owner::new().with(|| {
            let item = Item::typed(&task("tea"), "name".to_owned());
            let add = begun(item);
            item.rename(&task("green tea"));
            item.failed(&add, String::new());
            item.try_again();
            let again = begun(item);
            assert_eq!(again, add, "another task would be another todo");
            item.succeeded(again, 7);
            assert_eq!(item.next_step(), Some(Step::Rename(ID, "green tea".to_owned())));
        });
    }
}
