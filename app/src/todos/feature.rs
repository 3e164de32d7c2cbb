//! The entry of todos in the list of features: navigation, islands, forms and hooks.

use super::api::{ClearDone, CreateTodo, DeleteTodo, RenameTodo, RestoreTodos, SetTodoDone};
use super::{belongings, store};
use leptos::server_fn::ServerFn;
use request::feature::Feature;
#[cfg(feature = "local")]
use request::feature::Probe;

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
    export: Some(|tx| Box::pin(belongings::exported(tx))),
    on_account_deletion: Some(|tx| Box::pin(belongings::announced(tx))),
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
