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
            Self::Primary => "btn btn-primary",
            Self::Outline => "btn btn-outline",
            Self::Quiet => "btn btn-quiet",
            Self::Danger => "btn btn-danger",
            Self::Destroy => "btn btn-destroy",
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
