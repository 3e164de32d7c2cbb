//! Tests of the whole plan on the project as it is: every edit fits, and what is left hangs together.

use super::name::AppName;
use super::plan;
use super::project::Project;
use super::sample::Sample;
use super::settings::Settings;
use super::template::NAME;
use crate::files;
use crate::folders::root;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

const COMBINATIONS: [&[Sample]; 4] = [&[], &[Sample::Todos], &[Sample::Posts], &[Sample::Todos, Sample::Posts]];

pub fn template() -> Project {
    Project::read(root(), files::list().unwrap()).unwrap()
}

pub fn settings() -> Settings {
    let name = AppName::parse("demo", "").unwrap();
    Settings { name, without: vec![], holder: None, host: None, commit: false }
}

fn planned(without: &[Sample]) -> Project {
    let settings = Settings { without: without.to_vec(), ..settings() };
    plan(&template(), &settings, None).unwrap_or_else(|error| panic!("without {without:?}: {error:#}"))
}

#[test]
fn every_combination_can_be_made_and_names_the_template_once() {
    for without in COMBINATIONS {
        let project = planned(without);
        let lines = project.texts().flat_map(|(file, text)| text.lines().map(move |line| (file, line)));
        let naming: Vec<_> = lines.filter(|(_, line)| line.to_lowercase().contains(NAME)).collect();
        assert_eq!(naming, [("NOTICE", "Copyright (c) 2026 The leptos-neon authors")], "without {without:?}");
        assert!(project.files().all(|(file, _)| !file.contains(NAME)), "without {without:?}");
        let name = project.text("app/src/lib.rs").unwrap();
        assert!(name.contains("pub const NAME: &str = \"demo\";"), "{name}");
    }
}

#[test]
fn what_comes_as_a_whole_from_later_versions_is_not_changed() {
    let (template, project) = (template(), planned(COMBINATIONS[3]));
    let comes = |file: &str| file.starts_with("crates/") || file.starts_with("migrations/0");
    for (file, content) in template.files().filter(|(file, _)| comes(file)) {
        assert_eq!(project.get(file), Some(content), "{file}");
    }
    let own = |project: &Project| project.files().filter(|(file, _)| file.starts_with("migrations/1")).count();
    assert_eq!((own(&template), own(&project)), (2, 0), "the sample's migrations are no part of it");
}

#[test]
fn what_is_left_refers_to_nothing_that_is_gone() {
    let template = template();
    let files: Vec<_> = template.files().map(|(file, _)| file.to_owned()).collect();
    for without in COMBINATIONS {
        let project = planned(without);
        let gone: Vec<_> = files.iter().filter(|file| project.get(file).is_none()).collect();
        for (file, text) in project.texts().filter(|(file, _)| *file != "docs/performance.md") {
            for gone in gone.iter().filter(|gone| gone.contains('/')) {
                assert!(!text.contains(gone.as_str()), "without {without:?}: {file} names {gone}");
            }
            for link in links(file, text) {
                let is_there = project.files().any(|(file, _)| Path::new(file).starts_with(&link));
                assert!(is_there, "without {without:?}: {file} links to {}", link.display());
            }
        }
    }
}

/// Returns the files that a document links to.
fn links(file: &str, text: &str) -> Vec<PathBuf> {
    let folder = Path::new(file).parent().unwrap();
    let of_documents = text.split("](").skip(1).filter(|_| file.ends_with(".md"));
    let targets = of_documents.filter_map(|rest| rest.split([')', '#']).next());
    let local = targets.filter(|target| !target.is_empty() && !target.contains(':'));
    local.map(|target| normal(&folder.join(target))).collect()
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir { _ = normal.pop() } else { normal.push(part) }
    }
    normal
}

#[test]
fn sources_are_formatted_whatever_the_length_of_the_name() {
    let template = template();
    for name in ["a".to_owned(), "a".repeat(40)] {
        for without in COMBINATIONS {
            let name = AppName::parse(&name, "").unwrap();
            let settings = Settings { name, without: without.to_vec(), ..settings() };
            let project = plan(&template, &settings, None).unwrap();
            for (file, text) in project.texts().filter(|(file, _)| file.ends_with(".rs")) {
                if template.get(file) != Some(text.as_bytes()) {
                    assert_eq!(formatted(text), text, "without {without:?}: {file}");
                }
            }
        }
    }
}

fn formatted(text: &str) -> String {
    let arguments = ["--edition", "2024", "--config-path", root().to_str().unwrap()];
    let mut child =
        Command::new("rustfmt").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn manifests_and_data_can_be_read_and_drop_what_nothing_uses() {
    for without in COMBINATIONS {
        let project = planned(without);
        for (file, text) in project.texts() {
            match Path::new(file).extension().and_then(|extension| extension.to_str()) {
                Some("toml") => {
                    drop(toml::from_str::<toml::Table>(text).unwrap_or_else(|error| panic!("{file}: {error}")))
                }
                Some("json" | "webmanifest") if !file.starts_with(".vscode") => {
                    drop(
                        serde_json::from_str::<serde_json::Value>(text)
                            .unwrap_or_else(|error| panic!("{file}: {error}")),
                    );
                }
                _ => {}
            }
        }
        let root = project.text("Cargo.toml").unwrap();
        assert_eq!(root.contains("pulldown-cmark = { version"), !without.contains(&Sample::Posts), "{root}");
    }
}

#[test]
fn without_the_sample_there_is_little_to_read() {
    let project = planned(COMBINATIONS[3]);
    let own = project.texts().filter(|(file, _)| {
        file.ends_with(".rs") && !["crates/", "server/tests/", "xtask/"].iter().any(|part| file.starts_with(part))
    });
    let own: Vec<_> = own.collect();
    let lines: usize = own.iter().map(|(_, text)| text.lines().count()).sum();
    assert!(own.len() <= 45 && lines <= 3_000, "{} files, {lines} lines", own.len());
}
