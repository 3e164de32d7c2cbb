//! Tests of the whole plan on the project as it is: every edit fits, and what is left hangs together.

use super::name::AppName;
use super::plan;
use super::project::Project;
use super::sample::Sample;
use super::settings::Settings;
use super::stage::steps;
use super::template::NAME;
use crate::files;
use crate::folders::root;
use crate::generation::Generation;
use crate::transaction::DELETE;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// What a project may be without, with the generation of Neon Auth that it keeps.
const COMBINATIONS: [(Generation, &[Sample]); 5] = [
    (Generation::Managed, &[]),
    (Generation::Managed, &[Sample::Todos]),
    (Generation::Stack, &[Sample::Posts]),
    (Generation::Managed, &[Sample::Todos, Sample::Posts]),
    (Generation::Stack, &[Sample::Todos, Sample::Posts]),
];

/// The least that a project can have.
const LEAST: (Generation, &[Sample]) = COMBINATIONS[3];

pub fn template() -> Project {
    Project::read(root(), files::list().unwrap()).unwrap()
}

pub fn settings() -> Settings {
    let name = AppName::parse("demo", "").unwrap();
    Settings { name, neon_auth: Generation::Managed, without: vec![], holder: None, host: None, commit: false }
}

fn planned((neon_auth, without): (Generation, &[Sample])) -> Project {
    let settings = Settings { neon_auth, without: without.to_vec(), ..settings() };
    plan(&template(), &settings, None).unwrap_or_else(|error| panic!("{neon_auth:?}, without {without:?}: {error:#}"))
}

#[test]
fn every_combination_can_be_made_and_names_the_template_once() {
    for combination in COMBINATIONS {
        let project = planned(combination);
        let lines = project.texts().flat_map(|(file, text)| text.lines().map(move |line| (file, line)));
        let naming: Vec<_> = lines.filter(|(_, line)| line.to_lowercase().contains(NAME)).collect();
        assert_eq!(naming, [("NOTICE", "Copyright (c) 2026 The leptos-neon authors")], "{combination:?}");
        assert!(project.files().all(|(file, _)| !file.contains(NAME)), "{combination:?}");
        let name = project.text("app/src/lib.rs").unwrap();
        assert!(name.contains("pub const NAME: &str = \"demo\";"), "{name}");
    }
}

#[test]
fn migrations_that_come_as_a_whole_are_not_changed() {
    let (template, project) = (template(), planned(LEAST));
    for (file, content) in template.files().filter(|(file, _)| file.starts_with("migrations/0")) {
        assert_eq!(project.get(file), Some(content), "{file}");
    }
    let own = |project: &Project| project.files().filter(|(file, _)| file.starts_with("migrations/1")).count();
    assert_eq!((own(&template), own(&project)), (2, 0), "the sample's migrations are no part of it");
}

/// Checks that `crates/` of a later version, which knows both generations, finds the features that it passes on.
#[test]
fn crates_keep_the_names_of_their_features() {
    let template = template();
    let features = |project: &Project, file: &str| -> Vec<String> {
        let manifest: toml::Table = toml::from_str(project.text(file).unwrap()).unwrap();
        let features = manifest.get("features").and_then(toml::Value::as_table);
        features.into_iter().flat_map(toml::Table::keys).cloned().collect()
    };
    for combination in COMBINATIONS {
        let project = planned(combination);
        let manifests =
            project.files().filter(|(file, _)| file.starts_with("crates/") && file.ends_with("/Cargo.toml"));
        for (file, _) in manifests {
            assert_eq!(features(&project, file), features(&template, file), "{combination:?}: {file}");
        }
    }
}

