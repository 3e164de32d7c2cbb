//! The page of a user's todos, which loads them and hands them to the island.

use app::page::loaded;
use app::todos::api::{ClearDone, CreateTodo, DeleteTodo, RenameTodo, RestoreTodos, SetTodoDone};
use app::todos::initial::{BeginWith, Initial};
use app::todos::list::TodoList;
use app::todos::list_query::ListQuery;
use app::todos::model::{TASK, TodoId};
use app::todos::notice::{Notice, deleted};
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
    let Listed { mut todos, counts, deleted: gone } = listed;
    let here = initial.here.afterwards();
    let more = todos.len() > PAGE_SIZE;
    todos.truncate(PAGE_SIZE);
    let last = todos.last().filter(|_| more).map(|todo| todo.id);
    let next = last.map(|id| ListQuery { before: Some(id), ..here }.to_string());
    let first = here.before.map(|_| ListQuery::of(here.show).to_string());
    let notice = notice(initial.here, gone);
    view! {
        <BeginWith initial=Initial { here, todos, counts, notice, ..initial }>
            <TodoList />
        </BeginWith>
        <Pager first next />
    }
}

/// Returns the message about the deletion in the address, unless it was undone or can no longer be.
fn notice(here: ListQuery, gone: Option<(i64, String)>) -> Option<Notice> {
    let deletion = here.deleted?;
    let (count, task) = gone?;
    Some(Notice { text: deleted(count, Some(&task)), deletion: Some(deletion) })
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
    let (failed, problem) = match editing {
        Some(_) => (&rename, rename.about(&TASK).or(rename.overall())),
        None => (&create, create.about(&TASK)),
    };
    Initial {
        here,
        idempotency_key: create.value("idempotency_key").unwrap_or_else(idempotency_key::generate),
        editing,
        typed: failed.value("task"),
        problem,
        error: create.overall().or(elsewhere.map(|error| error.to_string())),
        ..Initial::default()
    }
}
