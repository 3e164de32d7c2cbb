//! Makes a copy of the starter a project of its own: with its name, and without what it does not want.

mod dependencies;
mod features;
mod generation;
mod history;
#[cfg(test)]
mod later_version;
mod name;
mod npm;
mod own;
mod project;
mod sample;
mod secrets;
mod settings;
mod stage;
mod template;
#[cfg(test)]
mod tests;

use crate::transaction::FOLDER;
use anyhow::{Result, bail, ensure};
use history::History;
use name::AppName;
use project::Project;
pub use settings::Options;
use settings::{Settings, confirm};
use std::fs;
use std::io::{IsTerminal, stdin, stdout};
use std::path::Path;

/// What is built, installed or secret, in a project that Git does not know.
const NOT_OURS: [&str; 8] =
    [".env", ".git", ".local", "node_modules", "playwright-report", "target", "test-results", FOLDER];

pub fn run(root: &Path, options: Options) -> Result<()> {
    let history = History::of(root)?;
    history.check_clean(root)?;
    let files = history.files(root).map_or_else(|| found(root, root), Ok)?;
    let before = Project::read(root, files)?;
    let is_template = before.text("Cargo.toml")?.contains(&format!("\nname = \"{}\"\n", template::NAME));
    ensure!(
        is_template,
        "this project has a name of its own already, and `init` is for fresh copies of the starter\n    Fix: take one, or \
         change the name by hand where `git grep` finds it"
    );

    let asks = !options.yes;
    ensure!(!asks || stdin().is_terminal(), "standard input is no terminal to ask in\n    Fix: add `--yes`");
    let lock = before.text("Cargo.lock")?;
    let usual = AppName::of_folder(root, lock);
    let settings = if asks {
        Settings::ask(options, usual.as_ref(), lock, &mut stdin().lock(), &mut stdout())?
    } else {
        Settings::from_flags(&options, usual.as_ref(), lock)?
    };
    let commits = settings.commit && history != History::Foreign;
    if commits {
        history::check_identity(root)?;
    }
    let mut after = plan(&before, &settings, history.commit(root).as_deref())?;
    announce(&before, &after, &settings);
    if asks && !confirm(&mut stdin().lock(), &mut stdout())? {
        bail!("nothing has changed");
    }
    let dotenv = secrets::dotenv(after.text(".env.example")?)?;
    // Before the files, since a run that is cut off among them is finished by another task, which knows nothing of this.
    if history.rename_remote(root) {
        println!("    The remote `origin` is called `starter` now");
    }
    stage::put_in_place(root, &before, &mut after, &dotenv)?;
    if commits {
        history::commit(root, &format!("Make it {}", settings.name))?;
    }
    conclude(history, commits);
    if !settings.without.is_empty() && root.join(".local").exists() {
        println!("    Local mode has the sample's tables still: `cargo xtask stop`, and delete .local");
    }
    Ok(())
}

/// Returns the project that these settings make of the template.
fn plan(template: &Project, settings: &Settings, commit: Option<&str>) -> Result<Project> {
    let mut project = template.clone();
    // First, since its own sources have examples of what the others take out.
    template::remove(&mut project)?;
    generation::keep(settings.neon_auth, &mut project)?;
    sample::remove(&settings.without, &mut project)?;
    dependencies::remove_unused(template, &mut project)?;
    own::give(settings, commit, &mut project)?;
    Ok(project)
}

/// Returns the files below `folder`, for a project that Git does not know.
fn found(root: &Path, folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.map(|entry| (entry.path(), entry.file_type()))?;
        let kind = kind?;
        let is_ours = !NOT_OURS.iter().any(|name| path.file_name() == Some(name.as_ref()));
        if is_ours && kind.is_dir() {
            files.extend(found(root, &path)?);
        } else if is_ours && kind.is_file() {
            files.push(path.strip_prefix(root)?.to_string_lossy().into_owned());
        }
    }
    Ok(files)
}

fn announce(before: &Project, after: &Project, settings: &Settings) {
    let count = |one: &Project, other: &dyn Fn(&str, &[u8]) -> bool| {
        one.files().filter(|(file, content)| other(file, content)).count()
    };
    let gone = count(before, &|file, _| after.get(file).is_none());
    let changed = count(after, &|file, content| before.get(file).is_some_and(|old| old != content));
    println!("\n==> Make it {}: {gone} files go, {changed} change", settings.name);
    println!("    With the generation `{}` of Neon Auth alone", settings.neon_auth.name());
    for sample in &settings.without {
        println!("    Without the {}", sample.name());
    }
    println!("    README.md and CHANGELOG.md begin anew");
    match &settings.holder {
        Some(holder) => println!("    Under the MIT licence of {holder}"),
        None => println!("    Under no licence; NOTICE has that of the starter"),
    }
    println!("    .env gets secrets of its own, unless there is one");
}

fn conclude(history: History, commits: bool) {
    println!(
        "\n==> Done. `cargo xtask dev` runs the app, `cargo xtask test` tests it, and README.md goes on from there"
    );
    match (history, commits) {
        (History::Commits, true) => println!("    To undo it: git reset --hard HEAD~1"),
        (History::Commits, false) => println!("    To undo it: git stash --include-untracked"),
        (History::Foreign, _) => println!("    It is in no commit: this folder has no repository of its own"),
        _ => {}
    }
}
