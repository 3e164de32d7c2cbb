//! Resolves two features of cargo in Rust sources, as the compiler would: one is always on from now on, the other is
//! never.

mod item;
mod predicate;

use super::project::Project;
use anyhow::{Result, ensure};
use predicate::Predicate;
use std::path::Path;

/// The features, and what becomes of them.
#[derive(Clone, Copy)]
pub struct Features<'a> {
    pub kept: &'a str,
    pub gone: &'a str,
}

/// Deletes what only `gone` compiles, with the files of its modules, and the conditions that ask for `kept`. What is left
/// has the line breaks of before.
pub fn resolve(features: Features<'_>, project: &mut Project) -> Result<()> {
    let sources: Vec<_> =
        project.files().map(|(file, _)| file.to_owned()).filter(|file| file.ends_with(".rs")).collect();
    for file in sources {
        // The module may have gone with another file.
        if project.get(&file).is_none() {
            continue;
        }
        let text = project.text(&file)?;
        let (resolved, modules) = features.resolve(text);
        if resolved != text {
            project.write(&file, resolved);
        }
        for module in modules {
            let path = module_path(&file, &module);
            let (folder, of_its_own) = (project.remove(&path).is_ok(), project.remove(&format!("{path}.rs")).is_ok());
            ensure!(folder || of_its_own, "init cannot find the module `{module}` of {file}");
        }
    }
    Ok(())
}

/// Returns where the module of a file is, without the ending of its own file.
fn module_path(file: &str, module: &str) -> String {
    let is_root = ["mod.rs", "lib.rs", "main.rs"].iter().any(|root| Path::new(file).ends_with(root));
    let folder =
        if is_root { file.rsplit_once('/').map_or("", |(folder, _)| folder) } else { file.trim_end_matches(".rs") };
    format!("{folder}/{module}")
}

impl Features<'_> {
    /// Returns the text, and the names of the modules in other files that it has lost.
    fn resolve(self, text: &str) -> (String, Vec<String>) {
        let (mut kept, mut modules) = (String::new(), Vec::new());
        let mut rest = text;
        while let Some(line) = rest.split_inclusive('\n').next() {
            rest = &rest[line.len()..];
            match self.fate(line) {
                Fate::Line(line) => kept.push_str(&line),
                Fate::Gone => {
                    let (gone, after) = rest.split_at(item::length(rest));
                    modules.extend(item::module(gone).map(str::to_owned));
                    drop_heading(&mut kept);
                    rest = without_gap(&mut kept, after);
                }
            }
        }
        (kept, modules)
    }

    /// Returns what becomes of a line.
    fn fate(self, line: &str) -> Fate {
        let attribute = line.trim();
        let indented = |attribute: &str| Fate::Line(line.replace(line.trim(), attribute));
        let inner =
            |name: &str| attribute.strip_prefix("#[")?.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(")]");
        if let Some(predicate) = inner("cfg") {
            return match Predicate::parse(predicate).resolve(self) {
                Predicate::Known(true) => Fate::Line(String::new()),
                Predicate::Known(false) => Fate::Gone,
                other => indented(&format!("#[cfg({other})]")),
            };
        }
        let Some((predicate, then)) = inner("cfg_attr").and_then(predicate::split_first) else {
            return Fate::Line(line.to_owned());
        };
        match Predicate::parse(predicate).resolve(self) {
            Predicate::Known(true) => indented(&format!("#[{}]", then.trim())),
            Predicate::Known(false) => Fate::Line(String::new()),
            _ => Fate::Line(line.to_owned()),
        }
    }
}

/// What becomes of a line with a condition, and of what that is about.
enum Fate {
    /// This stands in its place.
    Line(String),
    /// The item goes.
    Gone,
}

/// Drops the comments and attributes above an item that is gone.
fn drop_heading(kept: &mut String) {
    let is_heading = |line: &str| ["//", "#["].iter().any(|beginning| line.trim_start().starts_with(beginning));
    while kept.lines().next_back().is_some_and(|line| is_heading(line) && !line.starts_with("//!")) {
        let length = kept.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        kept.truncate(length);
    }
}

