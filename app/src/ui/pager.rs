//! The links between pages of a list.

use super::button::{ButtonKind, ButtonLink};
use leptos::prelude::*;

/// Renders links to the newest entries (`first`) and to older ones (`next`), each only if there is an address.
#[component]
pub fn Pager(first: Option<String>, next: Option<String>) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav aria-label="Pages" class="mt-10 flex justify-between border-t border-line pt-4">
                <div class="-ml-3">
                    {first.map(|href| view! { <ButtonLink href kind=ButtonKind::Quiet>"← Newest"</ButtonLink> })}
                </div>
                <div class="-mr-3">
                    {next.map(|href| view! { <ButtonLink href kind=ButtonKind::Quiet>"Older →"</ButtonLink> })}
                </div>
            </nav>
        }
    })
}
