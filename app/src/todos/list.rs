//! The island of a user's todos: the form for a new one, the filters, the last change, and the rows.

use super::api::{ClearDone, CreateTodo, RestoreTodos};
use super::changes::{List, Undo};
use super::initial::Initial;
use super::item::Item;
use super::list_query::ListQuery;
use super::model::{Filter, TASK, Task};
use super::row::{TodoRow, focus_row};
use crate::ui::alert::Alert;
use crate::ui::attribute::present;
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::field::TextField;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

#[island]
pub fn TodoList() -> impl IntoView {
    let Initial { here, todos, counts, idempotency_key, editing, mut typed, mut problem, error, notice } =
        Initial::take();
    let items = todos.into_iter().map(|todo| {
        let open = editing == Some(todo.id);
        let item = Item::new(todo);
        if open {
            item.edit(typed.take(), problem.take());
        }
        item
    });
    let list = List::new(here, items.collect(), counts, error, notice);
    view! {
        <AddTodo list idempotency_key task=typed.unwrap_or_default() error=problem />
        <Parts list />
        <LastChange list />
        <ul
            role="list"
            class="mt-2 divide-y divide-line border-y border-line empty:hidden"
            inert=move || present(list.is_clearing())
        >
            <For each=move || list.visible() key=|item| item.key let:item>
                <TodoRow item list />
            </For>
        </ul>
        <p class="mt-6 text-muted empty:hidden">{move || list.visible().is_empty().then(|| empty(list).to_owned())}</p>
    }
}

/// Returns the text for a list without rows.
fn empty(list: List) -> &'static str {
    match list.here.show {
        show if list.counts().of(show) > 0 => "Nothing more on this page.",
        Filter::All => "Nothing to do. Add the first one above.",
        Filter::Open => "Nothing left to do.",
        Filter::Done => "Nothing done yet.",
    }
}

#[component]
fn AddTodo(list: List, idempotency_key: String, task: String, error: Option<String>) -> impl IntoView {
    let idempotency_key = RwSignal::new(idempotency_key);
    let error = RwSignal::new(error);
    let input = NodeRef::<Input>::new();
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        match Task::parse(&input.value()) {
            Ok(task) => {
                input.set_value("");
                error.set(None);
                let name = idempotency_key.get_untracked();
                idempotency_key.set(next(&name));
                list.add(&task, name);
            }
            Err(problem) => error.set(problem.about(&TASK)),
        }
    };
    view! {
        <form method="post" action=list.here.action(CreateTodo::PATH) on:submit=add class="space-y-3">
            <input type="hidden" name="idempotency_key" value=move || Some(idempotency_key.get()) />
            <div class="flex items-start gap-2">
                <TextField
                    id="task"
                    name="task"
                    label="New todo"
                    hide_label=true
                    value=task
                    error=error
                    autocomplete="off"
                    placeholder="What needs doing?"
                    node=input
                />
                <Submit>"Add"</Submit>
            </div>
            <Alert message=list.failed />
        </form>
    }
}

/// Returns the next idempotency key: the random part of the page stays, the last twelve digits count up.
fn next(name: &str) -> String {
    let (page, count) = name.split_at_checked(24).unwrap_or((name, ""));
    let count = u64::from_str_radix(count, 16).unwrap_or_default().wrapping_add(1) & 0xffff_ffff_ffff;
    format!("{page}{count:012x}")
}

/// Renders the links to all, open and done todos with their counts, and the button that clears the done ones.
#[component]
fn Parts(list: List) -> impl IntoView {
    let part = move |show: Filter, name: &'static str| {
        let current = (list.here.show == show).then_some("page");
        view! {
            <a href=ListQuery::of(show).to_string() aria-current=current class="btn btn-quiet aria-[current=page]:text-ink aria-[current=page]:underline">
                {move || format!("{name} {}", list.counts().of(show))}
            </a>
        }
    };
    let clear = move |event: SubmitEvent| {
        event.prevent_default();
        list.clear_done();
    };
    view! {
        <div class="mt-6 flex flex-wrap items-center">
            <nav aria-label="Which todos" class="-ml-3 flex">
                {part(Filter::All, "All")} {part(Filter::Open, "Open")} {part(Filter::Done, "Done")}
            </nav>
            <form
                method="post"
                action=list.here.action(ClearDone::PATH)
                on:submit=clear
                class="-mr-3 ml-auto"
                hidden=move || present(list.counts().done == 0)
            >
                <Submit kind=ButtonKind::Quiet>"Clear done"</Submit>
            </form>
        </div>
    }
}

/// Renders the message about the last change with its undo button, and whether a request is in flight. Screen readers
/// announce both.
#[component]
fn LastChange(list: List) -> impl IntoView {
    let undo = move |event: SubmitEvent| {
        let restored = list.done.with_untracked(|done| match done {
            Some((_, Undo::One(item))) => Some(*item),
            _ => None,
        });
        if list.undo() {
            event.prevent_default();
            focus_row(list, restored.map_or(1, |item| list.place(item)));
        }
    };
    let can_undo = move || list.done.with(|done| matches!(done, Some((_, undo)) if !matches!(undo, Undo::Nothing)));
    let deletion = move || {
        list.done.with(|done| match done {
            Some((_, Undo::Unseen(deletion))) => Some(deletion.0.to_string()),
            _ => None,
        })
    };
    view! {
        // Sticky, so that it is in sight far down in the list, and lets clicks through to what is below it.
        <div role="status" class="pointer-events-none sticky top-2 z-10 mt-2 flex min-h-11 touch:min-h-12 items-center gap-3 text-sm text-muted">
            <div
                class="pointer-events-auto flex min-w-0 items-center gap-1 rounded-md border border-line bg-surface pr-1 pl-3"
                hidden=move || present(list.done.with(|done| done.is_none()))
            >
                <p dir="auto" class="min-w-0 truncate py-2 pr-2">
                    {move || list.done.with(|done| done.as_ref().map(|(text, _)| text.clone()))}
                </p>
                <form method="post" action=list.here.action(RestoreTodos::PATH) on:submit=undo hidden=move || present(!can_undo())>
                    <input type="hidden" name="deletion" value=deletion />
                    <Submit kind=ButtonKind::Quiet>"Undo"</Submit>
                </form>
            </div>
            // The server finishes requests that have reached it; while this shows, one may still be on its way.
            <p class="empty:hidden">{move || list.is_saving().then(|| "Saving…".to_owned())}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn each_todo_of_a_page_has_a_name_of_its_own() {
        let first = "0b06c9a2-1d1e-4c55-8d9a-ffffffffffff";
        assert_eq!(next(first), "0b06c9a2-1d1e-4c55-8d9a-000000000000");
        assert_eq!(next(&next(first)), "0b06c9a2-1d1e-4c55-8d9a-000000000001");
    }
}
