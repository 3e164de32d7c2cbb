//! The base images of the Dockerfile, made from packages of Debian and npm and from this machine's Rust toolchain,
//! under their real names, so that the Dockerfile can be built where no image registry is reachable.
//! Only for smoke tests: an image that is shipped must be built on the real ones.

use super::dockerfile::Source;
use super::host::{Host, SETTINGS, TOOLCHAIN};
use super::storage::Storage;
use crate::command::Step;
use crate::tools::npm_install;
use anyhow::{Context, Result, bail};
use std::fs;
use std::os::unix::fs::symlink;

pub fn make(storage: &Storage, source: &Source, host: &Host) -> Result<()> {
    // Later ones first, since the others are based on them.
    let names = source.base_images();
    for name in names.iter().rev() {
        match name.split_once(':') {
            Some(("debian", _)) => debian(storage, name, source.suite()?, host)?,
            Some(("rust", _)) => rust(storage, name, names.last().copied().unwrap_or_default(), host)?,
            Some(("node", version)) => node(storage, name, version, host)?,
            _ => bail!("Dockerfile begins with {name}, which cannot be made here\n    Fix: start Docker or Podman"),
        }
    }
    Ok(())
}

fn debian(storage: &Storage, name: &str, suite: &str, host: &Host) -> Result<()> {
    let context = storage.folder("debian")?;
    // Replaces this machine's package sources by Debian's; while building, its own are mounted over them.
    let official = format!(
        "cd $1/etc && rm apt/sources.list.d/* && echo deb http://deb.debian.org/debian {suite} main > apt/sources.list \
         && : > hostname && : > resolv.conf"
    );
    let step = Step::new(format!("Install the base of Debian {suite}"), "mmdebstrap")
        .args(["--variant=apt", "--mode=root", "--quiet"])
        // Like the real image: without manuals and caches.
        .args(["man", "doc", "locale", "info"].map(|what| format!("--dpkgopt=path-exclude=/usr/share/{what}/*")))
        .args(["pkgcache", "srcpkgcache"].map(|what| format!("--aptopt=Dir::Cache::{what} \"\"")))
        .arg("--dpkgopt=force-unsafe-io")
        .args([format!("--customize-hook={official}")])
        .arg(suite)
        .args([&context.join("base.tar"), &host.sources]);
    host.with_proxy(step).run()?;
    storage.build_image(name, "FROM scratch\nADD base.tar /\nCMD [\"bash\"]\n", &context, host)?;
    fs::remove_dir_all(context).context("target is not writable")
}

/// Makes the image of Rust. The toolchain is mounted, since a copy of it would be the largest part.
fn rust(storage: &Storage, name: &str, debian: &str, host: &Host) -> Result<()> {
    let certificates = format!("{SETTINGS}/ca-certificates.crt");
    let dockerfile = format!(
        "FROM {debian}\n\
         RUN apt-get update && apt-get install -y --no-install-recommends build-essential ca-certificates\n\
         RUN mkdir /usr/local/cargo && cd /usr/local/cargo && ln -s {SETTINGS}/config.toml {SETTINGS}/credentials.toml .\n\
         ENV PATH={TOOLCHAIN}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
         ENV CARGO_HOME=/usr/local/cargo NPM_CONFIG_USERCONFIG={SETTINGS}/npmrc\n\
         ENV SSL_CERT_FILE={certificates} CARGO_HTTP_CAINFO={certificates} NODE_EXTRA_CA_CERTS={certificates}\n"
    );
    storage.build_image(name, &dockerfile, &storage.folder("rust")?, host)
}

/// Makes the image of Node.js, which npm provides as a package, like npm itself.
fn node(storage: &Storage, name: &str, version: &str, host: &Host) -> Result<()> {
    let context = storage.folder("node")?;
    let major = version.split(['-', '.']).next().unwrap_or_default();
    let platform = match std::env::consts::ARCH {
        "x86_64" => "linux-x64",
        "aarch64" => "linux-arm64",
        other => bail!("npm has no Node.js for {other}\n    Fix: start Docker or Podman"),
    };
    let library = context.join("lib");
    fs::create_dir_all(&library)?;
    let packages = [format!("node-{platform}@{major}"), "npm@10".to_owned()];
    npm_install(format!("Install Node.js {major} from npm"), &library, &packages).run()?;
    fs::create_dir_all(context.join("bin"))?;
    symlink(format!("../lib/node_modules/node-{platform}/bin/node"), context.join("bin/node"))?;
    for script in ["npm", "npx"] {
        symlink(format!("../lib/node_modules/npm/bin/{script}-cli.js"), context.join("bin").join(script))?;
    }
    storage.build_image(name, "FROM scratch\nCOPY . /usr/local\n", &context, host)
}
