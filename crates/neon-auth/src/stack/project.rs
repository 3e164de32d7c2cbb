//! The Stack generation: the settings of a project.
//! One invalid setting does not fail the others: sign-in goes on with them.

use super::Stack;
use crate::error::Result;
use crate::sign_in_methods::{SignInMethods, is_provider_id};
use crate::trust::ProjectInfo;
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct CurrentProject {
    config: Map<String, Value>,
}

impl Stack {
    pub(crate) async fn settings(&self) -> Result<SignInMethods> {
        let response = self.wire.call(self.client_request(Method::GET, &["projects", "current"])?).await?;
        Ok(response.json::<CurrentProject>("project settings")?.methods())
    }

    pub(crate) async fn project_info(&self) -> Result<ProjectInfo> {
        let response = self.wire.call(self.client_request(Method::GET, &["projects", "current"])?).await?;
        let trusted_domains = response.json::<CurrentProject>("project settings")?.texts("domains", "domain");
        Ok(ProjectInfo { trusted_domains: Some(trusted_domains), allows_localhost: None, clock: response.date })
    }

    pub(crate) async fn check_server_key(&self) -> Result<()> {
        let request = self.server_request(Method::GET, &["projects", "current"])?;
        self.wire.call(request).await?.check()
    }
}

/// Settings that another version leaves out, or writes in another way than today, are those of a new project.
impl CurrentProject {
    fn methods(&self) -> SignInMethods {
        let mut providers = self.texts("enabled_oauth_providers", "id");
        providers.retain(|id| is_provider_id(id));
        let default = SignInMethods::default();
        SignInMethods {
            password: self.flag("credential_enabled", default.password),
            sign_up: self.flag("sign_up_enabled", default.sign_up),
            email_code: self.flag("magic_link_enabled", default.email_code),
            providers,
            known: true,
            ..default
        }
    }

    fn flag(&self, name: &str, default: bool) -> bool {
        self.config.get(name).and_then(Value::as_bool).unwrap_or(default)
    }

    /// Returns the text named `text` of each entry of a list.
    fn texts(&self, list: &str, text: &str) -> Vec<String> {
        let entries = self.config.get(list).and_then(Value::as_array).into_iter().flatten();
        entries.filter_map(|entry| entry.get(text)?.as_str().map(str::to_owned)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{CurrentProject, SignInMethods, is_provider_id};
    use crate::response::tests::any_json;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(config: &Value) -> CurrentProject {
        serde_json::from_value(json!({ "config": config, "id": "x", "display_name": null })).unwrap()
    }

    #[test]
    fn missing_or_invalid_settings_use_defaults() {
        let new = SignInMethods { known: true, ..SignInMethods::default() };
        assert_eq!(read(&json!({})).methods(), new);
        let strange = json!({
            "credential_enabled": null, "sign_up_enabled": "no", "magic_link_enabled": 1,
            "enabled_oauth_providers": {"google": {}}, "domains": null, "passkey_enabled": [],
        });
        assert_eq!(read(&strange).methods(), new);
        assert!(read(&strange).texts("domains", "domain").is_empty());

        let mixed = json!({
            "credential_enabled": false, "sign_up_enabled": false, "magic_link_enabled": true,
            "enabled_oauth_providers": [{"id": "google"}, {"id": "../x"}, {"type": "shared"}, "github", null, {"id": "x-2"}],
            "domains": [{"domain": "https://a.example", "handler_path": "/handler"}, {"domain": 7}, null],
        });
        let providers = vec!["google".to_owned(), "x-2".to_owned()];
        let expected = SignInMethods { password: false, sign_up: false, email_code: true, providers, ..new };
        assert_eq!(read(&mixed).methods(), expected);
        assert_eq!(read(&mixed).texts("domains", "domain"), ["https://a.example"]);
    }

    #[test]
    fn responses_without_config_are_errors() {
        for response in [json!({}), json!({"config": null}), json!({"config": []}), json!([]), json!("config")] {
            assert!(serde_json::from_value::<CurrentProject>(response.clone()).is_err(), "{response}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_settings_do_not_panic(
            fields in prop::collection::btree_map(
                "credential_enabled|sign_up_enabled|magic_link_enabled|enabled_oauth_providers|domains|[a-z]{1,4}",
                any_json(),
                0..4,
            ),
            ids in prop::collection::vec("[a-z0-9_-]{0,9}|\\PC{0,9}", 0..4),
        ) {
            let mut config: Value = fields.into_iter().collect();
            for name in ["credential_enabled", "sign_up_enabled", "magic_link_enabled"] {
                prop_assert_eq!(read(&config).flag(name, true), config[name] != false, "{} of {}", name, config);
            }
            prop_assert!(read(&config).methods().providers.iter().all(|id| is_provider_id(id)), "{config}");
            config["enabled_oauth_providers"] = ids.iter().map(|id| json!({ "id": id })).collect();
            let plain: Vec<_> = ids.into_iter().filter(|id| is_provider_id(id)).collect();
            prop_assert_eq!(read(&config).methods().providers, plain);
        }
    }
}
