//! A message about what just happened.
//! It must not decide the words.

use leptos::prelude::*;

/// A failure, announced to screen readers at once. Takes no room without a message.
#[component]
pub fn Alert(#[prop(into)] message: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p
            role="alert"
            class="rounded-md border border-danger/40 bg-danger-soft px-3 py-2 text-sm text-danger empty:hidden"
        >
            {move || message.get()}
        </p>
    }
}

/// A success, announced when there is time. Takes no room without a message.
#[component]
pub fn Confirmation(#[prop(into)] message: Option<String>) -> impl IntoView {
    view! {
        <p role="status" class="rounded-md border border-accent/40 bg-notice-soft px-3 py-2 text-sm text-ink empty:hidden">
            {message}
        </p>
    }
}
