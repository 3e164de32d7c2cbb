//! A project that was made of one version of the starter takes up a later one, by the commands in its own changelog.

use super::template::NAME;
use crate::command::Step;
use crate::{Arguments, New, Task, files, git, init, new_feature, text, upgrade};
use clap::Parser;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// What stands in the changelog for something that only the reader knows.
const ADDRESS: &str = "<the starter's address>";

/// How a project came to its files.
#[derive(Clone, Copy, Debug)]
enum Origin {
    Clone,
    Zip,
}

impl Origin {
    /// Returns the name of the project: one of them has the longest that there is, for which lines are broken.
    fn name(self) -> String {
        match self {
            Self::Clone => "tea-house".to_owned(),
            Self::Zip => "tea".repeat(13) + "s",
        }
    }
}

fn git(root: &Path, command: &str) -> String {
    let arguments: Vec<_> = command.split(' ').collect();
    git::output(root, &arguments).unwrap_or_else(|| panic!("git {command}"))
}

fn sign(root: &Path) {
    for setting in ["user.name test", "user.email test@example.com", "commit.gpgsign false"] {
        git(root, &format!("config {setting}"));
    }
}

fn commit(root: &Path) {
    git(root, "add --all");
    git(root, "commit --quiet --message all");
}

/// Runs a task of xtask in another project, without those that compile it, which takes minutes.
fn xtask(root: &Path, line: &str) {
    let arguments = Arguments::try_parse_from(["xtask"].into_iter().chain(line.split(' ')));
    match arguments.unwrap_or_else(|error| panic!("{error}")).task {
        Task::Init(options) => init::run(root, options).unwrap(),
        Task::New { what: New::Feature(options) } => {
            let (_, changes) = new_feature::planned(root, &options).unwrap();
            changes.make(root).unwrap();
        }
        Task::Upgrade(options) => upgrade::run(root, &options).unwrap(),
        Task::Prepare { check: false } | Task::Licences | Task::Lint | Task::Test { all: false } => {}
        _ => panic!("this test cannot run {line:?}"),
    }
}

/// Makes a project of the template, with a feature of its own.
fn make(origin: Origin, template: &Path, project: &Path) {
    let name = origin.name();
    match origin {
        Origin::Clone => {
            git(template, &format!("clone --quiet . {}", project.display()));
            git(project, &format!("remote set-url origin {}", template.display()));
            sign(project);
            xtask(project, &format!("init {name} --without todos,posts --yes"));
        }
        Origin::Zip => {
            files::copy_to(project).unwrap();
            xtask(project, &format!("init {name} --without todos,posts --no-commit --yes"));
            git(project, "init --quiet");
            sign(project);
            commit(project);
        }
    }
    Step::new("", "cargo").args(["fmt", "--check"]).directory(project).quietly().run().unwrap();
    let options = init::Options { yes: true, ..init::Options::default() };
    let again = init::run(project, options).unwrap_err().to_string();
    assert!(again.contains("a name of its own already") && again.contains("Fix:"), "{again}");
    xtask(project, "new feature notes title:text");
    commit(project);
}

/// Makes a later version of the template.
fn go_on(template: &Path) {
    let edit = |file: &str, change: &dyn Fn(&str) -> String| {
        let before = text::read(template.join(file)).unwrap();
        let after = change(&before);
        assert_ne!(after, before, "{file}");
        fs::write(template.join(file), after).unwrap();
    };
    let write = |file: &str, text: &str| {
        fs::create_dir_all(template.join(file).parent().unwrap()).unwrap();
        fs::write(template.join(file), text).unwrap();
    };
    edit("Cargo.toml", &|text| {
        let version = text.lines().find_map(|line| line.strip_prefix("version = ")).unwrap();
        let tea = "tea = { path = \"crates/tea\", version = \"9.8.7\" }";
        text.replace(version, "\"9.8.7\"").replace("\nrls = ", &format!("\n{tea}\nrls = "))
    });
    // It inherits a dependency that only the sample had.
    let inheriting = "version.workspace = true\nedition.workspace = true\n\n[dependencies]\nlinkify.workspace = true\n";
    write("crates/tea/Cargo.toml", &format!("[package]\nname = \"tea\"\n{inheriting}"));
    write("crates/tea/src/lib.rs", "");
    edit("crates/request/Cargo.toml", &|text| {
        text.replace("[dependencies]\n", "[dependencies]\ntea.workspace = true\n")
    });
    edit("crates/request/src/lib.rs", &|text| format!("{text}\n// Later.\n"));
    fs::remove_file(template.join("crates/local/README.md")).unwrap();
    write("migrations/0999_pour_tea.sql", "select 1");
    write("migrations/1002_pin_posts.sql", "alter table posts add column pinned bool");
    write(".sqlx/query-tea.json", "{}");
    edit("xtask/src/text.rs", &|text| format!("{text}\n// Later.\n"));
    edit("CHANGELOG.md", &|text| text.replacen("\n- **", "\n- **fix**: the tea is warm.\n- **", 1));
    commit(template);
}

