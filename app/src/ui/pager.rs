//! Links between the pages of a list.
//! It must not know what is listed.

use super::button::{ButtonKind, ButtonLink};
use leptos::prelude::*;

/// `first` leads back to the beginning, `next` on to older entries; each only where it leads somewhere.
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
