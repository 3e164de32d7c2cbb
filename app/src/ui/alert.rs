//! Messages about the last action.

use leptos::prelude::*;

/// Renders an error, which screen readers announce at once. Takes no space without a message.
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

/// Renders a success, which screen readers announce when idle. Takes no space without a message.
#[component]
pub fn Confirmation(#[prop(into)] message: Option<String>) -> impl IntoView {
    view! {
        <p role="status" class="rounded-md border border-accent/40 bg-notice-soft px-3 py-2 text-sm text-ink empty:hidden">
            {message}
        </p>
    }
}
