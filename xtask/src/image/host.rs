//! Access to package registries from inside a build, with this machine's mirrors, proxies, certificates and logins.
//! None of that may get into an image: everything is mounted, over what is a file or an empty folder in every Debian
//! image.

use crate::command::Step;
use crate::machine_report::cargo_settings;
use anyhow::{Context, Result, bail};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The mount points of `Host::settings` and of Rust's toolchain.
pub const SETTINGS: &str = "/mnt";
pub const TOOLCHAIN: &str = "/srv";

pub struct Host {
    /// The package sources of Debian, in the format of `/etc/apt/sources.list`.
    pub sources: PathBuf,
    /// The folder with the trusted certificates of this machine, and the settings of cargo and npm.
    settings: PathBuf,
    toolchain: PathBuf,
    proxy: String,
}

impl Host {
    /// Copies the settings of this machine into `folder`. `suite` is the version of Debian, such as `bookworm`.
    pub fn new(folder: &Path, suite: &str) -> Result<Self> {
        let (settings, sources) = (folder.join("settings"), folder.join("sources.list"));
        // Some of the settings may be secret.
        fs::DirBuilder::new().mode(0o700).create(&settings).context("target is not writable")?;
        for (name, file) in files() {
            if file.is_file() {
                fs::copy(&file, settings.join(name)).with_context(|| format!("{} cannot be read", file.display()))?;
            }
        }
        let format = "deb $(SITE) $(RELEASE) $(COMPONENT)";
        let targets = ["indextargets", "--format", format, "Created-By: Packages"];
        let lines = sources_of(&Step::new("", "apt-get").args(targets).output()?, suite)?;
        fs::write(&sources, lines).context("target is not writable")?;
        let proxy = Step::new("", "apt-config").args(["dump", "--format", "%v", "Acquire::http::Proxy"]).output()?;
        let toolchain = Step::new("", "rustc").args(["--print", "sysroot"]).output()?.trim().into();
        Ok(Self { sources, settings, toolchain, proxy })
    }

    /// Mounts the settings for every instruction of a build.
    pub fn with_host_settings(&self, step: Step) -> Step {
        let mount = |from: &Path, to: &str| format!("--volume={}:{to}:ro", from.display());
        let sources = mount(&self.sources, "/etc/apt/sources.list");
        self.with_proxy(step).args([sources, mount(&self.settings, SETTINGS), mount(&self.toolchain, TOOLCHAIN)])
    }

    /// Sets the proxy. Buildah passes the variable to what it runs, and keeps it out of the image.
    pub fn with_proxy(&self, step: Step) -> Step {
        if self.proxy.is_empty() { step } else { step.env("http_proxy", &self.proxy) }
    }
}

/// Returns the names of the settings, and the paths where this machine may have them.
fn files() -> [(&'static str, PathBuf); 4] {
    let named = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = env::home_dir().unwrap_or_default();
    let cargo = cargo_settings::home();
    let certificates = named("SSL_CERT_FILE").unwrap_or_else(|| "/etc/ssl/certs/ca-certificates.crt".into());
    [
        ("ca-certificates.crt", certificates),
        ("config.toml", cargo.join("config.toml")),
        ("credentials.toml", cargo.join("credentials.toml")),
        ("npmrc", named("NPM_CONFIG_USERCONFIG").unwrap_or_else(|| home.join(".npmrc"))),
    ]
}

/// Keeps the package sources of Debian itself, for which the image has keys.
fn sources_of(sources: &str, suite: &str) -> Result<String> {
    let ours = |line: &&str| {
        let release = line.split(' ').nth(2).unwrap_or_default();
        release.strip_prefix(suite).is_some_and(|rest| ["", "-updates", "-security"].contains(&rest))
    };
    let lines: Vec<&str> = sources.lines().filter(ours).collect();
    if lines.is_empty() {
        bail!(
            "apt has no source of Debian {suite} here\n    Fix: run this on Debian {suite}, or start Docker or Podman"
        );
    }
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::sources_of;

    #[test]
    fn sources_of_other_suites_are_left_out() {
        let ours = "deb http://deb.debian.org/debian bookworm main\n\
                    deb http://deb.debian.org/debian bookworm-updates main\n\
                    deb http://deb.debian.org/debian-security bookworm-security main\n";
        let others = "deb https://deb.nodesource.com/node_22.x nodistro main\n\
                      deb http://deb.debian.org/debian bookworm-backports main\n\
                      deb https://apt.postgresql.org/pub/repos/apt bookworm-pgdg main\n";
        assert_eq!(sources_of(&format!("{others}{ours}"), "bookworm").unwrap(), ours);
        let error = sources_of(others, "bookworm").unwrap_err().to_string();
        assert!(error.contains("no source of Debian bookworm") && error.contains("Fix: "), "{error}");
    }
}
