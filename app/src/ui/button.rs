//! Buttons, and links that look like them.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The main action of a form.
    #[default]
    Primary,
    /// An alternative of equal rank.
    Outline,
    /// Any other action.
    Quiet,
    /// Leads to a destructive action, or destroys something small.
    Danger,
    /// Destroys something that much depends on.
    Destroy,
}

impl ButtonKind {
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn btn-primary",
            Self::Outline => "btn btn-outline",
            Self::Quiet => "btn btn-quiet",
            Self::Danger => "btn btn-danger",
            Self::Destroy => "btn btn-destroy",
        }
    }
}

/// Renders a button that submits the form around it. `label` is for screen readers, where the text alone says too
/// little.
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
