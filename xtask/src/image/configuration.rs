//! The configuration of an image: user, variables, command and health check.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

#[derive(Clone, Default)]
pub struct Configuration {
    pub user: String,
    /// The variables, as `NAME=value`.
    pub variables: Vec<String>,
    pub command: Vec<String>,
    pub health_check: Vec<String>,
}

impl Configuration {
    /// Parses what an engine prints about an image. Podman keeps the health check outside the configuration.
    pub fn parse(image: &Value) -> Result<Self> {
        let config = image.get("Config").or_else(|| image.get("config")).context("the image has no configuration")?;
        let health_check = config.get("Healthcheck").or_else(|| image.get("Healthcheck"));
        let mut health_check = words(health_check.and_then(|check| check.get("Test")));
        if health_check.first().is_none_or(|kind| kind != "CMD") {
            bail!("the image has no HEALTHCHECK that runs without a shell: {health_check:?}");
        }
        health_check.remove(0);
        let user = config["User"].as_str().unwrap_or_default();
        // By number, since a host cannot resolve a name in the image.
        ensure!(user.parse::<u32>().is_ok_and(|user| user > 0), "the image runs as user {user:?}, and not as a number");
        Ok(Self {
            user: user.to_owned(),
            variables: words(config.get("Env")),
            command: words(config.get("Cmd")),
            health_check,
        })
    }
}

fn words(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::Configuration;
    use serde_json::json;

    #[test]
    fn description_of_each_engine_is_parsed() {
        let rest = |health: bool| {
            let check = json!({ "Test": ["CMD", "/app/server", "healthcheck"] });
            let mut config = json!({ "User": "10001", "Env": ["PORT=8080"], "Cmd": ["/app/server"] });
            if health {
                config["Healthcheck"] = check.clone();
            }
            (config, check)
        };
        let docker = json!({ "Config": rest(true).0 });
        let podman = json!({ "Config": rest(false).0, "Healthcheck": rest(false).1 });
        let buildah = json!({ "config": rest(true).0 });
        for image in [docker, podman, buildah] {
            let read = Configuration::parse(&image).unwrap();
            assert_eq!((&*read.user, &*read.variables), ("10001", &["PORT=8080".to_owned()][..]), "{image}");
            assert_eq!(read.command, ["/app/server"], "{image}");
            assert_eq!(read.health_check, ["/app/server", "healthcheck"], "{image}");
        }
    }

    #[test]
    fn root_and_user_names_are_refused() {
        for user in ["", "0", "root", "app", "10001:10001"] {
            let image = json!({ "Config": { "User": user, "Healthcheck": { "Test": ["CMD", "true"] } } });
            let error = Configuration::parse(&image).err().unwrap().to_string();
            assert!(error.contains(&format!("runs as user {user:?}")), "{error}");
        }
    }

    #[test]
    fn missing_health_check_is_refused() {
        for check in [json!(null), json!({ "Test": ["NONE"] }), json!({ "Test": ["CMD-SHELL", "true"] })] {
            let image = json!({ "Config": { "User": "10001", "Healthcheck": check } });
            let error = Configuration::parse(&image).err().unwrap().to_string();
            assert!(error.contains("no HEALTHCHECK"), "{error}");
        }
    }
}
