//! Detects a machine of a deployment by its variables. The stand-ins of local mode refuse to run there.

use crate::Lookup;

/// Variables that say on which kind of machine this process runs, and the values that rule a stand-in out.
const PRODUCTION_VALUES: [(&str, &[&str]); 5] = [
    ("LEPTOS_ENV", &["prod", "production"]),
    ("APP_ENV", &["prod", "production"]),
    ("RUST_ENV", &["prod", "production"]),
    ("NODE_ENV", &["prod", "production"]),
    ("LOCAL_NEON_AUTH", &["off", "0", "false"]),
];

const FLY_VARIABLE: &str = "FLY_APP_NAME";

/// Returns the variable that says that this is a machine of a deployment, if one does.
pub fn detect_production(variable: Lookup<'_>) -> Option<&'static str> {
    if variable(FLY_VARIABLE).is_some() {
        return Some(FLY_VARIABLE);
    }
    let says_so = |(name, values): &(&'static str, &[&str])| {
        let value = variable(name).and_then(|value| value.into_string().ok());
        value.is_some_and(|value| values.contains(&value.trim().to_ascii_lowercase().as_str()))
    };
    PRODUCTION_VALUES.iter().find(|flag| says_so(flag)).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::detect_production;

    #[test]
    fn one_variable_marks_production() {
        for (name, value, production) in [
            ("LEPTOS_ENV", "PROD", true),
            ("APP_ENV", " production ", true),
            ("NODE_ENV", "production", true),
            ("FLY_APP_NAME", "app", true),
            ("LOCAL_NEON_AUTH", "off", true),
            ("LEPTOS_ENV", "DEV", false),
            ("NODE_ENV", "", false),
            ("RENDER", "true", false),
        ] {
            let found = detect_production(&|asked| (asked == name).then(|| value.into()));
            assert_eq!(found, production.then_some(name), "{name}={value}");
        }
    }
}
