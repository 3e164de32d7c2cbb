//! What a project has of its own: its name, readme, changelog, licence, version and origin.

use super::dependencies::manifests;
use super::project::{Edit, Project};
use super::settings::Settings;
use super::template;
use crate::generation::Generation;
use anyhow::{Context, Result};

const README: &str = include_str!("files/README.md");
const CHANGELOG: &str = include_str!("files/CHANGELOG.md");

const VERSION: &str = "0.1.0";

/// Gives the project what is its own. `commit` is that of the template which it is made of.
pub fn give(settings: &Settings, commit: Option<&str>, project: &mut Project) -> Result<()> {
    let notice = project.text("LICENSE")?.to_owned();
    project.write("README.md", README.replace("{neon_auth}", neon_auth(settings.neon_auth)));
    let origin = match commit {
        Some(commit) => format!("version {}, commit {commit}", version(project)?),
        None => format!("version {}", version(project)?),
    };
    project.write("CHANGELOG.md", CHANGELOG.replace("{origin}", &origin));
    project.rename(template::NAME, settings.name.as_str());
    reset_version(project)?;
    licence(settings, notice, project)?;
    if let Some(host) = &settings.host {
        let usual = format!("{}.fly.dev", settings.name);
        let text = project.text("fly.toml")?.replace(&usual, host);
        project.write("fly.toml", text);
        let text = project.text("deploy/Caddyfile")?.replace("app.example.com", host);
        project.write("deploy/Caddyfile", text);
    }
    Ok(())
}

/// Returns what the readme calls the Neon Auth of the project.
fn neon_auth(generation: Generation) -> &'static str {
    match generation {
        Generation::Managed => "Managed Neon Auth",
        Generation::Stack => "Neon Auth of the Stack generation",
    }
}

/// Returns the version that the packages have together.
fn version(project: &Project) -> Result<String> {
    let line = project.text("Cargo.toml")?.lines().find_map(|line| line.strip_prefix("version = \""));
    Ok(line.context("init cannot find `version` in Cargo.toml")?.trim_end_matches('"').to_owned())
}

/// Lets the packages of the workspace begin with the first version. They ask for each other's by number.
fn reset_version(project: &mut Project) -> Result<()> {
    let (before, after) = (version(project)?, VERSION);
    let lines = project.text("Cargo.toml")?.lines().map(|line| {
        let is_own = line.starts_with("version = ") || line.contains("path = \"crates/");
        if is_own { line.replace(&format!("\"{before}\""), &format!("\"{after}\"")) } else { line.to_owned() }
    });
    let text = lines.map(|line| line + "\n").collect::<String>();
    project.write("Cargo.toml", text);
    Ok(())
}

/// Puts the project under the licence of its holder, or under none. The notice of the template stays either way, since
/// its licence asks for it.
fn licence(settings: &Settings, notice: String, project: &mut Project) -> Result<()> {
    let readme = project.text("README.md")?.to_owned();
    if let Some(holder) = &settings.holder {
        let (title, copyright) = notice.split_once("\n\n").context("init cannot find a title in LICENSE")?;
        project.write("LICENSE", format!("{title}\n\nCopyright (c) {holder}\n{copyright}"));
        project.write("README.md", format!("{readme}\n## Licence\n\n[MIT](LICENSE)\n"));
        return Ok(());
    }
    project.remove("LICENSE")?;
    project.edit("Dockerfile", &Edit::Replace(" \\\n      org.opencontainers.image.licenses=\"MIT\"", ""))?;
    project.write("NOTICE", format!("This project is made of a starter, which is under this licence:\n\n{notice}"));
    // The packages in `crates` are the template's.
    let own: Vec<_> = manifests(project).filter(|file| !file.starts_with("crates/")).map(str::to_owned).collect();
    own.iter().try_for_each(|file| project.edit(file, &Edit::Lines("license.workspace = true")))
}

#[cfg(test)]
mod tests {
    use super::{give, version};
    use crate::init::tests::{settings, template};

    #[test]
    fn the_licence_is_the_holders_or_none_and_the_notice_stays() {
        let notice = "Copyright (c) 2026 The leptos-neon authors";
        let mut mit = template();
        let mut settings = settings();
        settings.holder = Some("Ada Lovelace".to_owned());
        give(&settings, None, &mut mit).unwrap();
        let licence = mit.text("LICENSE").unwrap();
        assert!(licence.starts_with(&format!("MIT License\n\nCopyright (c) Ada Lovelace\n{notice}\n\n")), "{licence}");
        assert!(mit.text("app/Cargo.toml").unwrap().contains("license") && mit.get("NOTICE").is_none());

        let mut none = template();
        settings.holder = None;
        give(&settings, None, &mut none).unwrap();
        assert!(none.get("LICENSE").is_none() && none.text("NOTICE").unwrap().contains(notice));
        assert!(!none.text("app/Cargo.toml").unwrap().contains("license"));
        assert!(!none.text("Dockerfile").unwrap().contains("licenses"));
        assert!(none.text("crates/rls/Cargo.toml").unwrap().contains("license"));
        assert!(!none.text("README.md").unwrap().contains("icence"));
    }

    #[test]
    fn versions_begin_anew_together() {
        let mut project = template();
        let text = project.text("Cargo.toml").unwrap().replace("version = \"0.1.0\"", "version = \"7.8.9\"");
        project.write("Cargo.toml", text);
        give(&settings(), Some("abc1234"), &mut project).unwrap();
        assert_eq!(version(&project).unwrap(), "0.1.0");
        assert!(!project.text("Cargo.toml").unwrap().contains("7.8.9"));
        assert!(project.text("CHANGELOG.md").unwrap().contains("version 7.8.9, commit abc1234"));
    }

    #[test]
    fn a_public_origin_is_where_deployments_want_it() {
        let mut project = template();
        let mut settings = settings();
        give(&settings, None, &mut project).unwrap();
        assert!(project.text("fly.toml").unwrap().contains("PUBLIC_ORIGIN = \"https://demo.fly.dev\""));
        let mut project = template();
        settings.host = Some("demo.example.com".to_owned());
        give(&settings, None, &mut project).unwrap();
        assert!(project.text("fly.toml").unwrap().contains("PUBLIC_ORIGIN = \"https://demo.example.com\""));
        assert!(project.text("deploy/Caddyfile").unwrap().contains("\ndemo.example.com {"));
    }
}