/// Follows the changelog, and returns what Git has said.
fn follow_changelog(project: &Path, template: &Path) -> String {
    let changelog = text::read(project.join("CHANGELOG.md")).unwrap();
    let blocks = changelog.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut said = String::new();
    for line in blocks.flat_map(str::lines) {
        let line = line.replace(ADDRESS, &template.display().to_string());
        let is_known = git(project, "remote").lines().any(|remote| remote == "starter");
        match (line.strip_prefix("git "), line.strip_prefix("cargo xtask ")) {
            (Some(command), _) if command.starts_with("remote add ") && is_known => {}
            (Some(command), _) => said += &git(project, command),
            (None, Some(task)) => xtask(project, task),
            (None, None) => panic!("this test cannot run {line:?}"),
        }
    }
    said
}

fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(root).into_iter().filter_entry(|entry| entry.file_name() != ".git").map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
    files.map(|file| (name(file.path()), fs::read(file.path()).unwrap())).collect()
}

#[test]
fn a_project_takes_up_a_later_version() {
    let scratch = tempfile::tempdir().unwrap();
    let template = scratch.path().join(NAME);
    files::copy_to(&template).unwrap();
    git(&template, "init --quiet --initial-branch main");
    sign(&template);
    commit(&template);
    let projects = [Origin::Clone, Origin::Zip].map(|origin| {
        let project = scratch.path().join(format!("{origin:?}"));
        make(origin, &template, &project);
        (origin, project)
    });
    go_on(&template);
    for (origin, project) in &projects {
        takes_it_up(project, &origin.name(), &template);
    }
}

fn takes_it_up(project: &Path, name: &str, template: &Path) {
    let before = contents(project);
    let said = follow_changelog(project, template);
    assert!(said.contains("the tea is warm"), "the entries can be read: {said}");
    let (after, later) = (contents(project), contents(template));

    let is_the_starters = |file: &str| file.starts_with("crates/") || file.starts_with("migrations/0");
    let whole = |files: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        files
            .iter()
            .filter(|(file, _)| is_the_starters(file))
            .map(|(file, text)| (file.clone(), text.clone()))
            .collect()
    };
    assert!(whole(&after) == whole(&later), "crates/ and the migrations below 1000 are those of the later version");
    assert!(after.contains_key("migrations/0999_pour_tea.sql") && !after.contains_key("crates/local/README.md"));
    let changed = before.iter().filter(|(file, text)| !is_the_starters(file) && after.get(*file) != Some(*text));
    assert_eq!(changed.map(|(file, _)| file).collect::<Vec<_>>(), ["Cargo.toml"]);
    let new = after.keys().filter(|file| !is_the_starters(file) && !before.contains_key(*file));
    let strange: Vec<_> = new.filter(|file| !file.starts_with(".sqlx/")).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert!(after.contains_key(".sqlx/query-tea.json") && after.contains_key("app/src/notes/model.rs"));
    let own = after.keys().filter(|file| file.starts_with("migrations/1")).collect::<Vec<_>>();
    assert_eq!(own, ["migrations/1000_create_notes.sql"], "none of the sample's");

    let manifest = text::read(project.join("Cargo.toml")).unwrap();
    let name = format!("name = \"{name}\"");
    for line in [&*name, "tea = { path = \"crates/tea\", version = \"0.1.0\" }", "linkify = \"0.11\""] {
        assert!(manifest.lines().any(|found| found == line), "{line}: {manifest}");
    }
    assert!(!manifest.contains("pulldown-cmark") && !manifest.contains("9.8.7"), "{manifest}");

    // Every cargo adds to the lock what is missing. Here it takes what is downloaded, for both commands.
    let lock = ["update", "--workspace", "--offline", "--quiet"];
    let cargo = |more: &[&str]| Step::new("", "cargo").args(lock).args(more).directory(project).quietly().run();
    cargo(&[]).unwrap();
    cargo(&["--locked"]).unwrap();
    let lock = text::read(project.join("Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"linkify\"") && lock.contains("name = \"tea\""), "{lock}");
}
