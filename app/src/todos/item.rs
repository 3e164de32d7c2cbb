//! One todo in the island: complete, rename, delete; each shows at once and is taken back when refused.
//! It must not know how todos are added.

use super::api::{DeleteTodo, RenameTodo, SetTodoDone, delete_todo, rename_todo, set_todo_done};
use super::model::{Task, Todo, TodoId};
use crate::error::{AppError, Field};
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::field::TextField;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use uuid::Uuid;

/// A todo as the list holds it. Copies share their state.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Stays the same when a new todo gets its id.
    pub key: u128,
    /// `None` until the server has saved it.
    id: RwSignal<Option<TodoId>>,
    task: RwSignal<String>,
    done: RwSignal<bool>,
    editing: RwSignal<bool>,
    /// What the input of the rename form begins with.
    typed: RwSignal<Option<String>>,
    error: RwSignal<Option<AppError>>,
}

impl Item {
    pub fn new(todo: Todo, editing: bool, typed: Option<String>, error: Option<AppError>) -> Self {
        Self {
            key: u128::from(todo.id.0.unsigned_abs()),
            id: RwSignal::new(Some(todo.id)),
            task: RwSignal::new(todo.task),
            done: RwSignal::new(todo.done),
            editing: RwSignal::new(editing),
            typed: RwSignal::new(typed),
            error: RwSignal::new(error),
        }
    }

    /// A todo that is on its way to the server.
    pub fn pending(task: &Task, submission: Uuid) -> Self {
        Self {
            // Above every id.
            key: submission.as_u128() | 1 << 127,
            id: RwSignal::new(None),
            task: RwSignal::new(task.as_str().to_owned()),
            done: RwSignal::new(false),
            editing: RwSignal::new(false),
            typed: RwSignal::new(None),
            error: RwSignal::new(None),
        }
    }

    pub fn saved(&self, id: TodoId) {
        self.id.set(Some(id));
    }

    fn id_text(&self) -> Option<String> {
        self.id.get().map(|id| id.0.to_string())
    }
}

#[component]
pub fn TodoItem(item: Item, items: RwSignal<Vec<Item>>, failed: RwSignal<Option<AppError>>) -> impl IntoView {
    let edit = move |event: MouseEvent| {
        event.prevent_default();
        item.editing.set(true);
    };
    let edit_path = move || item.id_text().map(|id| format!("/todos?edit={id}"));
    view! {
        <li class="flex items-center gap-2 py-2" class:opacity-60=move || item.id.get().is_none()>
            <Toggle item failed />
            <Show
                when=move || item.editing.get()
                fallback=move || {
                    view! {
                        <span class="grow py-1" class:line-through=move || item.done.get() class:text-muted=move || item.done.get()>
                            {move || item.task.get()}
                        </span>
                        <a
                            href=edit_path
                            on:click=edit
                            class=ButtonKind::Quiet.class()
                            aria-label=move || format!("Edit: {}", item.task.get())
                        >
                            "Edit"
                        </a>
                        <Delete item items failed />
                    }
                }
            >
                <Rename item />
            </Show>
        </li>
    }
}

#[component]
fn Toggle(item: Item, failed: RwSignal<Option<AppError>>) -> impl IntoView {
    let toggle = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(id) = item.id.get_untracked() else { return };
        let done = !item.done.get_untracked();
        item.done.set(done);
        failed.set(None);
        spawn_local(async move {
            if let Err(error) = set_todo_done(id, done).await {
                item.done.set(!done);
                failed.set(Some(error));
            }
        });
    };
    view! {
        <form method="post" action=SetTodoDone::url() on:submit=toggle>
            <input type="hidden" name="id" value=move || item.id_text() />
            <input type="hidden" name="done" value=move || (!item.done.get()).to_string() />
            <button
                type="submit"
                aria-pressed=move || item.done.get().to_string()
                aria-label=move || format!("Done: {}", item.task.get())
                class="flex size-10 items-center justify-center rounded-md hover:bg-raised"
            >
                <span
                    aria-hidden="true"
                    class="flex size-5 items-center justify-center rounded-full border border-edge text-xs leading-none"
                    class:bg-accent=move || item.done.get()
                    class:text-on-accent=move || item.done.get()
                >
                    {move || item.done.get().then_some("✓")}
                </span>
            </button>
        </form>
    }
}

#[component]
fn Delete(item: Item, items: RwSignal<Vec<Item>>, failed: RwSignal<Option<AppError>>) -> impl IntoView {
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(id) = item.id.get_untracked() else { return };
        let Some(place) = items.read_untracked().iter().position(|other| other.key == item.key) else { return };
        items.update(|items| _ = items.remove(place));
        failed.set(None);
        spawn_local(async move {
            if let Err(error) = delete_todo(id).await {
                items.update(|items| items.insert(place.min(items.len()), item));
                failed.set(Some(error));
            }
        });
    };
    view! {
        <form method="post" action=DeleteTodo::url() on:submit=delete>
            <input type="hidden" name="id" value=move || item.id_text() />
            <button
                type="submit"
                class=ButtonKind::Danger.class()
                aria-label=move || format!("Delete: {}", item.task.get())
            >
                "Delete"
            </button>
        </form>
    }
}

#[component]
fn Rename(item: Item) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            _ = input.focus();
        }
    });
    let rename = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(id), Some(input)) = (item.id.get_untracked(), input.get_untracked()) else { return };
        let (typed, before) = (input.value(), item.task.get_untracked());
        match Task::parse(&typed) {
            Err(problem) => item.error.set(Some(problem)),
            Ok(task) => {
                item.task.set(task.as_str().to_owned());
                item.error.set(None);
                item.editing.set(false);
                spawn_local(async move {
                    if let Err(error) = rename_todo(id, typed.clone()).await {
                        item.task.set(before);
                        item.typed.set(Some(typed));
                        item.error.set(Some(error));
                        item.editing.set(true);
                    }
                });
            }
        }
    };
    let cancel = move |event: MouseEvent| {
        event.prevent_default();
        item.typed.set(None);
        item.error.set(None);
        item.editing.set(false);
    };
    let message = move || item.error.get().map(|error| error.about(Field::Task).unwrap_or_else(|| error.to_string()));
    let value = item.typed.get_untracked().unwrap_or_else(|| item.task.get_untracked());
    view! {
        <form method="post" action=RenameTodo::url() on:submit=rename class="flex grow items-start gap-2">
            <input type="hidden" name="id" value=move || item.id_text() />
            <TextField
                id=format!("rename-{}", item.key)
                name="task"
                label="Rename todo"
                hide_label=true
                value=value
                error=Signal::derive(message)
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
