//! Tests that the layers of the Dockerfile fit the project. They follow the instructions up to compiling, for which
//! `cargo xtask image` builds and tries the image.

use crate::command::Step;
use crate::files;
use crate::folders::root;
use crate::text;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the files in the build context: for each, the last line of `.dockerignore` that matches it decides.
fn context() -> Vec<String> {
    let lines = text::read(root().join(".dockerignore")).unwrap();
    let seen = |file: &str| {
        lines.lines().filter(|line| !line.starts_with('#')).fold(true, |seen, line| {
            let (name, shown) = line.strip_prefix('!').map_or((line, false), |name| (name, true));
            let names = name == "*" || Path::new(file).starts_with(name);
            if names { shown } else { seen }
        })
    };
    files::list().unwrap().into_iter().filter(|file| seen(file)).collect()
}

/// Returns the instructions of the stage that compiles, each on one line.
fn instructions() -> Vec<String> {
    let dockerfile = text::read(root().join("Dockerfile")).unwrap().replace("\\\n", "");
    let stages = dockerfile.split("\nFROM ");
    let building = stages.into_iter().find(|stage| stage.contains(" AS build\n")).expect("a stage called build");
    building.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn copy_into(arguments: &str, context: &[String], folder: &Path) {
    let mut names: Vec<&str> = arguments.split_whitespace().collect();
    let target = folder.join(names.pop().expect("where to"));
    let into = names.len() > 1 || arguments.ends_with('/');
    for name in names {
        let mut found = false;
        for file in context.iter().filter(|file| name == "." || Path::new(file).starts_with(name)) {
            let below = if name == "." { Path::new(file) } else { Path::new(file).strip_prefix(name).unwrap() };
            let place = if into { target.join(file) } else { target.join(below) };
            // Removes the `.` at the end of a path, which a file does not have below it.
            let place = place.components().collect::<PathBuf>();
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::copy(root().join(file), place).unwrap();
            found = true;
        }
        assert!(found, "COPY {arguments}: {name} is not there, or .dockerignore hides it");
    }
}

/// Returns the programs, tests and benches that the manifests in `folder` declare and that have a file there.
fn targets(folder: &Path) -> BTreeSet<String> {
    let mut targets = BTreeSet::new();
    for package in files::metadata(folder).unwrap().packages {
        let manifest = text::read(&package.manifest_path).unwrap();
        for target in &package.targets {
            if manifest.contains(&format!("name = \"{}\"", target.name)) {
                targets.insert(format!("{} {:?} {}", package.name, target.kind, target.name));
            }
        }
    }
    targets
}

#[test]
fn layers_have_every_file_that_cargo_needs() {
    let scratch = tempfile::tempdir().unwrap();
    let (folder, context, wanted) = (scratch.path(), context(), targets(root()));
    let mut compiled = 0;
    for instruction in instructions() {
        if let Some(arguments) = instruction.strip_prefix("COPY ").filter(|line| !line.starts_with("--from")) {
            copy_into(arguments, &context, folder);
        } else if let Some(script) = instruction.strip_prefix("RUN ") {
            let (before, _) = script.split_once("&& cargo ").expect("a layer that compiles");
            Step::new("", "sh").args(["-ec", before]).directory(folder).output().unwrap();
            assert_eq!(targets(folder), wanted, "as `{instruction}` compiles");
            compiled += 1;
        }
    }
    assert_eq!(compiled, 2, "the dependencies, then the project");
}
