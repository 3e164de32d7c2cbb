//! Writes a feature that works: its table and policies, folder, pages and tests, and its place in the lists.

mod fields;
mod names;
mod parts;
#[cfg(test)]
mod shape;
mod templates;
#[cfg(test)]
mod tests;

use crate::changes::Changes;
use crate::command::Step;
use crate::folders::root;
use crate::progress::Progress;
use crate::registry::{self, ARGUMENTS, FEATURE_OF_TESTS, FEATURES, FOLDERS, PAGES, Page, TESTS};
use crate::reserved::words_of;
use crate::{database, migrations, release, text, workspace_dependencies};
use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use fields::{Fields, Kind};
use names::Names;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use templates::Feature;
use walkdir::WalkDir;

/// The packages in which the feature's name is that of a module, beside the crates that they use.
const MANIFESTS: [&str; 3] = ["app/Cargo.toml", "pages/Cargo.toml", "server/Cargo.toml"];

#[derive(Args, Debug, Default)]
pub struct Options {
    /// The feature's name, which is that of its table: a plural, such as `notes`
    name: String,
    /// What a row has, as name:type, or name:type? where it may be empty. Types are text, longtext, bool and date.
    /// Without any there is a title
    fields: Vec<String>,
    /// Let anyone read the rows, and their author write them. Otherwise they are personal
    #[arg(long)]
    public: bool,
    /// The name of one row, where it does not follow from that of all
    #[arg(long, value_name = "NAME")]
    singular: Option<String>,
    /// Do not describe the new queries in `.sqlx` yet
    #[arg(long)]
    no_prepare: bool,
}

pub fn run(options: Options) -> Result<()> {
    let root = root();
    let (feature, changes) = planned(root, &options)?;
    println!("\n==> Write {}, at {}", feature.names.plural, feature.names.path());
    changes.written().for_each(|(file, _)| println!("    {file}"));
    if !options.no_prepare {
        // It makes the database that the new queries are checked against, and could not be built with them.
        build_server(root)?;
    }
    changes.make(root)?;
    if !options.no_prepare {
        println!("    The files are written. If what follows is cut off, `cargo xtask prepare` does it again");
        database::prepare().context("the feature is written, but not its queries in `.sqlx`")?;
    }
    conclude(&options);
    Ok(())
}

/// Checks the options, and returns the feature with everything that is written.
pub fn planned(root: &Path, options: &Options) -> Result<(Feature, Changes)> {
    let feature = Feature::new(options, root)?;
    let changes = plan(root, &feature)?;
    Ok((feature, changes))
}

fn build_server(root: &Path) -> Result<()> {
    if root.join("target/debug/server").is_file() {
        return Ok(());
    }
    Progress::new("Build", 1).step("the server", release::ALL_FOR_DEVELOPMENT, |log| {
        Step::new("", "cargo").args(["build", "--bin", "server"]).logged(log)
    })
}

fn conclude(options: &Options) {
    println!("\n==> Done. Read what was written, then `cargo xtask dev` shows it, and `cargo xtask test` tests it");
    if options.no_prepare {
        println!("    First `cargo xtask prepare`: without it the new queries do not compile");
    }
    println!("    Until you commit, `cargo xtask remove {}` takes all of it back", options.name);
}

impl Feature {
    /// Checks the options, beside what the project has already.
    fn new(options: &Options, root: &Path) -> Result<Self> {
        let names = Names::parse(&options.name, options.singular.as_deref())?;
        let fields = Fields::parse(&options.fields)?;
        let feature = Self { names, fields, is_public: options.public, migration: migrations::next(root)? };
        check_free(root, &feature.names, &feature.pages())?;
        Ok(feature)
    }

    fn pages(&self) -> [Page; 4] {
        let (path, one) = (self.names.path(), self.names.pascal());
        let all = names::pascal(&self.names.plural);
        let page = |path: String, module, component| Page { path, module, component };
        [
            page(path.clone(), "list", format!("{all}Page")),
            page(format!("{path}/new"), "editor", format!("New{one}Page")),
            page(format!("{path}/:id"), "show", format!("{one}Page")),
            page(format!("{path}/:id/edit"), "editor", format!("Edit{one}Page")),
        ]
    }
}

