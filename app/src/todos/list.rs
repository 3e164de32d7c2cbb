//! The list of the island: its rows, the requests that send their changes, and the notice about the last one.

use super::api::{clear_done, create_todo, delete_todo, rename_todo, restore_todos, set_todo_done};
use super::list_query::ListQuery;
use super::model::{Cleared, Counts, Filter, TASK, Task, TodoId, UndoToken, deletion_notice};
use super::optimistic::{Change, OptimisticTodo, Status};
use leptos::prelude::*;
use leptos::task::spawn_local;
use request::AppError;
use std::mem;

/// A row of the list. Copies share their state.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The id, or a negative number for a todo that was added in this browser.
    pub key: i64,
    /// One signal for all of it: the server makes one for every row of every page.
    pub todo: RwSignal<OptimisticTodo>,
}

impl Row {
    /// Returns the id, or `None` until the server has it. That of a todo which came with the page needs no signal.
    pub fn id(self) -> Option<TodoId> {
        if self.key > 0 { Some(TodoId(self.key)) } else { self.todo.with(|todo| todo.id) }
    }

    pub fn task(self) -> String {
        self.todo.with(|todo| todo.shown.task.clone())
    }

    pub fn is_done(self) -> bool {
        self.todo.with(|todo| todo.shown.is_done)
    }

    pub fn is_refused(self) -> bool {
        self.todo.with(|todo| todo.status == Status::Refused)
    }
}

/// The message about the last change.
#[derive(Clone)]
pub struct Notice {
    pub text: String,
    pub undo: Option<Undo>,
}

#[derive(Clone, Copy)]
pub enum Undo {
    Deleted(Row),
    /// Done todos were cleared, this many of them on other pages.
    Cleared(UndoToken, i64),
    /// A deletion from before this page was loaded: its form leads to a page that shows the result.
    Unseen(UndoToken),
}

#[derive(Clone, Copy)]
pub struct List {
    pub here: ListQuery,
    /// The newest first, deleted ones included: a restored one returns to its place.
    pub rows: RwSignal<Vec<Row>>,
    /// The counts of todos that are not on this page.
    pub elsewhere: RwSignal<Counts>,
    /// Why a change was rolled back.
    pub failed: RwSignal<Option<String>>,
    pub notice: RwSignal<Option<Notice>>,
    /// The number of requests in flight.
    pub in_flight: RwSignal<u32>,
    /// Whether done todos are to be cleared once all earlier changes have arrived.
    pub clearing: RwSignal<bool>,
}

impl List {
    /// Returns the rows that the page shows, in order. One whose form is open stays, and one that was refused.
    pub fn visible(self) -> Vec<Row> {
        let filter = self.here.show;
        let shows = |OptimisticTodo { shown, form, status, .. }: &OptimisticTodo| {
            let has_unsaved_text = form.is_some() || *status == Status::Refused;
            !shown.is_deleted && (filter.admits(shown.is_done) || has_unsaved_text)
        };
        self.rows.with(|rows| rows.iter().copied().filter(|row| row.todo.with(shows)).collect())
    }

    /// Returns the position of the row on the page, counted from one as in CSS, or 0 for one that is not shown.
    pub fn place(self, row: Row) -> usize {
        untrack(|| self.visible()).iter().position(|other| other.key == row.key).map_or(0, |before| before + 1)
    }

    /// Counts the todos that exist, without refused ones.
    pub fn counts(self) -> Counts {
        let mut counts = self.elsewhere.get();
        let mut count = |OptimisticTodo { shown, status, .. }: &OptimisticTodo| {
            if !shown.is_deleted && *status != Status::Refused {
                *counts.of_state(shown.is_done) += 1;
            }
        };
        self.rows.with(|rows| rows.iter().for_each(|row| row.todo.with(&mut count)));
        counts
    }

    /// Tells whether a todo would be lost with the page: one that was refused, or that waits for its turn. The server
    /// finishes a request that has reached it.
    pub fn has_unsent(self) -> bool {
        let is_unsent = |todo: &OptimisticTodo| todo.id.is_none() && todo.status != Status::InFlight;
        self.rows.get_untracked().into_iter().any(|row| row.todo.with_untracked(is_unsent))
    }

    /// Returns the notice about the last change, unless it was undone or rolled back.
    pub fn notice(self) -> Option<Notice> {
        self.notice.get().filter(|notice| match notice.undo {
            Some(Undo::Deleted(row)) => row.todo.with(|todo| todo.shown.is_deleted),
            _ => true,
        })
    }

    /// Adds a todo. The idempotency key keeps a retry from adding it twice.
    pub fn add(self, task: &Task, idempotency_key: String) {
        self.rows.update(|rows| {
            let key = rows.first().map_or(0, |newest| newest.key.min(0)) - 1;
            let todo = OptimisticTodo::new(task.as_str().to_owned(), idempotency_key);
            rows.insert(0, Row { key, todo: RwSignal::new(todo) });
        });
        if self.here.show == Filter::Done {
            self.notice.set(Some(Notice { text: "Added to the open ones.".to_owned(), undo: None }));
        }
        self.changed();
    }

