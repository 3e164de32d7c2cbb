//! Light, dark, or as the system has it: a choice that the server knows on the first byte, so nothing flashes and nothing
//! has to run. It must not decide where the choice is kept.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// Where the form below posts to.
pub const ACTION: &str = "/theme";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == text)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// What CSS and browsers call it.
    pub fn color_scheme(self) -> &'static str {
        match self {
            Self::System => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Of whoever looks at this page.
pub fn chosen() -> Theme {
    use_context().unwrap_or_default()
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
        <meta name="color-scheme" content=theme.color_scheme() />
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
                {theme.label()}
            </button>
        }
    });
    view! {
        <form method="post" action=ACTION class="-mr-2 flex items-center gap-1" aria-label="Theme">
            {buttons}
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn every_theme_has_a_name_of_its_own() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.name()), Some(theme));
        }
        assert_eq!(Theme::parse("neon"), None);
    }
}
