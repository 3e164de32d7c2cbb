//! The island of a person's todos: adds at once, and takes it back when the server refuses.
//! It must not do anything that its forms cannot do without JavaScript.

use super::api::{CreateTodo, create_todo};
use super::initial::Initial;
use super::item::{Item, Saving, TodoItem};
use super::model::Task;
use crate::error::{AppError, Field};
use crate::ui::alert::Alert;
use crate::ui::button::Submit;
use crate::ui::field::TextField;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

#[island]
pub fn TodoList() -> impl IntoView {
    let Initial { todos, submission, editing, mut typed, mut problem, error } = Initial::take();
    let items = todos.into_iter().map(|todo| {
        let open = editing == Some(todo.id);
        let item = Item::new(todo);
        if open {
            item.edit(typed.take(), problem.take());
        }
        item
    });
    let items = RwSignal::new(items.collect::<Vec<_>>());
    let failed = RwSignal::new(error);
    let saving = RwSignal::new(0);
    view! {
        <AddTodo items failed saving submission task=typed.unwrap_or_default() error=problem />
        // The server finishes what has reached it. While this shows, a change may still be on its way there.
        <p role="status" class="mt-2 min-h-5 text-sm text-muted">
            {move || (saving.get() > 0).then(|| "Saving…".to_owned())}
        </p>
        <ul class="mt-2 divide-y divide-line border-y border-line empty:hidden">
            <For each=move || items.get() key=|item| item.key let:item>
                <TodoItem item items failed saving />
            </For>
        </ul>
        <p class="mt-6 text-muted" hidden=move || (!items.read().is_empty()).then_some("")>
            "Nothing to do. Add the first one above."
        </p>
    }
}

#[component]
fn AddTodo(
    items: RwSignal<Vec<Item>>,
    failed: RwSignal<Option<String>>,
    saving: RwSignal<u32>,
    submission: String,
    task: String,
    error: Option<String>,
) -> impl IntoView {
    let submission = RwSignal::new(submission);
    let error = RwSignal::new(error);
    let input = NodeRef::<Input>::new();
    let show = move |problem: AppError| {
        let about_task = problem.about(Field::Task);
        failed.set(about_task.is_none().then(|| problem.to_string()));
        error.set(about_task);
    };
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        let typed = input.value();
        let task = match Task::parse(&typed) {
            Ok(task) => task,
            Err(problem) => return show(problem),
        };
        input.set_value("");
        error.set(None);
        failed.set(None);
        let name = submission.get_untracked();
        submission.set(next(&name));
        let pending = Item::pending(&task);
        items.update(|items| items.insert(0, pending));
        let saving = Saving::begin(saving);
        spawn_local(async move {
            let _saving = saving;
            match create_todo(typed.clone(), name.clone()).await {
                Ok(id) => pending.saved(id),
                Err(problem) => {
                    items.update(|items| items.retain(|item| item.key != pending.key));
                    if input.value().is_empty() {
                        // The same name again: if the server has saved it after all, it is not added twice.
                        submission.set(name);
                        input.set_value(&typed);
                    }
                    show(problem);
                }
            }
        });
    };
    view! {
        <form method="post" action=CreateTodo::url() on:submit=add class="space-y-3">
            <input type="hidden" name="submission" value=move || Some(submission.get()) />
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
            <Alert message=failed />
        </form>
    }
}

/// The name after `name`: the page's own random part stays, the last twelve digits count up.
fn next(name: &str) -> String {
    let (page, count) = name.split_at_checked(24).unwrap_or((name, ""));
    let count = u64::from_str_radix(count, 16).unwrap_or_default().wrapping_add(1) & 0xffff_ffff_ffff;
    format!("{page}{count:012x}")
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
