//! What each address shows: pages that the server renders and no browser runs.
//! It must not hold rules, SQL or islands of features: those belong to `app`.

// Views nest deep as types, and the default is for shallower ones.
#![recursion_limit = "256"]

mod account;
mod posts;
mod routes;
mod todos;

use leptos::prelude::*;

/// The page at the path of the request.
pub fn show() -> AnyView {
    view! { <routes::App /> }.into_any()
}
