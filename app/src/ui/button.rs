//! Buttons, and links that look like them.
//! They must not carry behaviour.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing that this form is for.
    #[default]
    Primary,
    /// As good a way as another.
    Outline,
    /// Everything else.
    Quiet,
    /// Leads to where something is destroyed, or destroys something small.
    Danger,
    /// Destroys something that many other things hang on.
    Destroy,
}

impl ButtonKind {
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => {
                "inline-flex min-h-10 shrink-0 items-center justify-center rounded-md bg-accent px-4 whitespace-nowrap py-2 text-sm font-medium text-on-accent hover:bg-accent-strong"
            }
            Self::Outline => {
                "inline-flex min-h-10 w-full items-center justify-center rounded-md border border-edge px-4 whitespace-nowrap py-2 text-sm font-medium text-ink hover:bg-raised"
            }
            Self::Quiet => {
                "inline-flex min-h-10 shrink-0 items-center justify-center rounded-md px-3 whitespace-nowrap py-2 text-sm font-medium text-muted hover:bg-raised hover:text-ink"
            }
            Self::Danger => {
                "inline-flex min-h-10 shrink-0 items-center justify-center rounded-md px-3 whitespace-nowrap py-2 text-sm font-medium text-danger hover:bg-danger-soft"
            }
            Self::Destroy => {
                "inline-flex min-h-10 shrink-0 items-center justify-center rounded-md bg-danger px-4 whitespace-nowrap py-2 text-sm font-medium text-canvas hover:bg-danger/90"
            }
        }
    }
}

/// Submits the form around it. `label` is for screen readers, where the text alone says too little.
#[component]
pub fn Submit(
    #[prop(default = ButtonKind::Primary)] kind: ButtonKind,
    #[prop(optional, into)] label: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <button type="submit" class=kind.class() aria-label=label>
            {children()}
        </button>
    }
}

/// A link that reads as the next step.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(default = ButtonKind::Primary)] kind: ButtonKind,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=kind.class()>
            {children()}
        </a>
    }
}
