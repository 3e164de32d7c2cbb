//! The settings that the Managed generation keeps in the app's own database, as there is no endpoint for them.
//! The app implements the trait: this crate opens no connection to a database.

use async_trait::async_trait;
use serde_json::Value;
use std::fmt::Debug;

/// The queries to the app's database that the client of Managed Neon Auth needs.
#[async_trait]
pub trait ProjectDatabase: Debug + Send + Sync {
    /// Returns the settings of the project, or `None` where they may not be read. `endpoint` is the first label of the
    /// host of Neon Auth, by which they are found among those of other branches.
    async fn settings(&self, endpoint: &str) -> Result<Option<ProjectSettings>, DatabaseError>;

    /// Returns whether the directory has no user of this id any more.
    async fn is_user_gone(&self, user_id: &str) -> Result<bool, DatabaseError>;

    /// Deletes the row that is the account. An unknown id is a success.
    async fn delete_user(&self, user_id: &str) -> Result<(), DatabaseError>;
}

/// No database: for programs that only sign in.
#[derive(Clone, Copy, Debug)]
pub struct NoDatabase;

#[async_trait]
impl ProjectDatabase for NoDatabase {
    async fn settings(&self, _endpoint: &str) -> Result<Option<ProjectSettings>, DatabaseError> {
        Ok(None)
    }

    async fn is_user_gone(&self, _user_id: &str) -> Result<bool, DatabaseError> {
        Err(DatabaseError::Failed("this program has no database".to_owned()))
    }

    async fn delete_user(&self, _user_id: &str) -> Result<(), DatabaseError> {
        Err(DatabaseError::Failed("this program has no database".to_owned()))
    }
}

/// The settings of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSettings {
    /// The origins that browsers may be redirected to, with `*` in the host.
    pub trusted_origins: Vec<String>,
    /// Whether every port of `http://localhost` is trusted as well.
    pub allows_localhost: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
    /// Whether a password signs in.
    pub password: bool,
    /// Whether new accounts are allowed.
    pub sign_up: bool,
    /// Whether a mailed code signs in.
    pub email_code: bool,
    /// Whether the mail that confirms an address has a link in it, and not a code.
    pub mails_links: bool,
}

/// The reason why a query failed, in the words of the database client.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The owner of the database may not do it.
    #[error("{0}")]
    Forbidden(String),
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl ProjectSettings {
    /// Reads what the function `web.neon_auth_project` of the migrations returns. What Neon leaves out, or writes in
    /// another way than today, is as in a new project.
    pub fn read(found: &Value) -> Self {
        let flag = |name: &str, default: bool| found[name].as_bool().unwrap_or(default);
        let texts = |name: &str| -> Vec<String> {
            let texts = found[name].as_array().into_iter().flatten();
            texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        Self {
            trusted_origins: texts("trusted_origins"),
            allows_localhost: flag("allow_localhost", false),
            providers: texts("providers"),
            password: flag("password", true),
            sign_up: !flag("disable_sign_up", false),
            email_code: flag("email_codes", true),
            mails_links: found["verification_method"] == "link",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ProjectSettings;
    use crate::response::tests::json_of;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn missing_or_invalid_settings_use_defaults() {
        let new = ProjectSettings {
            trusted_origins: vec![],
            allows_localhost: false,
            providers: vec![],
            password: true,
            sign_up: true,
            email_code: true,
            mails_links: false,
        };
        assert_eq!(ProjectSettings::read(&json!({})), new);
        let strange = json!({
            "trusted_origins": 7, "allow_localhost": "yes", "providers": {"google": {}}, "password": null,
            "disable_sign_up": 1, "email_codes": [], "verification_method": {"link": true},
        });
        assert_eq!(ProjectSettings::read(&strange), new);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        json_of("true|link|otp|google|https://[a-z]{1,4}|\\PC{0,6}", "domain|id|enabled|link")
    }

    proptest! {
        #[test]
        fn settings_of_wrong_types_are_ignored(
            fields in prop::collection::btree_map(
                "trusted_origins|providers|allow_localhost|password|disable_sign_up|email_codes|verification_method|[a-z]{1,4}",
                any_value(),
                0..8,
            ),
            strange in any_value(),
        ) {
            let found: Value = fields.into_iter().collect();
            let project = ProjectSettings::read(&found);
            for (read, name) in [(&project.trusted_origins, "trusted_origins"), (&project.providers, "providers")] {
                let texts = match &found[name] {
                    Value::Array(values) => values.iter().filter(|value| value.is_string()).cloned().collect(),
                    _ => vec![],
                };
                prop_assert_eq!(json!(read), Value::from(texts), "{}", found);
            }
            for (read, name, wrong) in [
                (project.allows_localhost, "allow_localhost", true),
                (project.password, "password", false),
                (!project.sign_up, "disable_sign_up", true),
                (project.email_code, "email_codes", false),
            ] {
                prop_assert_eq!(read == wrong, found[name] == wrong, "{} of {}", name, found);
            }
            prop_assert_eq!(project.mails_links, found["verification_method"].as_str() == Some("link"));
            _ = ProjectSettings::read(&strange);
        }
    }
}
