//! The island of a user's todos: the form for a new one, the filters, the last change, and the rows.

use super::api::{ClearDone, CreateTodo, RestoreTodos};
use super::initial::{Initial, TaskForm};
use super::list::{List, Notice, Row, Undo};
use super::list_query::ListQuery;
use super::model::{Counts, Filter, TASK, Task};
use super::optimistic::OptimisticTodo;
use super::row::{TodoRow, focus_row, intercept};
use crate::ui::alert::Alert;
use crate::ui::attribute::present;
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::field::TextField;
use leptos::ev::{self, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

#[island]
pub fn TodoList() -> impl IntoView {
    let initial = Initial::take();
    let here = initial.here();
    let Initial { todos, idempotency_key, editing, text, problem, error, deleted, notice, .. } = initial;
    let mut form = Some(TaskForm { text, error: problem });
    let rows = todos.into_iter().map(|todo| {
        let (key, is_edited) = (todo.id.0, editing == Some(todo.id));
        let mut todo = OptimisticTodo::from(todo);
        todo.form = form.take_if(|_| is_edited);
        Row { key, todo: RwSignal::new(todo) }
    });
    let notice = deleted.zip(notice).map(|(deletion, text)| Notice { text, undo: Some(Undo::Unseen(deletion)) });
    let list = List {
        here,
        rows: RwSignal::new(rows.collect()),
        elsewhere: RwSignal::new(Counts { open: initial.open_elsewhere, done: initial.done_elsewhere }),
        failed: RwSignal::new(error),
        notice: RwSignal::new(notice),
        in_flight: RwSignal::new(0),
        clearing: RwSignal::new(false),
    };
    Effect::new(move || {
        window_event_listener(ev::beforeunload, move |event| {
            if list.has_unsent() {
                event.prevent_default();
            }
        });
    });
    // The text of a todo that is not there any more is not lost.
    let add = form.unwrap_or_default();
    view! {
        <AddTodo list idempotency_key form=add />
        <Filters list />
        <LastChange list />
        <ul
            role="list"
            class="mt-2 divide-y divide-line border-y border-line empty:hidden"
            inert=move || present(list.clearing.get())
        >
            <For each=move || list.visible() key=|row| row.key let:row>
                <TodoRow row list />
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
fn AddTodo(list: List, idempotency_key: String, form: TaskForm) -> impl IntoView {
    let idempotency_key = RwSignal::new(idempotency_key);
    let error = RwSignal::new(form.error);
    let input = NodeRef::<Input>::new();
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        match Task::parse(&input.value()) {
            Ok(task) => {
                input.set_value("");
                error.set(None);
                let key = idempotency_key.get_untracked();
                idempotency_key.set(next_key(&key));
                list.add(&task, key);
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
                    value=form.text.unwrap_or_default()
                    error=error
                    autocomplete="off"
                    placeholder="What needs doing?"
                    node=input
                />
                <Submit>"Add"</Submit>
            </div>
        </form>
    }
}

/// Returns the next idempotency key: the random part of the page stays, the last twelve digits count up.
fn next_key(key: &str) -> String {
    let (page, count) = key.split_at_checked(24).unwrap_or((key, ""));
    let count = u64::from_str_radix(count, 16).unwrap_or_default().wrapping_add(1) & 0xffff_ffff_ffff;
    format!("{page}{count:012x}")
}

/// Renders the links to all, open and done todos with their counts, and the button that clears the done ones.
#[component]
fn Filters(list: List) -> impl IntoView {
    let link = move |show: Filter, name: &'static str| {
        let current = (list.here.show == show).then_some("page");
        view! {
            <a href=ListQuery::of(show).to_string() aria-current=current class="btn btn-quiet aria-[current=page]:text-ink aria-[current=page]:underline">
                {move || format!("{name} {}", list.counts().of(show))}
            </a>
        }
    };
    view! {
        <div class="mt-6 flex flex-wrap items-center">
            <nav aria-label="Which todos" class="-ml-3 flex">
                {link(Filter::All, "All")} {link(Filter::Open, "Open")} {link(Filter::Done, "Done")}
            </nav>
            <form
                method="post"
                action=list.here.action(ClearDone::PATH)
                on:submit=intercept(move || list.clear_done())
                class="-mr-3 ml-auto"
                hidden=move || present(list.counts().done == 0)
            >
                <Submit kind=ButtonKind::Quiet>"Clear done"</Submit>
            </form>
        </div>
    }
}

/// Renders why a change was rolled back, the notice about the last one with its undo button, and whether a request is in
/// flight. Screen readers announce all of it.
#[component]
fn LastChange(list: List) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        if let Some(place) = list.undo() {
            event.prevent_default();
            focus_row(list, place);
        }
    };
    let undo = move || list.notice().and_then(|notice| notice.undo);
    let deletion = move || match undo() {
        Some(Undo::Unseen(deletion)) => Some(deletion.0.to_string()),
        _ => None,
    };
    view! {
        // Sticky, so that it is in sight far down in the list, and lets clicks through to what is below it.
        <div class="pointer-events-none sticky top-2 z-10 mt-2">
            <Alert message=list.failed />
            <div role="status" class="flex min-h-11 touch:min-h-12 items-center gap-3 text-sm text-muted">
                <div
                    class="pointer-events-auto flex min-w-0 items-center gap-1 rounded-md border border-line bg-surface pr-1 pl-3"
                    hidden=move || present(list.notice().is_none())
                >
                    <p dir="auto" class="min-w-0 truncate py-2 pr-2">
                        {move || list.notice().map(|notice| notice.text)}
                    </p>
                    <form method="post" action=list.here.action(RestoreTodos::PATH) on:submit=submit hidden=move || present(undo().is_none())>
                        <input type="hidden" name="deletion" value=deletion />
                        <Submit kind=ButtonKind::Quiet>"Undo"</Submit>
                    </form>
                </div>
                // The server finishes requests that have reached it; while this shows, one may still be on its way.
                <p class="empty:hidden">{move || (list.in_flight.get() > 0).then(|| "Saving…".to_owned())}</p>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::next_key;

    #[test]
    fn each_todo_of_a_page_has_a_key_of_its_own() {
        let first = "0b06c9a2-1d1e-4c55-8d9a-ffffffffffff";
        assert_eq!(next_key(first), "0b06c9a2-1d1e-4c55-8d9a-000000000000");
        assert_eq!(next_key(&next_key(first)), "0b06c9a2-1d1e-4c55-8d9a-000000000001");
    }
}
