//! Detects whether the server would run with the PostgreSQL and the Neon Auth of this machine.

use crate::{Source, Variables};
use std::fmt;

/// Variables of which each says that the server has a database or a Neon Auth of its own to use.
const DEPLOYMENT_VARIABLES: [&str; 10] = [
    "DATABASE_URL",
    "NEON_AUTH_BASE_URL",
    "STACK_PROJECT_ID",
    "STACK_PUBLISHABLE_CLIENT_KEY",
    "STACK_SECRET_SERVER_KEY",
    "STACK_API_URL",
    "NEXT_PUBLIC_STACK_PROJECT_ID",
    "NEXT_PUBLIC_STACK_PUBLISHABLE_CLIENT_KEY",
    "NEXT_PUBLIC_STACK_API_URL",
    "DATABASE_OWNER_URL",
];

/// The variables that switch local mode off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalModeOff {
    /// Set by the shell, perhaps for another project.
    environment: Vec<&'static str>,
    file: Vec<&'static str>,
}

impl LocalModeOff {
    /// Returns the variables that switch local mode off, or `None` when it is on.
    pub fn detect(variables: &Variables<'_>) -> Option<Self> {
        let from = |source| {
            let names = DEPLOYMENT_VARIABLES.into_iter();
            names.filter(|name| variables.source(name) == Some(source)).collect::<Vec<_>>()
        };
        let off = Self { environment: from(Source::Environment), file: from(Source::File) };
        (!off.environment.is_empty() || !off.file.is_empty()).then_some(off)
    }

    /// Returns the first of them. Those of the environment come first: they may be meant for another project.
    pub fn variable(&self) -> &'static str {
        self.environment.first().or(self.file.first()).copied().unwrap_or_default()
    }

    /// Returns whether one of them is set in the environment.
    pub fn is_by_environment(&self) -> bool {
        !self.environment.is_empty()
    }

    /// Returns the end of a sentence that begins with the variable.
    pub fn reason(&self) -> String {
        let place = if self.is_by_environment() { "in your environment" } else { "in .env" };
        format!("is set {place}, so local mode is off")
    }

    /// Returns the instruction that switches local mode on.
    pub fn fix_hint(&self) -> String {
        let unset = (!self.environment.is_empty()).then(|| format!("unset {}", self.environment.join(" ")));
        let remove = (!self.file.is_empty()).then(|| format!("take {} out of .env", self.file.join(" and ")));
        unset.into_iter().chain(remove).collect::<Vec<_>>().join(" and ")
    }
}

impl fmt::Display for LocalModeOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} to run in local mode", self.variable(), self.reason(), self.fix_hint())
    }
}

#[cfg(test)]
mod tests {
    use super::LocalModeOff;
    use crate::{DotEnv, Variables};
    use std::ffi::OsString;

    fn message(environment: &[(&str, &str)], file: &str) -> Option<String> {
        let file = DotEnv::parse(file).unwrap();
        let lookup = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        LocalModeOff::detect(&Variables::new(&lookup as &dyn Fn(&str) -> Option<OsString>, &file))
            .map(|off| off.to_string())
    }

    #[test]
    fn deployment_variables_turn_local_mode_off() {
        assert_eq!(message(&[("PORT", "3000"), ("PUBLIC_ORIGIN", "http://localhost:3000")], "RUST_LOG=info"), None);
        assert_eq!(message(&[("DATABASE_URL", " ")], "STACK_PROJECT_ID="), None);
    }

    #[test]
    fn message_names_the_source_and_the_fix() {
        let other = ("DATABASE_URL", "mysql://of.another/project");
        assert_eq!(
            message(&[other], "").unwrap(),
            "DATABASE_URL is set in your environment, so local mode is off: unset DATABASE_URL to run in local mode"
        );
        assert_eq!(
            message(&[], "STACK_PROJECT_ID=x\nDATABASE_URL=y").unwrap(),
            "DATABASE_URL is set in .env, so local mode is off: take DATABASE_URL and STACK_PROJECT_ID out of .env to run in \
             local mode"
        );
        assert_eq!(
            message(&[other, ("DATABASE_OWNER_URL", "x")], "NEON_AUTH_BASE_URL=x").unwrap(),
            "DATABASE_URL is set in your environment, so local mode is off: unset DATABASE_URL DATABASE_OWNER_URL and take \
             NEON_AUTH_BASE_URL out of .env to run in local mode"
        );
    }
}
