//! Form fields: a label, the control, a hint, and the error.

use html_escape::encode_text_minimal;
use leptos::html::Input;
use leptos::prelude::*;

const CONTROL: &str = "w-full touch:min-h-11 rounded-md border border-edge bg-surface px-3 py-1.75 text-base text-ink placeholder:text-muted aria-invalid:border-danger";

#[component]
pub fn TextField(
    #[prop(into)] id: String,
    name: &'static str,
    label: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] value: String,
    /// Omitted when empty.
    #[prop(optional, into)]
    hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] autocomplete: Option<String>,
    /// The keyboard that a phone shows.
    #[prop(optional, into)]
    inputmode: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether the label is for screen readers only, where the context already says it.
    #[prop(optional)]
    hide_label: bool,
    /// The reference for an island that reads or clears the input.
    #[prop(optional)]
    node: NodeRef<Input>,
) -> impl IntoView {
    let described = described_by(&id, !hint.is_empty());
    view! {
        <div class="min-w-40 grow space-y-1.5">
            <label for=id.clone() class=if hide_label { "sr-only" } else { "block text-sm font-medium" }>
                {label}
            </label>
            <input
                id=id.clone()
                name=name
                type=kind
                dir="auto"
                value=value
                class=CONTROL
                required=!optional
                autocomplete=autocomplete
                inputmode=inputmode
                placeholder=placeholder
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                node_ref=node
            />
            <Notes id hint error />
        </div>
    }
}

/// Renders a multi-line input. Only for pages: an island would show the escapes.
#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    name: &'static str,
    label: &'static str,
    #[prop(optional, into)] value: String,
    /// Whether to use a monospaced font, for text with markup and indents such as Markdown.
    #[prop(optional)]
    monospaced: bool,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Omitted when empty.
    #[prop(optional, into)]
    hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let described = described_by(&id, !hint.is_empty());
    // Leptos writes the text of this element as it is.
    let value = encode_text_minimal(&value).into_owned();
    // HTML drops the first line break inside a text area.
    let value = if value.starts_with(['\n', '\r']) { format!("\n{value}") } else { value };
    view! {
        <div class="space-y-1.5">
            <label for=id.clone() class="block text-sm font-medium">
                {label}
            </label>
            <textarea
                id=id.clone()
                name=name
                rows="16"
                dir="auto"
                class=if monospaced { format!("{CONTROL} font-mono") } else { CONTROL.to_owned() }
                required=!optional
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
            >
                {value}
            </textarea>
            <Notes id hint error />
        </div>
    }
}

/// Renders a box to check. Unchecked it sends nothing.
#[component]
pub fn Checkbox(#[prop(into)] id: String, name: &'static str, label: &'static str, checked: bool) -> impl IntoView {
    view! {
        <label for=id.clone() class="flex min-h-8 touch:min-h-11 items-center gap-2 text-sm font-medium">
            <input id=id.clone() name=name type="checkbox" value="true" checked=checked class="size-4 accent-accent" />
            {label}
        </label>
    }
}

/// Renders the hint and the error below a control. The element of the error is always there, so that screen readers
/// announce a change.
#[component]
fn Notes(id: String, hint: String, error: Signal<Option<String>>) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let hint = (!hint.is_empty()).then(|| view! { <p id=hint_id class="text-sm text-muted">{hint}</p> });
    view! {
        {hint}
        <p id=format!("{id}-error") class="text-sm text-danger empty:hidden" aria-live="polite">
            {move || error.get()}
        </p>
    }
}

fn described_by(id: &str, with_hint: bool) -> String {
    if with_hint { format!("{id}-hint {id}-error") } else { format!("{id}-error") }
}
