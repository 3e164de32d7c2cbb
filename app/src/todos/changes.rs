//! The island's list with optimistic updates: a change shows at once, is sent after those before it, and is rolled back
//! when it fails.

use super::api::{clear_done, create_todo, delete_todo, rename_todo, restore_todos, set_todo_done};
use super::item::{Item, Step};
use super::list_query::ListQuery;
use super::model::{Cleared, Counts, Filter, TASK, Task, UndoToken};
use super::notice::{self, Notice};
use leptos::prelude::*;
use leptos::task::spawn_local;
use request::AppError;
use std::pin::Pin;

#[derive(Clone, Copy)]
pub struct List {
    pub here: ListQuery,
    /// The newest first, deleted ones included: a restored one returns to its place.
    items: RwSignal<Vec<Item>>,
    /// The counts of todos that are not on this page.
    elsewhere: RwSignal<Counts>,
    /// Why a change was rolled back.
    pub failed: RwSignal<Option<String>>,
    /// The last change, and how to undo it.
    pub done: RwSignal<Option<(String, Undo)>>,
    /// The number of requests in flight.
    sending: RwSignal<u32>,
    /// Whether done todos are to be cleared once all earlier changes have arrived.
    clearing: RwSignal<bool>,
}

#[derive(Clone, Copy)]
pub enum Undo {
    Nothing,
    One(Item),
    /// A cleared list of done todos, of which this many were on other pages.
    Many(UndoToken, i64),
    /// A deletion from before this page was loaded. Its form leads to a page that shows the result.
    Unseen(UndoToken),
}

type Request = Pin<Box<dyn Future<Output = ()>>>;

impl List {
    pub fn new(
        here: ListQuery,
        items: Vec<Item>,
        counts: Counts,
        failed: Option<String>,
        notice: Option<Notice>,
    ) -> Self {
        let on_page = untrack(|| count(&items));
        let done = notice.map(|Notice { text, deletion }| (text, deletion.map_or(Undo::Nothing, Undo::Unseen)));
        Self {
            here,
            items: RwSignal::new(items),
            elsewhere: RwSignal::new(Counts { open: counts.open - on_page.open, done: counts.done - on_page.done }),
            failed: RwSignal::new(failed),
            done: RwSignal::new(done),
            sending: RwSignal::new(0),
            clearing: RwSignal::new(false),
        }
    }

    /// Returns the todos that the page shows, in order. One whose form is open stays.
    pub fn visible(self) -> Vec<Item> {
        let show = self.here.show;
        let shows = |item: &Item| {
            let standing = item.standing();
            !standing.is_deleted && (show.admits(standing.is_done) || item.editing.get())
        };
        self.items.with(|items| items.iter().copied().filter(shows).collect())
    }

    /// Returns the position of the row on the page, counted from one as in CSS.
    pub fn place(self, item: Item) -> usize {
        untrack(|| self.visible()).iter().position(|other| other.key == item.key).map_or(0, |before| before + 1)
    }

    pub fn counts(self) -> Counts {
        let (here, elsewhere) = (self.items.with(|items| count(items)), self.elsewhere.get());
        Counts { open: here.open + elsewhere.open, done: here.done + elsewhere.done }
    }

    pub fn is_saving(self) -> bool {
        self.sending.get() > 0
    }

    pub fn is_clearing(self) -> bool {
        self.clearing.get()
    }

    /// Adds a todo. With the same idempotency key a retry cannot add it twice.
    pub fn add(self, task: &Task, idempotency_key: String) {
        self.items.update(|items| items.insert(0, Item::typed(task, idempotency_key)));
        if self.here.show == Filter::Done {
            self.say(Some((notice::ADDED_ELSEWHERE.to_owned(), Undo::Nothing)));
        }
        self.send_change();
    }

    pub fn try_again(self, item: Item) {
        item.try_again();
        self.send_change();
    }

    pub fn toggle(self, item: Item) {
        item.set_done(!untrack(|| item.is_done()));
        self.send_change();
    }

    pub fn rename(self, item: Item, task: &Task) {
        item.rename(task);
        item.close();
        self.send_change();
    }

    pub fn delete(self, item: Item) {
        if untrack(|| item.is_refused()) {
            self.items.update(|items| items.retain(|other| other.key != item.key));
            return self.failed.set(None);
        }
        item.set_deleted(true);
        self.say_deleted(item);
        self.send();
    }

    pub fn clear_done(self) {
        self.say(None);
        self.clearing.set(true);
        self.send();
    }

    /// Undoes the last change, and returns whether the page could do so without sending the form.
    pub fn undo(self) -> bool {
        match self.done.get_untracked() {
            Some((_, Undo::One(item))) => item.set_deleted(false),
            Some((_, Undo::Many(deletion, elsewhere))) => self.restore(deletion, elsewhere),
            _ => return false,
        }
        self.say(None);
        self.send();
        true
    }

