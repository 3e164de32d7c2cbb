//! Light, dark, or as the system has it: the client's choice, which the server knows before it renders.

use leptos::prelude::use_context;
use strum::{EnumString, IntoStaticStr};

/// The path of the form that chooses a theme.
pub const ACTION: &str = "/theme";

/// A choice of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Theme {
    /// As the operating system of the client has it.
    #[default]
    System,
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Theme {
    /// Every theme, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Returns the name that forms, cookies and style sheets use.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Returns the theme that the client of this request has chosen.
pub fn chosen() -> Theme {
    use_context().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn every_theme_has_a_name_of_its_own() {
        for theme in Theme::ALL {
            assert_eq!(theme.name().parse(), Ok(theme));
        }
        assert!("neon".parse::<Theme>().is_err());
    }
}
