//! How a build reaches the registries of packages as this machine does: its mirrors, proxies, certificates and logins.
//! It must not put any of that into an image: everything is mounted, where every Debian image has a file or an empty folder.

use crate::command::Step;
use crate::machine_report::cargo_settings;
use anyhow::{Context, Result, bail};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where the build sees `Host::settings`, and Rust's toolchain.
pub const SETTINGS: &str = "/mnt";
pub const TOOLCHAIN: &str = "/srv";

pub struct Host {
    /// Debian's archives, as in `/etc/apt/sources.list`.
    pub sources: PathBuf,
    /// The certificates that this machine trusts, and the settings of cargo and npm.
    settings: PathBuf,
    toolchain: PathBuf,
    proxy: String,
}

impl Host {
    /// Keeps copies in `folder`. `suite` is the version of Debian, such as `bookworm`.
    pub fn new(folder: &Path, suite: &str) -> Result<Self> {
        let (settings, sources) = (folder.join("settings"), folder.join("sources.list"));
        // Some of them may be secret.
        fs::DirBuilder::new().mode(0o700).create(&settings).context("target is not writable")?;
        for (name, file) in files() {
            if file.is_file() {
                fs::copy(&file, settings.join(name)).with_context(|| format!("{} cannot be read", file.display()))?;
            }
        }
        let format = "deb $(SITE) $(RELEASE) $(COMPONENT)";
        let targets = ["indextargets", "--format", format, "Created-By: Packages"];
        let lines = of_suite(&Step::new("", "apt-get").args(targets).output()?, suite)?;
        fs::write(&sources, lines).context("target is not writable")?;
        let proxy = Step::new("", "apt-config").args(["dump", "--format", "%v", "Acquire::http::Proxy"]).output()?;
        let toolchain = Step::new("", "rustc").args(["--print", "sysroot"]).output()?.trim().into();
        Ok(Self { sources, settings, toolchain, proxy })
    }

    /// Lets every instruction of a build, and Debian's tools, use them.
    pub fn reachable_from(&self, step: Step) -> Step {
        let mount = |from: &Path, to: &str| format!("--volume={}:{to}:ro", from.display());
        let sources = mount(&self.sources, "/etc/apt/sources.list");
        self.through_proxy(step).args([sources, mount(&self.settings, SETTINGS), mount(&self.toolchain, TOOLCHAIN)])
    }

    /// Buildah hands the variable on to what it runs, and keeps it out of the image.
    pub fn through_proxy(&self, step: Step) -> Step {
        if self.proxy.is_empty() { step } else { step.env("http_proxy", &self.proxy) }
    }
}

/// The names that they get, and where this machine has them, if it has.
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

/// Leaves out what is not Debian's: its keys are not in the image.
fn of_suite(sources: &str, suite: &str) -> Result<String> {
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
    use super::of_suite;

    #[test]
    fn only_the_archives_of_the_suite_are_used() {
        let ours = "deb http://deb.debian.org/debian bookworm main\n\
                    deb http://deb.debian.org/debian bookworm-updates main\n\
                    deb http://deb.debian.org/debian-security bookworm-security main\n";
        let others = "deb https://deb.nodesource.com/node_22.x nodistro main\n\
                      deb http://deb.debian.org/debian bookworm-backports main\n\
                      deb https://apt.postgresql.org/pub/repos/apt bookworm-pgdg main\n";
        assert_eq!(of_suite(&format!("{others}{ours}"), "bookworm").unwrap(), ours);
        let said = of_suite(others, "bookworm").unwrap_err().to_string();
        assert!(said.contains("no source of Debian bookworm") && said.contains("Fix: "), "{said}");
    }
}
