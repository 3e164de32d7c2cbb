//! The Dockerfile to build: the whole, or its last stage around an existing release.

use crate::folders::root;
use crate::text;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// The path that the last stage copies the release from.
const RELEASE: &str = "/app/target/deploy/release";

/// The name of the image.
const WHOLE: &str = "leptos-neon";

/// The name of the image that has only the last stage.
const LAST_STAGE: &str = "leptos-neon-last-stage";

pub struct Source {
    pub dockerfile: String,
    pub context: PathBuf,
    pub tag: &'static str,
}

impl Source {
    pub fn whole() -> Result<Self> {
        Ok(Self { dockerfile: read()?, context: root().to_owned(), tag: WHOLE })
    }

    pub fn last_stage(release: &Path) -> Result<Self> {
        let context = release.canonicalize().unwrap_or_else(|_| release.to_owned());
        for file in ["server", "hash.txt", "site"] {
            let found = context.join(file).exists();
            let release = release.display();
            ensure!(found, "{release} has no `{file}`\n    Fix: name a folder that `cargo xtask release` has made");
        }
        Ok(Self { dockerfile: last_stage(&read()?)?, context, tag: LAST_STAGE })
    }

    /// Returns the images that stages are based on and that are not stages themselves.
    pub fn base_images(&self) -> Vec<&str> {
        let beginnings = self.dockerfile.lines().filter_map(|line| line.strip_prefix("FROM "));
        let names = beginnings.filter_map(|line| line.split_whitespace().next());
        names.filter(|name| *name != "scratch").collect()
    }

    /// Returns the Debian version that the image is based on.
    pub fn suite(&self) -> Result<&str> {
        let last = self.base_images().pop().and_then(|name| name.strip_prefix("debian:"));
        Ok(last.context("the last stage of Dockerfile is not based on Debian")?.trim_end_matches("-slim"))
    }
}

fn read() -> Result<String> {
    text::read(root().join("Dockerfile")).context("Dockerfile is part of the project")
}

/// Returns the last stage after a stage that copies the release in place of compiling it.
fn last_stage(dockerfile: &str) -> Result<String> {
    let (_, last) = dockerfile.rsplit_once("\nFROM ").context("Dockerfile has no second stage")?;
    let copied = last.contains(&format!("COPY --from=build {RELEASE} "));
    ensure!(copied, "the last stage of Dockerfile does not copy {RELEASE} from the stage `build`");
    Ok(format!("FROM scratch AS build\nCOPY . {RELEASE}\n\nFROM {last}"))
}

#[cfg(test)]
mod tests {
    use super::{Source, last_stage, read};
    use std::fs;

    #[test]
    fn last_stage_is_cut_out() {
        let whole = read().unwrap();
        let alone = last_stage(&whole).unwrap();
        let (_, last) = alone.split_once("\n\n").unwrap();
        assert!(whole.ends_with(last), "{last}");
        assert!(last.starts_with("FROM debian:") && last.contains("\nUSER "), "{last}");
        assert!(!alone.contains("cargo"), "{alone}");
    }

    #[test]
    fn other_source_of_the_release_is_an_error() {
        let error = last_stage("FROM a AS build\nFROM b\nCOPY --from=build /elsewhere /app\n").unwrap_err().to_string();
        assert!(error.contains("does not copy /app/target/deploy/release"), "{error}");
        assert!(last_stage("FROM a\n").is_err());
    }

    #[test]
    fn base_images_are_listed() {
        let whole = Source::whole().unwrap();
        let names: Vec<_> = whole.base_images().iter().map(|name| name.split_once(':').unwrap().0).collect();
        assert_eq!(names, ["node", "rust", "debian"]);
        let scratch = tempfile::tempdir().unwrap();
        for file in ["server", "hash.txt", "site"] {
            fs::write(scratch.path().join(file), "").unwrap();
        }
        let last = Source::last_stage(scratch.path()).unwrap();
        assert_eq!(last.base_images(), whole.base_images()[2..]);
    }

    #[test]
    fn folder_without_a_release_is_an_error() {
        let scratch = tempfile::tempdir().unwrap();
        fs::write(scratch.path().join("server"), "").unwrap();
        let error = Source::last_stage(scratch.path()).err().unwrap().to_string();
        assert!(
            error.contains(&scratch.path().display().to_string()) && error.contains("has no `hash.txt`"),
            "{error}"
        );
    }
}
