//! The page of a user's todos, which loads them and hands them to the island.

use app::page::loaded;
use app::todos::api::{ClearDone, CreateTodo, DeleteTodo, RenameTodo, RestoreTodos, SetTodoDone};
use app::todos::initial::{Initial, TaskForm, WithInitial};
use app::todos::island::TodoList;
use app::todos::list_query::ListQuery;
use app::todos::model::{TASK, TodoId, deletion_notice};
use app::todos::store::{self, Listed};
use app::ui::layout::Heading;
use app::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;
use request::session::{self, require_user};
use request::{AppError, FormState, idempotency_key};

const PAGE_SIZE: usize = 100;

#[component]
pub fn TodosPage() -> impl IntoView {
    let (db, user) = (session::db(), require_user());
    let here = ListQuery::read(request::query);
    let initial = initial(here);
    let listed = async move {
        let mut tx = db?.as_user(&user?).await?;
        // One more than is shown, which tells whether there is a next page.
        Ok::<_, AppError>(store::list_todos(&mut tx, &here, PAGE_SIZE + 1).await?)
    };
    view! {
        <Title text="Todos" />
        <Heading text="Todos" />
        {loaded(listed, move |listed| view! { <Page initial listed /> })}
    }
}

#[component]
fn Page(initial: Initial, listed: Listed) -> impl IntoView {
    let Listed { mut todos, counts: mut elsewhere, deleted } = listed;
    let here = initial.here.afterwards();
    let more = todos.len() > PAGE_SIZE;
    todos.truncate(PAGE_SIZE);
    for todo in &todos {
        *elsewhere.of_state(todo.done) -= 1;
    }
    let last = todos.last().filter(|_| more).map(|todo| todo.id);
    let next = last.map(|id| ListQuery { before: Some(id), ..here }.to_string());
    let first = here.before.map(|_| ListQuery::of(here.show).to_string());
    // There is none if the deletion was undone, or no longer can be.
    let notice = deleted.map(|(count, task)| deletion_notice(count, Some(&task)));
    let deleted = initial.here.deleted.zip(notice);
    view! {
        <WithInitial initial=Initial { here, todos, elsewhere, deleted, ..initial }>
            <TodoList />
        </WithInitial>
        <Pager first next />
    }
}

/// Returns the initial state from the address and the last plain form.
fn initial(here: ListQuery) -> Initial {
    let (create, rename) = (FormState::of::<CreateTodo>(), FormState::of::<RenameTodo>());
    let elsewhere = [
        FormState::of::<SetTodoDone>(),
        FormState::of::<DeleteTodo>(),
        FormState::of::<RestoreTodos>(),
        FormState::of::<ClearDone>(),
    ];
    let elsewhere = elsewhere.into_iter().find_map(|state| state.error);
    let editing = rename.value("id").and_then(|id| id.parse().ok()).map(TodoId).or(here.edit);
    // Only one form can have failed, and the open form shows its text.
    let editing = editing.filter(|_| create.error.is_none());
    let text = rename.value("task");
    let rename = TaskForm { text, error: rename.about(&TASK).or(rename.overall()) };
    Initial {
        here,
        idempotency_key: create.value("idempotency_key").unwrap_or_else(idempotency_key::generate),
        add: TaskForm { text: create.value("task"), error: create.about(&TASK) },
        rename: editing.map(|id| (id, rename)),
        error: create.overall().or(elsewhere.map(|error| error.to_string())),
        ..Initial::default()
    }
}
