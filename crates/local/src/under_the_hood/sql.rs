//! The views of statements and policies.
//! They must not show values that were typed: a statement is shown as the program has it.

use super::policies::Policy;
use leptos::prelude::*;

/// Wraps instead of scrolling: there is nothing to reach that a keyboard could not.
const CODE: &str = "rounded-md bg-raised px-3 py-2 font-mono text-sm whitespace-pre-wrap wrap-anywhere";

#[component]
pub fn Sql(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <pre class=CODE>
            <code>{text}</code>
        </pre>
    }
}

/// Shows the policies that apply to a statement, as PostgreSQL has them.
#[component]
pub fn Policies(applicable: Vec<Policy>) -> impl IntoView {
    let items = applicable.into_iter().map(|Policy { table, name, command, using, check, .. }| {
        let about = format!("on {table}, for {}", command.to_lowercase());
        let condition = |word: &'static str, condition: Option<String>| {
            condition.map(|condition| view! { <span class="block pl-3 text-muted">{word} " " <code class="font-mono">{condition}</code></span> })
        };
        view! {
            <li class="text-sm">
                <code class="font-mono font-medium">{name}</code>
                " "
                <span class="text-muted">{about}</span>
                {condition("using", using)}
                {condition("with check", check)}
            </li>
        }
        .into_any()
    });
    view! { <ul role="list" class="space-y-2">{items.collect_view()}</ul> }
}

/// Returns a number and its noun, in the singular or plural.
pub fn pluralize(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
