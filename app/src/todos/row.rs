//! A row of the list: the forms to complete, rename and delete a todo, and the focus afterwards.

use super::api::{DeleteTodo, RenameTodo, SetTodoDone};
use super::initial::{ELEMENT, TaskForm};
use super::list::{List, Row};
use super::model::{TASK, Task};
use super::optimistic::Status;
use crate::ui::attribute::{present, true_or_false};
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::click::opens_here;
use crate::ui::field::TextField;
use leptos::either::Either;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlElement};

#[component]
pub fn TodoRow(row: Row, list: List) -> impl IntoView {
    let is_editing = Memo::new(move |_| row.todo.with(|todo| todo.form.is_some()));
    let try_again = move |_| list.update(row, |todo| todo.status = Status::Idle);
    let edit = move || row.todo.update(|todo| todo.form = Some(TaskForm::default()));
    let path = move || row.id().map(|id| list.here.editing(id).to_string());
    let try_again_or_edit = move || {
        if row.is_refused() {
            return Either::Left(view! {
                <button type="button" on:click=try_again class=ButtonKind::Quiet.class()>
                    "Try again"
                </button>
            });
        }
        Either::Right(view! {
            <a href=path on:click=follow(edit) class=ButtonKind::Quiet.class() aria-label=label(row, "Edit")>
                "Edit"
            </a>
        })
    };
    let content = move || {
        if is_editing.get() {
            return Either::Left(view! { <Rename row list /> });
        }
        Either::Right(view! {
            <span
                dir="auto"
                class="min-w-0 grow py-1 data-done:text-muted data-done:line-through"
                data-done=move || present(row.is_done())
            >
                {move || row.task()}
            </span>
            {try_again_or_edit}
            <Delete row list />
        })
    };
    view! {
        <li
            class="flex items-center gap-2 py-2 aria-busy:opacity-60 max-sm:gap-0 max-sm:[&_.btn]:px-2"
            aria-busy=move || (row.id().is_none() && !row.is_refused()).then_some("true")
        >
            <Toggle row list />
            {content}
        </li>
    }
}

fn id_value(row: Row) -> impl Fn() -> Option<String> + Copy {
    move || row.id().map(|id| id.0.to_string())
}

fn label(row: Row, verb: &'static str) -> impl Fn() -> Option<String> + Copy {
    move || Some(format!("{verb}: {}", row.task()))
}

#[component]
fn Toggle(row: Row, list: List) -> impl IntoView {
    let toggle = intercept(move || {
        let place = list.place(row);
        list.update(row, |todo| todo.shown.is_done = !todo.shown.is_done);
        if list.place(row) == 0 {
            // The filter no longer shows this row.
            focus_row(list, place);
        }
    });
    view! {
        <form method="post" action=list.here.action(SetTodoDone::PATH) on:submit=toggle class="-ml-2.5">
            <input type="hidden" name="id" value=id_value(row) />
            <input type="hidden" name="done" value=move || true_or_false(!row.is_done()) />
            <button
                type="submit"
                aria-pressed=move || true_or_false(row.is_done())
                aria-label=label(row, "Done")
                class="group flex size-10 touch:size-11 items-center justify-center rounded-md hover:bg-raised"
            >
                <span aria-hidden="true" class="tick">
                    "✓"
                </span>
            </button>
        </form>
    }
}

#[component]
fn Delete(row: Row, list: List) -> impl IntoView {
    let delete = intercept(move || {
        let place = list.place(row);
        list.delete(row);
        focus_row(list, place);
    });
    view! {
        <form method="post" action=list.here.action(DeleteTodo::PATH) on:submit=delete class="-mr-3 max-sm:-mr-2">
            <input type="hidden" name="id" value=id_value(row) />
            <button type="submit" class=ButtonKind::Danger.class() aria-label=label(row, "Delete")>
                "Delete"
            </button>
        </form>
    }
}

#[component]
fn Rename(row: Row, list: List) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    Effect::new(move || {
        let Some(input) = input.get() else { return };
        // The form also opens when a rename has failed, while something else may be typed.
        if document().active_element().is_none_or(|focused| focused.tag_name() != "INPUT") {
            _ = input.focus();
        }
    });
    let text = row.todo.with_untracked(|todo| todo.form.as_ref()?.text.clone());
    let error = move || row.todo.with(|todo| todo.form.as_ref()?.error.clone());
    let close = move || {
        let place = list.place(row);
        row.todo.update(|todo| todo.form = None);
        if list.place(row) == 0 {
            // The filter no longer shows this row.
            focus_row(list, place);
        } else {
            focus(&format!("li:nth-child({place}) a"));
        }
    };
    let rename = intercept(move || {
        let Some(input) = input.get_untracked() else { return };
        match Task::parse(&input.value()) {
            Ok(task) => {
                close();
                list.update(row, |todo| task.as_str().clone_into(&mut todo.shown.task));
            }
            Err(error) => row.todo.update(|todo| todo.form = Some(TaskForm { text: None, error: error.about(&TASK) })),
        }
    });
    let escape = move |event: KeyboardEvent| {
        // While a character is being composed, Escape ends the composition.
        if event.key() == "Escape" && !event.is_composing() {
            close();
        }
    };
    view! {
        <form
            method="post"
            action=list.here.action(RenameTodo::PATH)
            on:submit=rename
            on:keydown=escape
            class="flex min-w-0 grow flex-wrap items-start gap-2"
        >
            <input type="hidden" name="id" value=id_value(row) />
            <TextField
                id=format!("rename-{}", row.key)
                name="task"
                label="Rename todo"
                hide_label=true
                value=text.unwrap_or_else(|| untrack(|| row.task()))
                error=Signal::derive(error)
                autocomplete="off"
                node=input
            />
            <Submit>"Save"</Submit>
            <a href=list.here.to_string() on:click=follow(close) class=ButtonKind::Quiet.class()>
                "Cancel"
            </a>
        </form>
    }
}

/// Returns a listener that does this in place of what the browser would do.
pub fn intercept<E: AsRef<Event>>(action: impl Fn()) -> impl Fn(E) {
    move |event| {
        event.as_ref().prevent_default();
        action();
    }
}

/// Returns a listener that does this in place of following the link, unless that is to open elsewhere.
fn follow(action: impl Fn()) -> impl Fn(MouseEvent) {
    move |event| {
        if opens_here(&event) {
            event.prevent_default();
            action();
        }
    }
}

/// Focuses the row at this position, else the last one, else the form for a new todo.
pub fn focus_row(list: List, place: usize) {
    match untrack(|| list.visible()).len().min(place) {
        0 => focus("#task"),
        place => focus(&format!("li:nth-child({place}) button")),
    }
}

/// Focuses the element of the island once the page has been updated.
fn focus(selector: &str) {
    let selector = format!("#{ELEMENT} {selector}");
    request_animation_frame(move || {
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            _ = element.focus();
        }
    });
}