/// Leaves one blank line of two around a gap, and none at the beginning or the end of a block.
fn without_gap<'a>(kept: &mut String, rest: &'a str) -> &'a str {
    let ends_blank = kept.is_empty() || kept.ends_with("\n\n") || kept.ends_with("{\n");
    let closes = rest.trim_start().starts_with('}') || rest.trim().is_empty();
    if closes && kept.ends_with("\n\n") {
        kept.pop();
    }
    if ends_blank { rest.strip_prefix('\n').unwrap_or(rest) } else { rest }
}

#[cfg(test)]
mod tests {
    use super::{Features, module_path};

    const STACK_IS_GONE: Features<'_> = Features { kept: "managed", gone: "stack" };

    fn resolved(text: &str) -> String {
        STACK_IS_GONE.resolve(text).0
    }

    #[test]
    fn items_go_with_what_is_said_about_them() {
        let text = r#"
//! A file.

mod always;
#[cfg(feature = "managed")]
pub mod managed;
/// Goes.
#[cfg(feature = "stack")]
pub mod stack;

#[cfg(feature = "stack")]
use a::{b, c};
#[cfg(not(feature = "stack"))]
use managed::read;

/// Goes, too.
#[cfg(all(test, feature = "stack"))]
#[derive(Debug)]
impl<T> Stack for (T,)
where
    T: Send,
{
    fn text() -> &'static str {
        // An apostrophe isn't a character, and a } in "}" or '}' or r"}" closes nothing.
        "a } b"
    }
}

#[cfg(all(test, feature = "managed"))]
const LAST: [u8; 2] = [1, 2];
"#;
        let expected = r#"
//! A file.

mod always;
pub mod managed;

use managed::read;

#[cfg(test)]
const LAST: [u8; 2] = [1, 2];
"#;
        assert_eq!(resolved(text), expected);
        assert_eq!(STACK_IS_GONE.resolve(text).1, ["stack"]);
    }

    #[test]
    fn parts_of_items_go() {
        let text = r#"
enum Client {
    /// Goes.
    #[cfg(feature = "stack")]
    #[default]
    Stack { a: BTreeMap<u8, u8> },
    #[cfg_attr(not(feature = "stack"), default)]
    #[cfg_attr(feature = "stack", skip)]
    Managed(u8),
}

fn f(client: Client) {
    match client {
        #[cfg(feature = "stack")]
        Client::Stack { a, .. } => {
            a.len()
        }
        #[cfg(feature = "managed")]
        Client::Managed(b) => b,
    }
    #[cfg(feature = "stack")]
    if is(Client { a }) {
        b()
    } else {
        c()
    }
    #[cfg(feature = "stack")]
    let x = f(|| { 1 });
    #[cfg(feature = "stack")]
    call(a, b).await;
    all(&[
        #[cfg(feature = "managed")]
        "one, two",
        #[cfg(feature = "stack")]
        ("a", "b")
    ])
}
"#;
        let expected = r#"
enum Client {
    #[default]
    Managed(u8),
}

fn f(client: Client) {
    match client {
        Client::Managed(b) => b,
    }
    all(&[
        "one, two",
    ])
}
"#;
        assert_eq!(resolved(text), expected);
    }

    #[test]
    fn conditions_about_other_things_stay() {
        let text = "#[cfg(any(test, unix))]\nmod a;\n#[cfg(all(feature = \"local\", not(unix)))]\nmod b;\n";
        assert_eq!(resolved(text), text);
        let one = "#[cfg(all(feature = \"local\", feature = \"managed\"))]\nmod a;\n";
        assert_eq!(resolved(one), "#[cfg(feature = \"local\")]\nmod a;\n");
        let none = "#[cfg(not(any(feature = \"managed\", feature = \"stack\")))]\ncompile_error!(\n    \"one\"\n);\n\nmod a;\n";
        assert_eq!(resolved(none), "mod a;\n");
    }

    #[test]
    fn modules_are_beside_a_root_and_below_any_other_file() {
        assert_eq!(module_path("crates/a/src/lib.rs", "b"), "crates/a/src/b");
        assert_eq!(module_path("crates/a/src/c/mod.rs", "b"), "crates/a/src/c/b");
        assert_eq!(module_path("crates/a/src/c.rs", "b"), "crates/a/src/c/b");
    }
}
