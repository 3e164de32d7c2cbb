//! Every wrong or missing variable is named, with its fix and without its value.

use super::{variables, variables_with};
use crate::support::UNREACHABLE;
#[cfg(feature = "stack")]
use http_server::config::NeonAuthSettings;
use http_server::config::{Config, ConfigError, LogFormat, MigrationConfig, Mode};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;

pub fn read(variables: &BTreeMap<&'static str, String>) -> Result<Mode, ConfigError> {
    Mode::read(&|name| variables.get(name).map(OsString::from))
}

/// Returns these variables alone.
fn only(variables: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

pub fn with(changes: &[(&'static str, &str)]) -> Result<Box<Config>, ConfigError> {
    match read(&variables_with(changes))? {
        Mode::Complete(config) => Ok(config),
        Mode::Local(_) => panic!("the variables of a deployment are set"),
    }
}

pub fn named(error: &ConfigError) -> Vec<&'static str> {
    error.0.iter().map(|problem| problem.variable).collect()
}

#[test]
fn missing_or_empty_variable_is_named() {
    let of_neon_auth = UNREACHABLE.map(|(name, _)| name).into_iter().filter(|name| *name != "STACK_API_URL");
    for name in ["DATABASE_URL", "PUBLIC_ORIGIN", "SESSION_KEY"].into_iter().chain(of_neon_auth) {
        let mut without = variables();
        without.remove(name);
        assert_eq!(named(&read(&without).unwrap_err()), [name]);
        let error = with(&[(name, "  ")]).unwrap_err();
        assert_eq!(named(&error), [name]);
        assert!(error.to_string().contains(&format!("{name} is missing: set it to ")), "{error}");
    }
}

#[test]
fn wrong_variable_is_named_without_its_value() {
    for (name, value) in [
        ("DATABASE_URL", "mysql://web:hunter2@localhost/app"),
        ("DATABASE_URL", "hunter2"),
        ("PUBLIC_ORIGIN", "http://hunter2.example.com"),
        ("PUBLIC_ORIGIN", "https://hunter2.example.com/path"),
        ("SESSION_KEY", "hunter2"),
        ("SESSION_KEY", "aHVudGVyMg=="),
        ("SESSION_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("SESSION_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        #[cfg(feature = "stack")]
        ("STACK_API_URL", "http://hunter2.example.com"),
        #[cfg(feature = "managed")]
        ("NEON_AUTH_BASE_URL", "https://hunter2.neonauth.example.com"),
        ("LEPTOS_SITE_ADDR", "hunter2"),
        ("LEPTOS_HASH_FILES", "hunter2"),
        ("LEPTOS_RELOAD_PORT", "70000"),
        ("PORT", "0"),
        ("LOG_FORMAT", "hunter2"),
        ("RUST_LOG", "server=hunter2"),
        ("DATABASE_CONNECTIONS", "0"),
        ("SESSION_DATABASE_CONNECTIONS", "-1"),
        ("DATABASE_ACQUIRE_SECONDS", "hunter2"),
        ("DATABASE_STATEMENT_CACHE", "1.5"),
        ("BODY_LIMIT_BYTES", "1"),
        ("REQUEST_SECONDS", "0"),
        ("TRUSTED_PROXY", "hunter2"),
        ("TRUSTED_PROXY", "0.0.0.0/0"),
        ("RATE_SIGN_IN", "hunter2"),
        ("RATE_CODE", "3"),
        ("RATE_ACCOUNT", "0/10"),
        ("RATE_OTHER", "30/0"),
        ("RATE_FORM", "10"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "hunter2"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://hunter2"),
        ("OTEL_SDK_DISABLED", "hunter2"),
        ("TRUSTED_TRACEPARENT", "hunter2"),
        // Without a proxy, this would trust clients.
        ("TRUSTED_TRACEPARENT", "true"),
        ("METRICS_TOKEN", "hunter2"),
        ("METRICS_TOKEN", "hunter2hunter2hunter2"),
        ("SHUTDOWN_SECONDS", "hunter2"),
        ("SHUTDOWN_NOTICE_SECONDS", "hunter2"),
    ] {
        let error = with(&[(name, value)]).expect_err(name);
        assert_eq!(named(&error), [name], "{value}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let error = with(&[("PORT", "x"), ("SESSION_KEY", "x"), ("PUBLIC_ORIGIN", "x"), ("LOG_FORMAT", "x")]).unwrap_err();
    let mut names = named(&error);
    names.sort_unstable();
    assert_eq!(names, ["LOG_FORMAT", "PORT", "PUBLIC_ORIGIN", "SESSION_KEY"]);
    assert_eq!(error.to_string().lines().count(), 5, "{error}");
}

#[test]
fn bytes_that_are_not_text_are_a_problem_and_no_panic() {
    use std::os::unix::ffi::OsStringExt;
    let error = Mode::read(&|name| {
        if name == "SESSION_KEY" {
            Some(OsString::from_vec(vec![0xff]))
        } else {
            variables().get(name).map(OsString::from)
        }
    });
    assert_eq!(named(&error.unwrap_err()), ["SESSION_KEY"]);
}

#[cfg(feature = "stack")]
#[test]
fn variable_names_of_neons_console_are_understood() {
    let mut variables = variables();
    for (ours, theirs) in [
        ("STACK_PROJECT_ID", "NEXT_PUBLIC_STACK_PROJECT_ID"),
        ("STACK_PUBLISHABLE_CLIENT_KEY", "NEXT_PUBLIC_STACK_PUBLISHABLE_CLIENT_KEY"),
    ] {
        let value = variables.remove(ours).unwrap();
        variables.insert(theirs, value);
    }
    let Ok(Mode::Complete(config)) = read(&variables) else { panic!("complete") };
    match config.neon_auth {
        NeonAuthSettings::Stack(stack) => assert_eq!(stack.project_id, "3f0c8d1e-0000-4000-8000-000000000000"),
        #[cfg(feature = "managed")]
        NeonAuthSettings::Managed(_) => panic!("the generation of those variables"),
    }
}

#[test]
fn local_mode_starts_only_without_variables_of_a_deployment() {
    let Ok(Mode::Local(mode)) = read(&BTreeMap::new()) else { panic!("local") };
    assert_eq!(mode.public_origin.as_str(), "http://localhost:3000");
    let here = [("LEPTOS_SITE_ADDR", "127.0.0.1:4000"), ("LOG_FORMAT", "json")];
    let Ok(Mode::Local(mode)) = read(&only(&here)) else { panic!("local") };
    assert_eq!(mode.public_origin.as_str(), "http://localhost:4000");
    assert_eq!(mode.common.log.format, LogFormat::Json);

    for name in ["DATABASE_URL", "DATABASE_OWNER_URL", "NEON_AUTH_BASE_URL", "STACK_PROJECT_ID", "STACK_API_URL"] {
        let error = read(&only(&[(name, "https://example.com")])).expect_err(name);
        assert!(named(&error).contains(&"SESSION_KEY"), "{error}");
    }
    let elsewhere = only(&[("PUBLIC_ORIGIN", "https://app.example.com")]);
    assert_eq!(named(&read(&elsewhere).unwrap_err()), ["PUBLIC_ORIGIN"]);
}

#[test]
fn codespace_forwards_the_port_of_local_mode() {
    let mode = |changes: &[(&'static str, &str)]| {
        let codespace = [("CODESPACE_NAME", "fluffy"), ("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "app.github.dev")];
        match read(&only(&[&codespace[..], changes].concat()))? {
            Mode::Local(mode) => Ok((mode.public_origin.as_str().to_owned(), mode.codespace.is_some())),
            Mode::Complete(_) => panic!("nothing of a deployment is set"),
        }
    };
    let origin = |port: u16| format!("https://fluffy-{port}.app.github.dev");
    assert_eq!(mode(&[]), Ok((origin(3000), true)));
    assert_eq!(mode(&[("LEPTOS_SITE_ADDR", "127.0.0.1:4000")]), Ok((origin(4000), true)));
    assert_eq!(mode(&[("PUBLIC_ORIGIN", &origin(3000))]), Ok((origin(3000), true)));
    // An editor on the developer's own machine forwards to it.
    let own = "http://localhost:3000";
    assert_eq!(mode(&[("PUBLIC_ORIGIN", own)]), Ok((own.to_owned(), false)));
    for other in [origin(4000), origin(3000).replace("https", "http"), "https://other-3000.app.github.dev".to_owned()] {
        assert_eq!(named(&mode(&[("PUBLIC_ORIGIN", &other)]).unwrap_err()), ["PUBLIC_ORIGIN"], "{other}");
    }
}

#[test]
fn address_comes_from_cargo_leptos_or_from_the_platform() {
    let address = |changes: &[_]| with(changes).unwrap().common.leptos.address();
    let any = |text: &str| text.parse::<SocketAddr>().unwrap();
    assert_eq!(address(&[]), any("127.0.0.1:3000"));
    assert_eq!(address(&[("PORT", "8080")]), any("0.0.0.0:8080"));
    assert_eq!(address(&[("PORT", "8080"), ("LEPTOS_SITE_ADDR", "[::]:9000")]), any("[::]:9000"));
}

/// Checks that local mode listens on this machine only by default, since its passwords are public.
#[test]
fn local_mode_listens_on_this_machine_unless_an_address_is_set() {
    let address = |changes: &[(&'static str, &str)]| {
        let Ok(Mode::Local(mode)) = read(&only(changes)) else { panic!("local: {changes:?}") };
        (mode.common.leptos.address().to_string(), mode.public_origin.as_str().to_owned())
    };
    let told = |address: &str, origin: &str| (address.to_owned(), origin.to_owned());
    assert_eq!(address(&[("PORT", "8099")]), told("127.0.0.1:8099", "http://localhost:8099"));
    let opened = [("PORT", "8099"), ("LEPTOS_SITE_ADDR", "0.0.0.0:9000")];
    assert_eq!(address(&opened), told("0.0.0.0:9000", "http://localhost:9000"));
}

proptest! {
    #[test]
    fn random_value_neither_panics_nor_is_repeated(value in "\\PC{0,40}", name in prop::sample::select(variables().into_keys().collect::<Vec<_>>())) {
        let marked = format!("hunter2{value}");
        if let Err(error) = with(&[(name, &marked)]) {
            prop_assert!(named(&error).contains(&name), "{error}");
            prop_assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}

#[test]
fn secrets_are_not_printed() {
    let config = with(&[]).unwrap();
    let printed = format!("{config:?}");
    for secret in ["web:secret", "ssk_test", super::SESSION_KEY] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn migration_needs_only_the_owner() {
    let read = |variables: &[(&'static str, &str)]| {
        let variables = only(variables);
        MigrationConfig::read(&|name| variables.get(name).map(OsString::from))
    };
    use secrecy::ExposeSecret;
    let owner = ("DATABASE_OWNER_URL", "postgresql://owner:o@localhost/app");
    assert!(read(&[owner]).unwrap().web_password.is_none());
    let both = read(&[owner, ("DATABASE_URL", "postgresql://web:a%2Fb%20c@localhost/app")]).unwrap();
    assert_eq!(both.web_password.unwrap().expose_secret(), "a/b c");
    for (variables, name) in [
        (vec![], "DATABASE_OWNER_URL"),
        (vec![("DATABASE_OWNER_URL", "x")], "DATABASE_OWNER_URL"),
        (vec![owner, ("DATABASE_URL", "x")], "DATABASE_URL"),
        (vec![owner, ("DATABASE_STATEMENT_SECONDS", "0")], "DATABASE_STATEMENT_SECONDS"),
        (vec![owner, ("DATABASE_IDLE_TRANSACTION_SECONDS", "x")], "DATABASE_IDLE_TRANSACTION_SECONDS"),
        (vec![owner, ("DATABASE_URL", "postgresql://owner:o@localhost/app")], "DATABASE_URL"),
    ] {
        let Err(error) = read(&variables) else { panic!("{variables:?}") };
        assert_eq!(named(&error), [name]);
    }
}
