//! A row of the list: the forms to complete, rename and delete a todo, and the focus afterwards.

use super::api::{DeleteTodo, RenameTodo, SetTodoDone};
use super::changes::List;
use super::initial::ELEMENT;
use super::item::Item;
use super::model::{TASK, Task};
use crate::ui::attribute::{present, truth};
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::field::TextField;
use leptos::either::EitherOf3;
use leptos::ev::{KeyboardEvent, MouseEvent, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

#[component]
pub fn TodoRow(item: Item, list: List) -> impl IntoView {
    let content = move || {
        if item.editing.get() {
            return EitherOf3::A(view! { <Rename item list /> });
        }
        let text = view! {
            <span
                dir="auto"
                class="min-w-0 grow py-1 data-done:text-muted data-done:line-through"
                data-done=move || present(item.is_done())
            >
                {move || item.task()}
            </span>
        };
        if item.is_refused() {
            EitherOf3::B(view! {
                {text}
                <button type="button" on:click=move |_| list.try_again(item) class=ButtonKind::Quiet.class()>
                    "Try again"
                </button>
                <Delete item list />
            })
        } else {
            EitherOf3::C(view! {
                {text}
                <Edit item list />
                <Delete item list />
            })
        }
    };
    view! {
        <li
            class="flex items-center gap-2 py-2 aria-busy:opacity-60 max-sm:gap-0 max-sm:[&_.btn]:px-2"
            aria-busy=move || (item.id().is_none() && !item.is_refused()).then_some("true")
        >
            <Toggle item list />
            {content}
        </li>
    }
}

/// Returns the id as a form value.
fn id_value(item: Item) -> impl Fn() -> Option<String> + Copy {
    move || item.id().map(|id| id.0.to_string())
}

fn label(item: Item, verb: &'static str) -> impl Fn() -> Option<String> + Copy {
    move || Some(format!("{verb}: {}", item.task()))
}

#[component]
fn Toggle(item: Item, list: List) -> impl IntoView {
    let toggle = move |event: SubmitEvent| {
        event.prevent_default();
        let place = list.place(item);
        list.toggle(item);
        if list.place(item) == 0 {
            // The filter no longer shows this row.
            focus_row(list, place);
        }
    };
    view! {
        <form method="post" action=list.here.action(SetTodoDone::PATH) on:submit=toggle class="-ml-2.5">
            <input type="hidden" name="id" value=id_value(item) />
            <input type="hidden" name="done" value=move || truth(!item.is_done()) />
            <button
                type="submit"
                aria-pressed=move || truth(item.is_done())
                aria-label=label(item, "Done")
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
fn Edit(item: Item, list: List) -> impl IntoView {
    let edit = move |event: MouseEvent| {
        event.prevent_default();
        item.edit(None, None);
    };
    let path = move || item.id().map(|id| list.here.editing(id).to_string());
    view! {
        <a href=path on:click=edit class=ButtonKind::Quiet.class() aria-label=label(item, "Edit")>
            "Edit"
        </a>
    }
}

#[component]
fn Delete(item: Item, list: List) -> impl IntoView {
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        let place = list.place(item);
        list.delete(item);
        focus_row(list, place);
    };
    view! {
        <form method="post" action=list.here.action(DeleteTodo::PATH) on:submit=delete class="-mr-3 max-sm:-mr-2">
            <input type="hidden" name="id" value=id_value(item) />
            <button type="submit" class=ButtonKind::Danger.class() aria-label=label(item, "Delete")>
                "Delete"
            </button>
        </form>
    }
}

#[component]
fn Rename(item: Item, list: List) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            _ = input.focus();
        }
    });
    let close = move || {
        let place = list.place(item);
        item.close();
        focus(&format!("li:nth-child({place}) a"));
    };
    let rename = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        match Task::parse(&input.value()) {
            Ok(task) => {
                close();
                list.rename(item, &task);
            }
            Err(error) => item.error.set(error.about(&TASK)),
        }
    };
    let cancel = move |event: MouseEvent| {
        event.prevent_default();
        close();
    };
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
            <input type="hidden" name="id" value=id_value(item) />
            <TextField
                id=format!("rename-{}", item.key)
                name="task"
                label="Rename todo"
                hide_label=true
                value=item.text_to_edit()
                error=item.error
                autocomplete="off"
                node=input
            />
            <Submit>"Save"</Submit>
            <a href=list.here.to_string() on:click=cancel class=ButtonKind::Quiet.class()>
                "Cancel"
            </a>
        </form>
    }
}

/// Focuses the row at this position, else the last one, else the form for a new todo.
pub fn focus_row(list: List, place: usize) {
    match untrack(|| list.visible()).len().min(place) {
        0 => focus("#task"),
        place => focus(&format!("li:nth-child({place}) button")),
    }
}

/// Focuses the element once the page has been updated.
fn focus(selector: &str) {
    let selector = format!("#{ELEMENT} {selector}");
    request_animation_frame(move || {
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            _ = element.focus();
        }
    });
}
