//! Resolves two features of cargo in Rust sources, as the compiler would: one is always on from now on, the other is
//! never.

mod conditions;

use super::project::Project;
use anyhow::{Context, Result, ensure};
use conditions::Change;
use std::path::Path;
use syn::ItemMod;

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
        if !features.are_named_in(text) {
            continue;
        }
        let (resolved, modules) = features.resolve(text).with_context(|| format!("init cannot read {file}"))?;
        ensure!(!features.are_named_in(&resolved), "init cannot resolve a condition in {file}");
        project.write(&file, resolved);
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
    fn resolve(self, text: &str) -> Result<(String, Vec<String>)> {
        let (mut kept, mut modules) = (String::new(), Vec::new());
        let mut at = 0;
        for Change { place, becomes } in conditions::changes(self, text)? {
            // What is inside of something that is gone is gone.
            if place.start < at {
                continue;
            }
            kept.push_str(&text[at..place.start]);
            at = place.end;
            if let Some(becomes) = becomes {
                kept.push_str(&becomes);
                continue;
            }
            modules.extend(module(&text[place]));
            drop_heading(&mut kept);
            at = text.len() - without_gap(&mut kept, without_end(&text[at..])).len();
        }
        kept.push_str(&text[at..]);
        Ok((kept, modules))
    }

    /// Tells whether a text has a condition about one of the features.
    fn are_named_in(self, text: &str) -> bool {
        [self.kept, self.gone].iter().any(|name| text.contains(&format!("feature = \"{name}\"")))
    }
}

/// Returns the name of a module whose content is in another file.
fn module(item: &str) -> Option<String> {
    let module: ItemMod = syn::parse_str(item).ok()?;
    module.content.is_none().then(|| module.ident.to_string())
}

/// Drops the indentation of something that is gone, and the comments above it.
fn drop_heading(kept: &mut String) {
    kept.truncate(kept.trim_end_matches(' ').len());
    let is_comment = |line: &str| line.trim_start().starts_with("//") && !line.starts_with("//!");
    while kept.lines().next_back().is_some_and(is_comment) {
        let length = kept.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        kept.truncate(length);
    }
}

/// Returns what follows something that is gone without its comma, and without the rest of its line if that says nothing.
fn without_end(rest: &str) -> &str {
    let rest = rest.strip_prefix(',').unwrap_or(rest);
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    if line.trim().is_empty() || line.trim_start().starts_with("//") { after } else { rest }
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
    use super::{Features, module_path, resolve};
    use crate::init::project::Project;
    use std::fs;

    const STACK_IS_GONE: Features<'_> = Features { kept: "managed", gone: "stack" };

    fn resolved(text: &str) -> String {
        STACK_IS_GONE.resolve(text).unwrap().0
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
        assert_eq!(STACK_IS_GONE.resolve(text).unwrap().1, ["stack"]);
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
    fn what_macros_get_goes_up_to_a_comma_or_a_semicolon() {
        let text = r#"
macro_rules! each {
    ($client:ident => $then:expr) => {
        #[cfg(feature = "stack")]
        call!(stack: $client, $then);
        match $client {
            /// Goes.
            #[cfg(feature = "stack")]
            Client::Stack { $client, .. } => $then,
            #[cfg(feature = "managed")]
            Client::Managed($client) => $then,
        }
    };
}
"#;
        let expected = r"
macro_rules! each {
    ($client:ident => $then:expr) => {
        match $client {
            Client::Managed($client) => $then,
        }
    };
}
";
        assert_eq!(resolved(text), expected);
        let parameters = "fn f(#[cfg(feature = \"stack\")] a: A, #[cfg(feature = \"managed\")] b: B) {}\n";
        assert_eq!(resolved(parameters), "fn f( b: B) {}\n");
    }

    #[test]
    fn condition_that_is_left_names_its_file() {
        let scratch = tempfile::tempdir().unwrap();
        fs::write(scratch.path().join("a.rs"), "#![cfg(feature = \"stack\")]\n").unwrap();
        let mut project = Project::read(scratch.path(), vec!["a.rs".to_owned()]).unwrap();
        let error = resolve(STACK_IS_GONE, &mut project).unwrap_err().to_string();
        assert_eq!(error, "init cannot resolve a condition in a.rs");
    }

    #[test]
    fn modules_are_beside_a_root_and_below_any_other_file() {
        assert_eq!(module_path("crates/a/src/lib.rs", "b"), "crates/a/src/b");
        assert_eq!(module_path("crates/a/src/c/mod.rs", "b"), "crates/a/src/c/b");
        assert_eq!(module_path("crates/a/src/c.rs", "b"), "crates/a/src/c/b");
    }
}
