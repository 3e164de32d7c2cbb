//! The page of a person's todos: loads them and hands them to the island.
//! It must not show anything that needs JavaScript.

use super::api::{CreateTodo, DeleteTodo, RenameTodo, SetTodoDone};
use super::initial::{BeginWith, Initial};
use super::list::TodoList;
use super::model::TodoId;
use super::store;
use crate::attempt::Attempt;
use crate::error::{AppError, Field};
use crate::page::{self, loaded};
use crate::session::{self, require_user};
use crate::submission;
use crate::ui::layout::Heading;
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;

const PAGE_SIZE: usize = 100;

#[component]
pub fn TodosPage() -> impl IntoView {
    let (db, user) = (session::db(), require_user());
    let before = page::query("before").and_then(|id| id.parse().ok()).map(TodoId);
    let initial = initial();
    let todos = async move {
        let mut tx = db?.as_user(&user?).await?;
        // One more than is shown: it tells whether there is a next page.
        Ok::<_, AppError>(store::list_todos(&mut tx, before, PAGE_SIZE + 1).await?)
    };
    let first = before.map(|_| "/todos".to_owned());
    view! {
        <Title text="Todos" />
        <Heading text="Todos" />
        {loaded(todos, move |todos| view! { <Page initial=Initial { todos, ..initial } first /> })}
    }
}

#[component]
fn Page(mut initial: Initial, first: Option<String>) -> impl IntoView {
    let more = initial.todos.len() > PAGE_SIZE;
    initial.todos.truncate(PAGE_SIZE);
    let last = initial.todos.last().filter(|_| more).map(|todo| todo.id);
    view! {
        <BeginWith initial>
            <TodoList />
        </BeginWith>
        <Pager first next=last.map(|id| format!("/todos?before={}", id.0)) />
    }
}

/// What the address and the last plain post say about the state of the list.
fn initial() -> Initial {
    let (create, rename) = (Attempt::of::<CreateTodo>(), Attempt::of::<RenameTodo>());
    let elsewhere = Attempt::of::<SetTodoDone>().error.or(Attempt::of::<DeleteTodo>().error);
    let editing = rename.value("id").or_else(|| page::query("edit")).and_then(|id| id.parse().ok());
    // One form can have failed: the text is that of the one that is open.
    let editing = editing.filter(|_| create.error.is_none()).map(TodoId);
    let (failed, problem) = match editing {
        Some(_) => (&rename, rename.about(Field::Task).or(rename.overall())),
        None => (&create, create.about(Field::Task)),
    };
    Initial {
        submission: create.value("submission").unwrap_or_else(submission::fresh),
        editing,
        typed: failed.value("task"),
        problem,
        error: create.overall().or(elsewhere.map(|error| error.to_string())),
        ..Initial::default()
    }
}
