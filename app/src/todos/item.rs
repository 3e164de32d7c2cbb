//! One todo in the island: complete, rename, delete; each shows at once and is taken back when refused.
//! It must not know how todos are added.

use super::api::{DeleteTodo, RenameTodo, SetTodoDone, delete_todo, rename_todo, set_todo_done};
use super::model::{Task, Todo, TodoId};
use crate::error::{AppError, Field};
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::field::TextField;
use leptos::either::Either;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};

/// A todo as the list holds it. Copies share their state.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The id; for one that was added here, a negative number that it keeps.
    pub key: i64,
    /// One signal and not one for each part: the server makes them for every row of every page.
    shown: RwSignal<Shown>,
    /// Apart from the rest, so that a form which is open stays as it is when something else changes.
    editing: RwSignal<bool>,
    /// Why renaming failed.
    error: RwSignal<Option<String>>,
}

#[derive(Debug)]
struct Shown {
    /// `None` until the server has saved it.
    id: Option<i64>,
    task: String,
    done: bool,
    /// What was typed when renaming failed.
    typed: Option<String>,
}

impl Item {
    pub fn new(todo: Todo) -> Self {
        Self {
            key: todo.id.0,
            shown: RwSignal::new(Shown { id: Some(todo.id.0), task: todo.task, done: todo.done, typed: None }),
            editing: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    /// Opens the form; after a failure with what was typed, and why it failed.
    pub fn edit(&self, typed: Option<String>, error: Option<String>) {
        self.shown.update(|shown| shown.typed = typed);
        self.error.set(error);
        self.editing.set(true);
    }

    /// A todo that is on its way to the server.
    pub fn pending(task: &Task) -> Self {
        static LAST: AtomicI64 = AtomicI64::new(0);
        let key = LAST.fetch_sub(1, Ordering::Relaxed) - 1;
        let todo = Todo { id: TodoId(key), task: task.as_str().to_owned(), done: false };
        let item = Self::new(todo);
        item.shown.update(|shown| shown.id = None);
        item
    }

    pub fn saved(&self, id: TodoId) {
        self.shown.update(|shown| shown.id = Some(id.0));
    }

    fn known_id(&self) -> Option<TodoId> {
        self.shown.with_untracked(|shown| shown.id).map(TodoId)
    }

    /// As forms send it.
    fn id_value(self) -> Option<String> {
        self.shown.with(|shown| shown.id).map(|id| id.to_string())
    }

    /// The value of `aria-busy` and `disabled` while the server has not saved it: nothing else can be asked of it yet.
    fn pending_as(self, value: &'static str) -> Option<&'static str> {
        self.shown.with(|shown| shown.id.is_none()).then_some(value)
    }

    fn is_done(self) -> bool {
        self.shown.with(|shown| shown.done)
    }

    fn show_done(self, done: bool) {
        self.shown.update(|shown| shown.done = done);
    }

    /// Shows another task, and gives back the one before.
    fn show_task(self, task: String) -> String {
        self.shown.try_update(|shown| std::mem::replace(&mut shown.task, task)).unwrap_or_default()
    }

    fn close(self) {
        self.shown.update(|shown| shown.typed = None);
        self.error.set(None);
        self.editing.set(false);
    }

    fn label(self, verb: &'static str) -> impl Fn() -> Option<String> + Copy {
        move || Some(self.shown.with(|shown| format!("{verb}: {}", shown.task)))
    }
}

/// Counts a change that is on its way, for as long as it is.
pub struct Saving(RwSignal<u32>);

impl Saving {
    pub fn begin(count: RwSignal<u32>) -> Self {
        count.update(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        self.0.update(|count| *count -= 1);
    }
}

/// Sends a change that the page shows already; when the server refuses, `undo` takes it back.
fn send(
    saving: RwSignal<u32>,
    change: impl Future<Output = Result<(), AppError>> + 'static,
    undo: impl FnOnce(AppError) + 'static,
) {
    // Boxed, so that the browser gets this once and not once per change.
    fn run(saving: Saving, change: Change, undo: Box<dyn FnOnce(AppError)>) {
        spawn_local(async move {
            let _saving = saving;
            if let Err(error) = change.await {
                undo(error);
            }
        });
    }
    run(Saving::begin(saving), Box::pin(change), Box::new(undo));
}

type Change = Pin<Box<dyn Future<Output = Result<(), AppError>>>>;

/// An attribute's value. Every dynamic attribute here is of this type or `Option<String>`: the browser loads code for
/// each type once more.
fn truth(value: bool) -> Option<&'static str> {
    Some(if value { "true" } else { "false" })
}

#[component]
pub fn TodoItem(
    item: Item,
    items: RwSignal<Vec<Item>>,
    failed: RwSignal<Option<String>>,
    saving: RwSignal<u32>,
) -> impl IntoView {
    let edit = move |event: MouseEvent| {
        event.prevent_default();
        item.editing.set(true);
    };
    let edit_path = move || item.id_value().map(|id| format!("/todos?edit={id}"));
    let content = move || {
        if item.editing.get() {
            Either::Left(view! { <Rename item saving /> })
        } else {
            Either::Right(view! {
                <span
                    class="min-w-0 grow py-1 data-done:text-muted data-done:line-through"
                    data-done=move || item.is_done().then_some("")
                >
                    {move || item.shown.with(|shown| shown.task.clone())}
                </span>
                <a href=edit_path on:click=edit class=ButtonKind::Quiet.class() aria-label=item.label("Edit")>
                    "Edit"
                </a>
                <Delete item items failed saving />
            })
        }
    };
    view! {
        <li
            class="flex items-center gap-2 py-2 aria-busy:opacity-60"
            aria-busy=move || item.pending_as("true")
        >
            <Toggle item failed saving />
            {content}
        </li>
    }
}

#[component]
fn Toggle(item: Item, failed: RwSignal<Option<String>>, saving: RwSignal<u32>) -> impl IntoView {
    let toggle = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(id) = item.known_id() else { return };
        let done = !item.shown.with_untracked(|shown| shown.done);
        item.show_done(done);
        failed.set(None);
        send(saving, set_todo_done(id, done), move |error| {
            item.show_done(!done);
            failed.set(Some(error.to_string()));
        });
    };
    view! {
        <form method="post" action=SetTodoDone::url() on:submit=toggle>
            <input type="hidden" name="id" value=move || item.id_value() />
            <input type="hidden" name="done" value=move || truth(!item.is_done()) />
            <button
                type="submit"
                disabled=move || item.pending_as("")
                aria-pressed=move || truth(item.is_done())
                aria-label=item.label("Done")
                class="group flex size-10 items-center justify-center rounded-md hover:bg-raised"
            >
                <span
                    aria-hidden="true"
                    class="tick"
                >
                    "✓"
                </span>
            </button>
        </form>
    }
}

#[component]
fn Delete(
    item: Item,
    items: RwSignal<Vec<Item>>,
    failed: RwSignal<Option<String>>,
    saving: RwSignal<u32>,
) -> impl IntoView {
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(id) = item.known_id() else { return };
        let before = items.get_untracked();
        let place = before.iter().position(|other| other.key == item.key).unwrap_or_default();
        items.update(|items| items.retain(|other| other.key != item.key));
        failed.set(None);
        send(saving, delete_todo(id), move |error| {
            items.update(|items| items.insert(place.min(items.len()), item));
            failed.set(Some(error.to_string()));
        });
    };
    view! {
        <form method="post" action=DeleteTodo::url() on:submit=delete>
            <input type="hidden" name="id" value=move || item.id_value() />
            <button
                type="submit"
                disabled=move || item.pending_as("")
                class=ButtonKind::Danger.class()
                aria-label=item.label("Delete")
            >
                "Delete"
            </button>
        </form>
    }
}

#[component]
fn Rename(item: Item, saving: RwSignal<u32>) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            _ = input.focus();
        }
    });
    let rename = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(id), Some(input)) = (item.known_id(), input.get_untracked()) else { return };
        let typed = input.value();
        let task = match Task::parse(&typed) {
            Ok(task) => task,
            Err(error) => return item.error.set(error.about(Field::Task)),
        };
        let before = item.show_task(task.as_str().to_owned());
        item.close();
        send(saving, rename_todo(id, typed.clone()), move |error| {
            item.show_task(before);
            item.edit(Some(typed), Some(error.about(Field::Task).unwrap_or_else(|| error.to_string())));
        });
    };
    let cancel = move |event: MouseEvent| {
        event.prevent_default();
        item.close();
    };
    let value = item.shown.with_untracked(|shown| shown.typed.as_ref().unwrap_or(&shown.task).clone());
    view! {
        <form method="post" action=RenameTodo::url() on:submit=rename class="flex min-w-0 grow flex-wrap items-start gap-2">
            <input type="hidden" name="id" value=move || item.id_value() />
            <TextField
                id=format!("rename-{}", item.key)
                name="task"
                label="Rename todo"
                hide_label=true
                value=value
                error=item.error
                autocomplete="off"
                node=input
            />
            <Submit>"Save"</Submit>
            <a href="/todos" on:click=cancel class=ButtonKind::Quiet.class()>
                "Cancel"
            </a>
        </form>
    }
}
