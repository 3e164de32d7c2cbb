//! The theme of every page, known to the server, so that nothing flashes and no script has to run.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use request::theme::{ACTION, Theme, chosen};

fn label(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

fn color_scheme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// Renders the metadata by which browsers paint their own controls, and the canvas before any stylesheet has arrived.
#[component]
pub fn ThemeMeta() -> impl IntoView {
    let theme = chosen();
    // Written as text, since `view!` has no `media` attribute for this element.
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

/// Renders one button for each theme. They lead back to this page.
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
                class="min-h-8 touch:min-h-11 rounded-md px-2 text-muted hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink forced-colors:aria-pressed:underline"
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
