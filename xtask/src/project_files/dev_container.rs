//! Tests that the development container fits the project: the same Debian and Node.js as the image, the ports of the
//! app, and the Debian packages that tests need. No container is started.

use super::{file, json};
use crate::machine::{CHROMIUM, PGBOUNCER, POSTGRESQL};
use serde_json::Value;

fn container() -> Value {
    json(".devcontainer/devcontainer.json")
}

/// Returns the base image of the Dockerfile with this name, such as `node:22-bookworm-slim` for `node`.
fn image(name: &str) -> String {
    let dockerfile = file("Dockerfile");
    let images = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next());
    let mut images = images.filter(|image| image.split(':').next() == Some(name));
    images.next().unwrap_or_else(|| panic!("no stage from {name}")).to_owned()
}

#[test]
fn base_image_has_the_debian_and_node_of_the_dockerfile() {
    let (container, rust, node) = (container(), image("rust"), image("node"));
    let toolchain: toml::Table = file("rust-toolchain.toml").parse().unwrap();
    let (version, debian) = rust.strip_prefix("rust:").unwrap().split_once('-').unwrap();
    assert_eq!(toolchain["toolchain"]["channel"].as_str(), Some(version), "the Dockerfile's");
    let ours = container["image"].as_str().unwrap();
    // Its rustup installs the version in rust-toolchain.toml.
    assert!(
        ours.starts_with("mcr.microsoft.com/devcontainers/rust:") && ours.ends_with(&format!("-{debian}")),
        "{ours}"
    );
    let version = container["features"]["ghcr.io/devcontainers/features/node:1"]["version"].as_str().unwrap();
    assert!(node.starts_with(&format!("node:{version}-{debian}")), "{node}");
}

#[test]
fn ports_of_the_app_are_forwarded() {
    let (container, manifest): (_, toml::Table) = (container(), file("Cargo.toml").parse().unwrap());
    let leptos = &manifest["workspace"]["metadata"]["leptos"][0];
    let site = leptos["site-addr"].as_str().unwrap().split_once(':').unwrap().1;
    let ports = [site.parse().unwrap(), leptos["reload-port"].as_integer().unwrap()];
    assert_eq!(container["forwardPorts"], Value::from(ports.to_vec()));
    for port in ports {
        assert!(container["portsAttributes"][port.to_string()]["label"].is_string(), "{port}");
    }
}

#[test]
fn debian_packages_of_the_tests_are_installed() {
    let container = container();
    let create = container["onCreateCommand"].as_str().unwrap();
    let (installed, rest) = create.split_once("--no-install-recommends ").unwrap().1.split_once(" && ").unwrap();
    assert_eq!(rest, "cargo xtask setup");
    let wanted = [POSTGRESQL, PGBOUNCER, CHROMIUM].concat();
    assert_eq!(installed.split(' ').collect::<Vec<_>>(), wanted);
    assert_eq!(container["postAttachCommand"]["app"], "cargo xtask dev");
}