#[test]
fn project_does_not_name_the_other_generation() {
    // A variable switches local mode off, whichever generation it is of.
    let kept = [
        "Cargo.lock",
        "crates/environment/src/local_mode.rs",
        "end2end/tests/support/programs.ts",
        "server/tests/http/configuration.rs",
        "server/tests/support/directory.rs",
        "xtask/src/machine_report/local_mode.rs",
    ];
    for combination in COMBINATIONS {
        let names: &[&str] = match combination.0 {
            Generation::Managed => &[
                "NeonAuth::Stack",
                "NeonAuthSettings::Stack",
                "Generation::Stack",
                "StackSettings",
                "StackNeonAuth",
                "STACK_",
                "stand_ins::neon_auth",
                "support/stack",
                "oauth2 =",
                "\"stack\"",
                "'stack'",
                "--neon-auth",
            ],
            Generation::Stack => &[
                "NeonAuth::Managed",
                "NeonAuthSettings::Managed",
                "Generation::Managed",
                "ManagedSettings",
                "ManagedNeonAuth",
                "NEON_AUTH_BASE_URL",
                "managed_neon_auth",
                "managed-neon-auth",
                "better-auth",
                "support/managed",
                "\"managed\"",
                "'managed'",
                "--neon-auth",
            ],
        };
        let project = planned(combination);
        let is_code = |file: &str| !file.ends_with(".md") && !file.ends_with(".sql") && !kept.contains(&file);
        let code = project.texts().filter(|(file, _)| is_code(file));
        let lines = code.flat_map(|(file, text)| text.lines().map(move |line| (file, line)));
        let naming: Vec<_> = lines.filter(|(_, line)| names.iter().any(|name| line.contains(name))).collect();
        assert!(naming.is_empty(), "{combination:?}: {naming:#?}");
    }
}

#[test]
fn what_is_left_refers_to_nothing_that_is_gone() {
    let template = template();
    let files: Vec<_> = template.files().map(|(file, _)| file.to_owned()).collect();
    for combination in COMBINATIONS {
        let project = planned(combination);
        let gone: Vec<_> = files.iter().filter(|file| project.get(file).is_none()).collect();
        for (file, text) in project.texts().filter(|(file, _)| *file != "docs/performance.md") {
            for gone in gone.iter().filter(|gone| gone.contains('/')) {
                assert!(!text.contains(gone.as_str()), "{combination:?}: {file} names {gone}");
            }
            for link in links(file, text) {
                let is_there = project.files().any(|(file, _)| Path::new(file).starts_with(&link));
                assert!(is_there, "{combination:?}: {file} links to {}", link.display());
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

/// Checks that a run that is cut off anywhere can be finished by a compiled `xtask`: each of its modules is in one file.
#[test]
fn no_step_leaves_a_module_in_two_files_or_in_none() {
    let template = template();
    for combination in COMBINATIONS {
        let mut files: BTreeSet<_> = template.files().map(|(file, _)| file.to_owned()).collect();
        for step in steps(&template, &planned(combination)) {
            let (verb, file) = step.split_once(' ').unwrap();
            if verb == DELETE {
                files.remove(file)
            } else {
                files.insert(file.to_owned())
            };
            let folders = files.iter().filter_map(|file| file.strip_suffix("/mod.rs"));
            let twice: Vec<_> = folders.filter(|folder| files.contains(&format!("{folder}.rs"))).collect();
            assert!(twice.is_empty(), "{combination:?}, {step}: {twice:?}");
            assert!(files.contains("xtask/src/init/mod.rs"), "{combination:?}, {step}");
        }
    }
}

/// Checks that what is changed can be read: rustfmt breaks its lines when it is in place.
#[test]
fn changed_sources_can_be_read() {
    let template = template();
    for combination in [LEAST, COMBINATIONS[2]] {
        let project = planned(combination);
        for (file, text) in project.texts().filter(|(file, _)| file.ends_with(".rs")) {
            if template.get(file) != Some(text.as_bytes()) {
                assert!(syn::parse_file(text).is_ok(), "{combination:?}: {file}");
            }
        }
    }
}

#[test]
fn manifests_and_data_can_be_read_and_drop_what_nothing_uses() {
    for combination in COMBINATIONS {
        let project = planned(combination);
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
        assert_eq!(root.contains("pulldown-cmark = { version"), !combination.1.contains(&Sample::Posts), "{root}");
    }
}

#[test]
fn without_the_sample_there_is_little_to_read() {
    let project = planned(LEAST);
    let own = project.texts().filter(|(file, _)| {
        file.ends_with(".rs") && !["crates/", "server/tests/", "xtask/"].iter().any(|part| file.starts_with(part))
    });
    let own: Vec<_> = own.collect();
    let lines: usize = own.iter().map(|(_, text)| text.lines().count()).sum();
    assert!(own.len() <= 45 && lines <= 3_000, "{} files, {lines} lines", own.len());
}