/// Refuses names that the project has in another place.
fn check_free(root: &Path, names: &Names, new: &[Page]) -> Result<()> {
    let (plural, singular) = (&names.plural, &names.singular);
    for (folder, ending) in FOLDERS {
        for path in [format!("{folder}/{plural}"), format!("{folder}/{plural}{ending}")] {
            ensure!(!root.join(&path).exists(), "{path} is there already\n    Fix: choose another name");
        }
    }
    for folder in [migrations::FOLDER, &format!("{FEATURE_OF_TESTS}/migrations")] {
        let made = migrations::creating(&root.join(folder), plural)?;
        if let Some(file) = made.first() {
            bail!("{folder}/{file} makes {plural} already\n    Fix: choose another name");
        }
    }
    let segment = plural.replace('_', "-");
    let pages = read(root, PAGES)?;
    ensure!(
        !registry::paths(&pages).any(|path| path == segment),
        "there is a page at {} already\n    Fix: choose another name",
        names.path()
    );
    if let Some(Page { component, .. }) = new.iter().find(|page| words_of(&pages).any(|word| word == page.component)) {
        bail!("{PAGES} has a {component} already\n    Fix: choose another name, or another `--singular`");
    }
    for manifest in MANIFESTS {
        let manifest_text = read(root, manifest)?;
        let mut keys = manifest_text.lines().map(workspace_dependencies::key_of);
        let is_crate = keys.any(|key| key.replace('-', "_") == *plural);
        ensure!(!is_crate, "a crate is called {plural} ({manifest})\n    Fix: choose another name");
    }
    let endpoint = format!("endpoint = \"create_{singular}\"");
    for folder in ["app/src", FEATURE_OF_TESTS] {
        for entry in WalkDir::new(root.join(folder)) {
            let entry = entry?;
            let is_source = entry.path().extension().is_some_and(|extension| extension == "rs");
            ensure!(
                !is_source || !text::read(entry.path())?.contains(&endpoint),
                "{} has a function create_{singular} already\n    Fix: choose another `--singular`",
                entry.path().strip_prefix(root)?.display()
            );
        }
    }
    Ok(())
}

fn read(root: &Path, file: &str) -> Result<String> {
    text::read(root.join(file)).with_context(|| format!("{file} cannot be read"))
}

/// Returns everything that is written.
fn plan(root: &Path, feature: &Feature) -> Result<Changes> {
    let name = &feature.names.plural;
    let arguments = feature.fields.iter().map(|field| (field.name.as_str(), field.kind == Kind::Bool));
    let lists = [
        (FEATURES, registry::with_feature(&read(root, FEATURES)?, name)?),
        (PAGES, registry::with_pages(&read(root, PAGES)?, name, &feature.pages())?),
        (TESTS, registry::with_tests(&read(root, TESTS)?, name)?),
        (ARGUMENTS, registry::with_arguments(&read(root, ARGUMENTS)?, arguments)?),
    ];
    let lists = lists.into_iter().map(|(file, text)| (file.to_owned(), text));
    let mut changes = Changes::default();
    for (file, text) in templates::files(feature).into_iter().chain(lists) {
        let text = if file.ends_with(".rs") { formatted(root, &text).context(file.clone())? } else { text };
        if text::read(root.join(&file)).ok().as_ref() != Some(&text) {
            changes.write(file, text);
        }
    }
    Ok(changes)
}

/// Returns a text as rustfmt writes it.
fn formatted(root: &Path, text: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| anyhow!("rustfmt could not be started ({error})\n    Fix: `rustup component add rustfmt`"))?;
    child.stdin.take().context("rustfmt takes no input")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "rustfmt cannot read what was generated");
    Ok(String::from_utf8(output.stdout)?)
}
