//! The theme on every page: the server knows it on the first byte, so nothing flashes and no script has to run.
//! It must not decide where the choice is kept.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use request::theme::{ACTION, Theme, chosen};

/// Returns what people call it.
fn label(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

/// Returns what CSS and browsers call it.
fn color_scheme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// Tells a browser how to paint its own parts, and the canvas before any style has arrived.
#[component]
pub fn ThemeMeta() -> impl IntoView {
    let theme = chosen();
    // Written out: `view!` has no `media` for this element.
    let canvas = match theme {
        Theme::System => concat!(
            r##"<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf8">"##,
            r##"<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131416">"##,
        ),
        Theme::Light => r##"<meta name="theme-color" content="#fbfaf8">"##,
        Theme::Dark => r##"<meta name="theme-color" content="#131416">"##,
    };
    view! {
        <meta name="color-scheme" content=color_scheme(theme) />
        {InertElement::new(canvas)}
    }
}

/// One button for each theme. They lead back to this page.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let current = chosen();
    let buttons = Theme::ALL.map(|theme| {
        view! {
            <button
                type="submit"
                name="theme"
                value=theme.name()
                aria-pressed=(theme == current).to_string()
                class="min-h-8 touch:min-h-11 rounded-md px-2 text-muted hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink"
            >
                {label(theme)}
            </button>
        }
    });
    view! {
        <form method="post" action=ACTION class="-mr-2 flex items-center gap-1" aria-label="Theme">
            {buttons}
        </form>
    }
}
