//! The island of a person's todos: adds at once, and takes it back when the server refuses.
//! It must not do anything that its forms cannot do without JavaScript.

use super::api::{CreateTodo, create_todo};
use super::item::{Item, TodoItem};
use super::model::{Task, Todo, TodoId};
use crate::error::{AppError, Field};
use crate::ui::alert::Alert;
use crate::ui::button::Submit;
use crate::ui::field::TextField;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The state that a plain page load begins with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Initial {
    /// Names the next todo, so that sending it twice adds it once.
    pub submission: Uuid,
    /// What was typed when adding failed.
    pub task: String,
    pub editing: Option<TodoId>,
    /// What was typed when renaming failed.
    pub edited_task: Option<String>,
    pub create_error: Option<AppError>,
    pub rename_error: Option<AppError>,
    pub other_error: Option<AppError>,
}

#[island]
pub fn TodoList(todos: Vec<Todo>, initial: Initial) -> impl IntoView {
    let editing = initial.editing;
    let items = todos.into_iter().map(|todo| {
        let this = editing == Some(todo.id);
        Item::new(
            todo,
            this,
            initial.edited_task.clone().filter(|_| this),
            initial.rename_error.clone().filter(|_| this),
        )
    });
    let items = RwSignal::new(items.collect::<Vec<_>>());
    let failed = RwSignal::new(initial.other_error);
    view! {
        <AddTodo items submission=initial.submission task=initial.task error=initial.create_error />
        <div class="mt-4">
            <Alert message=Signal::derive(move || failed.get().map(|error| error.to_string())) />
        </div>
        <ul class="mt-6 divide-y divide-line border-y border-line empty:hidden">
            <For each=move || items.get() key=|item| item.key let:item>
                <TodoItem item items failed />
            </For>
        </ul>
        <p class="mt-6 text-muted" hidden=move || !items.read().is_empty()>
            "Nothing to do. Add the first one above."
        </p>
    }
}

#[component]
fn AddTodo(items: RwSignal<Vec<Item>>, submission: Uuid, task: String, error: Option<AppError>) -> impl IntoView {
    let submission = RwSignal::new(submission);
    let error = RwSignal::new(error);
    let input = NodeRef::<Input>::new();
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        let typed = input.value();
        match Task::parse(&typed) {
            Err(problem) => error.set(Some(problem)),
            Ok(task) => {
                error.set(None);
                input.set_value("");
                let id = submission.get_untracked();
                submission.set(fresh_submission());
                let pending = Item::pending(&task, id);
                items.update(|items| items.insert(0, pending.clone()));
                spawn_local(async move {
                    match create_todo(typed.clone(), id).await {
                        Ok(todo) => pending.saved(todo.id),
                        Err(problem) => {
                            items.update(|items| items.retain(|item| item.key != pending.key));
                            // The same name again: if it was saved after all, it is not added twice.
                            submission.set(id);
                            if input.value().is_empty() {
                                input.set_value(&typed);
                            }
                            error.set(Some(problem));
                        }
                    }
                });
            }
        }
    };
    let about_task = Signal::derive(move || error.get().and_then(|error| error.about(Field::Task)));
    let failed = Signal::derive(move || error.get().filter(|e| e.about(Field::Task).is_none()).map(|e| e.to_string()));
    view! {
        <form method="post" action=CreateTodo::url() on:submit=add class="space-y-3">
            <input type="hidden" name="submission" value=move || submission.get().to_string() />
            <div class="flex items-start gap-2">
                <TextField
                    id="task"
                    name="task"
                    label="New todo"
                    hide_label=true
                    value=task
                    error=about_task
                    autocomplete="off"
                    placeholder="What needs doing?"
                    node=input
                />
                <Submit>"Add"</Submit>
            </div>
            <Alert message=failed />
        </form>
    }
}

/// A name for the next todo. It only has to differ from this person's others, so it needs no secret randomness.
fn fresh_submission() -> Uuid {
    let half = || (js_sys::Math::random() * 2f64.powi(53)) as u64;
    Uuid::from_u64_pair(half(), half())
}
