//! The page of a user's todos, which loads them and hands them to the island.

use app::page::loaded;
use app::todos::api::{CreateTodo, RenameTodo};
use app::todos::initial::{Initial, WithInitial};
use app::todos::island::TodoList;
use app::todos::list_query::ListQuery;
use app::todos::model::{Counts, TASK, TodoId, deletion_notice};
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
    let here = initial.here();
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
    let Counts { open: open_elsewhere, done: done_elsewhere } = elsewhere;
    view! {
        <WithInitial initial=Initial { todos, open_elsewhere, done_elsewhere, notice, ..initial }>
            <TodoList />
        </WithInitial>
        <Pager first next />
    }
}

/// Returns the initial state from the address and the plain form that has failed, if one has.
fn initial(here: ListQuery) -> Initial {
    let (create, rename) = (FormState::of::<CreateTodo>(), FormState::of::<RenameTodo>());
    let failed = session::viewer().form.unwrap_or_default();
    let editing = rename.value("id").and_then(|id| id.parse().ok()).map(TodoId).or(here.edit);
    // Only one form can have failed, and the open form shows its text.
    let editing = editing.filter(|_| create.error.is_none());
    let (text, problem) = match editing {
        Some(_) => (rename.value("task"), rename.about(&TASK).or(rename.overall())),
        None => (create.value("task"), create.about(&TASK)),
    };
    let error = failed.overall().filter(|_| problem.is_none());
    Initial {
        show: here.show,
        before: here.before,
        deleted: here.deleted,
        idempotency_key: create.value("idempotency_key").unwrap_or_else(idempotency_key::generate),
        editing,
        text,
        problem,
        error,
        ..Initial::default()
    }
}
