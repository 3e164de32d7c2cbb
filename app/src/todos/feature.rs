//! The entry of todos in the list of features: navigation, islands, forms and hooks.

use super::api::{ClearDone, CreateTodo, DeleteTodo, RenameTodo, RestoreTodos, SetTodoDone};
use super::store;
use leptos::server_fn::ServerFn;
#[cfg(feature = "local")]
use request::feature::Probe;
use request::feature::{self, Feature};

const PAGE: &str = "/todos";

pub const FEATURE: Feature = Feature {
    name: "todos",
    nav: &[(PAGE, "Todos")],
    islands: &[PAGE],
    forms: &[
        (CreateTodo::PATH, PAGE),
        (SetTodoDone::PATH, PAGE),
        (RenameTodo::PATH, PAGE),
        (DeleteTodo::PATH, PAGE),
        (ClearDone::PATH, PAGE),
        (RestoreTodos::PATH, PAGE),
    ],
    maintenance: &[store::PURGE_DELETED],
    export: Some(|tx| Box::pin(async { feature::to_json(store::export(tx).await?) })),
    on_account_deletion: Some(|tx| Box::pin(async { Ok(on_account_deletion(store::count_todos(tx).await?)) })),
    #[cfg(feature = "local")]
    seed: Some(|db, personas| Box::pin(super::seed::plant(db, personas))),
    #[cfg(feature = "local")]
    probes: &[Probe {
        title: "Read todos",
        text: "It does not say whose. The policy does, and a visitor may not even ask.",
        sql: "select id, task from todos where deleted_at is null order by id desc limit 20",
        writes: false,
    }],
    ..Feature::NONE
};

/// Returns the sentence for the page that confirms the deletion of an account.
fn on_account_deletion(todos: i64) -> String {
    match todos {
        0 => "You have no todos.".to_owned(),
        1 => "Your 1 todo is deleted.".to_owned(),
        _ => format!("Your {todos} todos are deleted."),
    }
}

#[cfg(test)]
mod tests {
    use super::on_account_deletion;

    #[test]
    fn one_is_not_many() {
        assert_eq!(on_account_deletion(0), "You have no todos.");
        assert_eq!(on_account_deletion(1), "Your 1 todo is deleted.");
        assert_eq!(on_account_deletion(12), "Your 12 todos are deleted.");
    }
}