    /// Shows a change of a todo at once, and sends it.
    pub fn update(self, row: Row, change: impl FnOnce(&mut OptimisticTodo)) {
        row.todo.update(change);
        self.changed();
    }

    pub fn delete(self, row: Row) {
        if untrack(|| row.is_refused()) {
            self.rows.update(|rows| rows.retain(|other| other.key != row.key));
            return self.failed.set(None);
        }
        let text = deletion_notice(1, Some(&untrack(|| row.task())));
        self.notice.set(Some(Notice { text, undo: Some(Undo::Deleted(row)) }));
        self.update(row, |todo| todo.shown.is_deleted = true);
    }

    pub fn clear_done(self) {
        self.notice.set(None);
        self.clearing.set(true);
        self.changed();
    }

    /// Undoes the last change, and returns the position of the row that is back. Returns `None` where the page has to
    /// send the form.
    pub fn undo(self) -> Option<usize> {
        match self.notice.get_untracked()?.undo? {
            Undo::Deleted(row) => {
                self.update(row, |todo| todo.shown.is_deleted = false);
                Some(self.place(row))
            }
            Undo::Cleared(deletion, elsewhere) => {
                self.restore(deletion, elsewhere);
                Some(1)
            }
            Undo::Unseen(_) => None,
        }
    }

    fn changed(self) {
        self.failed.set(None);
        self.send();
    }

    /// Sends what the server does not know yet: one change of a todo at a time, and only one new todo at a time, since
    /// the server orders them by arrival.
    fn send(self) {
        let rows = self.rows.get_untracked();
        let is_adding = |todo: &OptimisticTodo| todo.id.is_none() && todo.status == Status::InFlight;
        let mut adding = rows.iter().any(|row| row.todo.with_untracked(is_adding));
        for row in rows.into_iter().rev() {
            let Some(change) = row.todo.with_untracked(OptimisticTodo::next_change) else { continue };
            let adds = matches!(change, Change::Add { .. });
            if !(adds && adding) {
                self.send_change(row, change);
            }
            adding |= adds;
        }
        if self.clearing.get_untracked() && self.in_flight.get_untracked() == 0 {
            self.send_clearing();
        }
    }

    fn send_change(self, row: Row, change: Change) {
        row.todo.update(|todo| todo.status = Status::InFlight);
        self.run(async move {
            match request(&change).await {
                Ok(answer) => row.todo.update(|todo| todo.succeeded(change, answer)),
                Err(error) => {
                    row.todo.update(|todo| todo.failed(&change, error.sentence(&TASK)));
                    if matches!(change, Change::Add { .. }) {
                        self.notice.set(None);
                    }
                    // The error of a rename is shown in its form.
                    if !matches!(change, Change::Rename(..)) {
                        return Err(error);
                    }
                }
            }
            Ok(())
        });
    }

    fn send_clearing(self) {
        self.run(async move {
            let cleared = clear_done().await;
            self.clearing.set(false);
            let Cleared { count, deletion } = cleared?;
            self.update_all(|todo| todo.cleared(deletion));
            let elsewhere = self.elsewhere.try_update(|counts| mem::take(&mut counts.done)).unwrap_or_default();
            let undo = (count > 0).then_some(Undo::Cleared(deletion, elsewhere));
            self.notice.set(Some(Notice { text: deletion_notice(count, None), undo }));
            Ok(())
        });
    }

    fn restore(self, deletion: UndoToken, elsewhere: i64) {
        self.failed.set(None);
        self.notice.set(None);
        self.run(async move {
            restore_todos(deletion).await?;
            self.update_all(|todo| todo.restored(deletion));
            self.elsewhere.update(|counts| counts.done += elsewhere);
            Ok(())
        });
    }

    fn update_all(self, change: impl Fn(&mut OptimisticTodo)) {
        self.rows.get_untracked().into_iter().for_each(|row| row.todo.update(&change));
    }

    /// Runs a request, shows its error, and sends what had to wait for it.
    fn run(self, request: impl Future<Output = Result<(), AppError>> + 'static) {
        self.in_flight.update(|count| *count += 1);
        spawn_local(async move {
            if let Err(error) = request.await {
                self.failed.set(Some(error.sentence(&TASK)));
            }
            self.in_flight.update(|count| *count -= 1);
            self.send();
        });
    }
}

/// Sends a change to the server. All answers become one number, so that the browser loads code for one kind of answer.
async fn request(change: &Change) -> Result<i64, AppError> {
    match change.clone() {
        Change::Add { task, idempotency_key } => create_todo(task, idempotency_key).await.map(|id| id.0),
        Change::SetDone(id, done) => set_todo_done(id, done).await.map(|()| 0),
        Change::Rename(id, task) => rename_todo(id, task).await.map(|()| 0),
        Change::Delete(id) => delete_todo(id).await.map(|deletion| deletion.0),
        Change::Restore(deletion) => restore_todos(deletion).await.map(|()| 0),
    }
}
