//! The island's list: a change shows at once, is sent after those before it, and is taken back when it fails.
//! It must not hold markup.

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
    /// The newest first, deleted ones included: one that is taken back returns to its place.
    items: RwSignal<Vec<Item>>,
    /// Those that are not on this page.
    elsewhere: RwSignal<Counts>,
    /// Why something was taken back.
    pub failed: RwSignal<Option<String>>,
    /// What was done, and how to undo it.
    pub done: RwSignal<Option<(String, Undo)>>,
    /// Requests that are on their way.
    sending: RwSignal<u32>,
    /// Those that are done are to be deleted, once everything before has arrived.
    clearing: RwSignal<bool>,
}

#[derive(Clone, Copy)]
pub enum Undo {
    Nothing,
    One(Item),
    /// All that were done, so many of them on other pages.
    Many(UndoToken, i64),
    /// What the page has never seen. The form leads to one that has.
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

    /// What the page shows, in this order. A form that is open stays.
    pub fn visible(self) -> Vec<Item> {
        let show = self.here.show;
        let shows = |item: &Item| {
            let standing = item.standing();
            !standing.is_deleted && (show.admits(standing.is_done) || item.editing.get())
        };
        self.items.with(|items| items.iter().copied().filter(shows).collect())
    }

    /// Where a row stands on the page, as CSS counts.
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

    /// `submission` names it, so that trying again cannot add it twice.
    pub fn add(self, task: &Task, submission: String) {
        self.items.update(|items| items.insert(0, Item::typed(task, submission)));
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

    /// Whether the page can do it by itself.
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

    /// Ends what was said before.
    fn say(self, done: Option<(String, Undo)>) {
        self.failed.set(None);
        self.done.set(done);
    }

    /// A deletion can still be taken back after it.
    fn send_change(self) {
        self.failed.set(None);
        self.send();
    }

    /// Sends what the server does not know yet. One change of a todo at a time, and one new todo at a time: they are
    /// listed in the order in which they arrive.
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
        // That of a rename stands in its form.
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

    /// Sends on what had to wait for this request.
    fn run(self, request: Request) {
        self.sending.update(|sending| *sending += 1);
        spawn_local(async move {
            request.await;
            self.sending.update(|sending| *sending -= 1);
            self.send();
        });
    }
}

/// Every answer is a number: the browser loads code for one kind of answer.
async fn ask(step: Step) -> Result<i64, AppError> {
    match step {
        Step::Add { task, submission } => create_todo(task, submission).await.map(|id| id.0),
        Step::SetDone(id, done) => set_todo_done(id, done).await.map(|()| 0),
        Step::Rename(id, task) => rename_todo(id, task).await.map(|()| 0),
        Step::Delete(id) => delete_todo(id).await.map(|deletion| deletion.0),
        Step::Restore(deletion) => restore_todos(deletion).await.map(|()| 0),
    }
}

/// Of those that are there. What the server has refused is not.
fn count(items: &[Item]) -> Counts {
    let mut counts = Counts::default();
    for standing in items.iter().map(|item| item.standing()).filter(|it| !it.is_deleted && !it.is_refused) {
        *if standing.is_done { &mut counts.done } else { &mut counts.open } += 1;
    }
    counts
}