    fn say_deleted(self, item: Item) {
        let text = notice::deleted(1, Some(&untrack(|| item.task())));
        self.say(Some((text, Undo::One(item))));
    }

    fn speaks_of(self, item: Item) -> bool {
        self.done.with_untracked(|done| matches!(done, Some((_, Undo::One(deleted))) if deleted.key == item.key))
    }

    /// Replaces the last message.
    fn say(self, done: Option<(String, Undo)>) {
        self.failed.set(None);
        self.done.set(done);
    }

    /// Sends a change, and keeps the message that offers to undo a deletion.
    fn send_change(self) {
        self.failed.set(None);
        self.send();
    }

    /// Sends what the server does not know yet. A todo has one change in flight at a time, and only one new todo is in
    /// flight at a time, since the server orders them by arrival.
    fn send(self) {
        let items = self.items.get_untracked();
        let mut adding = items.iter().any(|item| item.is_adding());
        for item in items.into_iter().rev() {
            match item.next_step() {
                Some(Step::Add { .. }) if adding => {}
                Some(step) => {
                    adding |= matches!(step, Step::Add { .. });
                    self.send_step(item, step);
                }
                None => {}
            }
        }
        if self.clearing.get_untracked() && self.sending.get_untracked() == 0 {
            self.send_clearing();
        }
    }

    fn send_step(self, item: Item, step: Step) {
        item.begin();
        self.run(Box::pin(async move {
            match ask(step.clone()).await {
                Ok(answer) => item.succeeded(step, answer),
                Err(error) => self.take_back(item, &step, &error),
            }
        }));
    }

    fn take_back(self, item: Item, step: &Step, error: &AppError) {
        let sentence = error.about(&TASK).unwrap_or_else(|| error.to_string());
        match step {
            Step::Restore(_) => self.say_deleted(item),
            Step::Delete(_) if self.speaks_of(item) => self.done.set(None),
            _ => {}
        }
        // The error of a rename is shown in its form.
        if !matches!(step, Step::Rename(..)) {
            self.failed.set(Some(sentence.clone()));
        }
        item.failed(step, sentence);
    }

    fn send_clearing(self) {
        self.run(Box::pin(async move {
            let answer = clear_done().await;
            self.clearing.set(false);
            match answer {
                Ok(cleared) => self.cleared(cleared),
                Err(error) => self.failed.set(Some(error.to_string())),
            }
        }));
    }

    fn cleared(self, Cleared { count, deletion }: Cleared) {
        for item in untrack(|| self.items.get()) {
            let standing = untrack(|| item.standing());
            if standing.is_done && !standing.is_deleted {
                item.was_deleted(deletion);
            }
        }
        let elsewhere = self.elsewhere.try_update(|elsewhere| std::mem::take(&mut elsewhere.done)).unwrap_or_default();
        let undo = if count > 0 { Undo::Many(deletion, elsewhere) } else { Undo::Nothing };
        self.done.set(Some((notice::deleted(count, None), undo)));
    }

    fn restore(self, deletion: UndoToken, elsewhere: i64) {
        self.run(Box::pin(async move {
            if let Err(error) = restore_todos(deletion).await {
                return self.failed.set(Some(error.to_string()));
            }
            for item in self.items.get_untracked() {
                item.restored(deletion);
            }
            self.elsewhere.update(|counts| counts.done += elsewhere);
        }));
    }

    /// Runs a request, and then sends what had to wait for it.
    fn run(self, request: Request) {
        self.sending.update(|sending| *sending += 1);
        spawn_local(async move {
            request.await;
            self.sending.update(|sending| *sending -= 1);
            self.send();
        });
    }
}

/// Sends a step to the server. All answers become one number, so that the browser loads code for one kind of answer.
async fn ask(step: Step) -> Result<i64, AppError> {
    match step {
        Step::Add { task, idempotency_key } => create_todo(task, idempotency_key).await.map(|id| id.0),
        Step::SetDone(id, done) => set_todo_done(id, done).await.map(|()| 0),
        Step::Rename(id, task) => rename_todo(id, task).await.map(|()| 0),
        Step::Delete(id) => delete_todo(id).await.map(|deletion| deletion.0),
        Step::Restore(deletion) => restore_todos(deletion).await.map(|()| 0),
    }
}

/// Counts the todos that exist, without deleted and refused ones.
fn count(items: &[Item]) -> Counts {
    let mut counts = Counts::default();
    for standing in items.iter().map(|item| item.standing()).filter(|it| !it.is_deleted && !it.is_refused) {
        *if standing.is_done { &mut counts.done } else { &mut counts.open } += 1;
    }
    counts
}
