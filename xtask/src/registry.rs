//! The places that name a feature: the list of features, the pages with their paths, and the tests.

use crate::reserved::words_of;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// The list of features.
pub const FEATURES: &str = "app/src/lib.rs";
/// The paths of all pages.
pub const PAGES: &str = "pages/src/lib.rs";
/// The tests of the whole.
pub const TESTS: &str = "server/tests/main.rs";
/// A test that calls every server function, with values for all arguments.
pub const ARGUMENTS: &str = "server/tests/http/server_functions.rs";

/// The feature of the tests' own. Its tables are in the databases of all tests.
pub const FEATURE_OF_TESTS: &str = "server/tests/support/feature";

/// The folders with a place for each feature, which may be a file.
pub const FOLDERS: [(&str, &str); 4] =
    [("app/src", ".rs"), ("pages/src", ".rs"), ("server/tests", ".rs"), ("end2end/tests", ".spec.ts")];

/// The files with a place for each feature, beside that of the arguments.
pub const LISTS: [&str; 3] = [FEATURES, PAGES, TESTS];

/// The values of arguments: of a box to check, and of all others.
const FLAG: &str = "true";
const TEXT: &str = "x";

/// What stands before the values, which rustfmt may put into a line of their own.
const ARGUMENTS_CONSTANT: &str = "const ARGUMENTS: &str =";

/// A page of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub path: String,
    /// The file in the folder of the feature's pages.
    pub module: &'static str,
    pub component: String,
}

/// Returns the names in the list of features.
pub fn features(text: &str) -> impl Iterator<Item = &str> {
    let entries = text.split("::FEATURE").zip(text.split("::FEATURE").skip(1));
    let entries = entries.filter(|(_, after)| !after.starts_with(|letter: char| letter.is_alphanumeric()));
    entries.filter_map(|(before, _)| words_of(before).last())
}

/// Returns the text of `app/src/lib.rs` with a feature. Like those of the others, it is not formatted yet.
pub fn with_feature(text: &str, name: &str) -> Result<String> {
    let text = insert(text, "pub mod ", &format!("pub mod {name};\n"), FEATURES)?;
    let (before, after) = text.split_once("Features = Features(&[").context(missing("FEATURES", FEATURES))?;
    let (list, after) = after.split_once("]);").context(missing("the end of FEATURES", FEATURES))?;
    let comma = if list.trim_end().ends_with([',', '[']) || is_without_entry(list) { "" } else { "," };
    Ok(format!("{before}Features = Features(&[{}{comma}\n    {name}::FEATURE,\n]);{after}", list.trim_end()))
}

fn is_without_entry(list: &str) -> bool {
    list.lines().all(|line| line.trim().is_empty() || line.trim().starts_with("//"))
}

/// Returns the text of `pages/src/lib.rs` with the pages of a feature.
pub fn with_pages(text: &str, name: &str, pages: &[Page]) -> Result<String> {
    let mut modules: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for page in pages {
        modules.entry(page.module).or_default().push(page.component.as_str());
    }
    let mut uses = String::new();
    for (module, components) in modules {
        uses += &format!("use crate::{name}::{module}::{{{}}};\n", components.join(", "));
    }
    let routes: String = pages.iter().map(route).collect();
    let text = insert(text, "mod ", &format!("mod {name};\n"), PAGES)?;
    let text = insert(&text, "use crate::", &uses, PAGES)?;
    insert(&text, "                    <Route path=path!(\"/sign-in\")", &routes, PAGES)
}

fn route(Page { path, component, .. }: &Page) -> String {
    format!("                    <Route path=path!(\"{path}\") view={component} ssr=SsrMode::Async />\n")
}

/// Returns the text of `server/tests/main.rs` with the tests of a feature.
pub fn with_tests(text: &str, name: &str) -> Result<String> {
    insert(text, "mod ", &format!("mod {name};\n"), TESTS)
}

/// Returns the text of the test of all server functions, with values for these arguments. A flag has to be one in all
/// functions.
pub fn with_arguments<'a>(text: &str, arguments: impl Iterator<Item = (&'a str, bool)>) -> Result<String> {
    let (before, line, after) = split_at_arguments(text)?;
    let mut line = line.to_owned();
    for (name, is_flag) in arguments {
        let value = line.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        ensure!(
            !is_flag || value.is_none_or(|value| value == FLAG),
            "a form elsewhere has a field {name:?} that is no box to check\n    Fix: choose another name"
        );
        if value.is_none() {
            line += &format!("&{name}={}", if is_flag { FLAG } else { TEXT });
        }
    }
    Ok(format!("{before}{line}{after}"))
}

/// Returns the text of that test without the values that [`with_arguments`] has given to these arguments.
pub fn without_arguments(text: &str, is_gone: impl Fn(&str) -> bool) -> Result<String> {
    let (before, line, after) = split_at_arguments(text)?;
    let is_kept = |pair: &&str| match pair.split_once('=') {
        Some((name, FLAG | TEXT)) => !is_gone(name),
        _ => true,
    };
    Ok(format!("{before}{}{after}", line.split('&').filter(is_kept).collect::<Vec<_>>().join("&")))
}

/// Returns the text of that test without the values.
pub fn around_arguments(text: &str) -> Result<String> {
    split_at_arguments(text).map(|(before, _, after)| format!("{before}{after}"))
}

/// Parts the text of that test at the values.
fn split_at_arguments(text: &str) -> Result<(&str, &str, &str)> {
    let constant = text.find(ARGUMENTS_CONSTANT).context(missing("ARGUMENTS", ARGUMENTS))?;
    let start = constant + text[constant..].find('"').context(missing("the values of ARGUMENTS", ARGUMENTS))? + 1;
    let length = text[start..].find('"').context(missing("the end of ARGUMENTS", ARGUMENTS))?;
    Ok((&text[..start], &text[start..start + length], &text[start + length..]))
}

/// Returns the text of one of [`LISTS`] without a feature.
pub fn without(text: &str, name: &str) -> String {
    let of_pages = uses_of(text, name);
    let components: Vec<&str> = of_pages.iter().flat_map(|statement| components(statement)).collect();
    let mut text = text.to_owned();
    for statement in &of_pages {
        text = text.replacen(statement, "", 1);
    }
    let is_gone = |line: &str| {
        let line = line.trim();
        let is_module = [format!("mod {name};"), format!("pub mod {name};"), format!("{name}::FEATURE,")]
            .iter()
            .any(|gone| gone == line);
        let view = line.strip_prefix("<Route ").and_then(|route| route.split("view=").nth(1));
        let view = view.and_then(|view| view.split([' ', '>', '/']).next());
        is_module || view.is_some_and(|view| components.contains(&view))
    };
    let text: String = text.split_inclusive('\n').filter(|line| !is_gone(line)).collect();
    // The list of features may be one line.
    [(format!(", {name}::FEATURE"), ""), (format!("[{name}::FEATURE, "), "["), (format!("[{name}::FEATURE]"), "[]")]
        .iter()
        .fold(text, |text, (entry, rest)| text.replace(entry, rest))
}

/// Tells whether a file names a feature where every feature is named.
pub fn names(text: &str, name: &str) -> bool {
    without(text, name) != text
}

/// Returns the statements that name what is in the feature's folder, with their line ends.
fn uses_of(text: &str, name: &str) -> Vec<String> {
    let beginning = format!("use crate::{name}::");
    let mut statements = Vec::new();
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        if !line.starts_with(&beginning) {
            continue;
        }
        let mut statement = line.to_owned();
        while !statement.trim_end().ends_with(';') {
            let Some(next) = lines.next() else { break };
            statement += next;
        }
        statements.push(statement);
    }
    statements
}

/// Returns the components that a statement brings into scope.
fn components(statement: &str) -> impl Iterator<Item = &str> {
    let words = statement.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with(|letter: char| letter.is_ascii_uppercase()))
}

/// Returns the first segments of the paths of pages.
pub fn paths(text: &str) -> impl Iterator<Item = &str> {
    let paths = text.split("path!(\"/").skip(1);
    paths.filter_map(|rest| rest.split(['/', '"']).next())
}

/// Inserts before the first line that begins so. rustfmt sorts what it stands with.
fn insert(text: &str, beginning: &str, lines: &str, file: &str) -> Result<String> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(beginning) {
            return Ok(format!("{}{lines}{}", &text[..at], &text[at..]));
        }
        at += line.len();
    }
    Err(anyhow::anyhow!(missing(&format!("a line that begins with `{}`", beginning.trim()), file)))
}

fn missing(what: &str, file: &str) -> String {
    format!("{file} has no place for features any more: {what} is not there")
}

#[cfg(test)]
mod tests {
    use super::{
        ARGUMENTS, FEATURES, PAGES, Page, TESTS, features, names, paths, with_arguments, with_feature, with_pages,
        with_tests, without, without_arguments,
    };
    use crate::folders::root;
    use crate::text;

    fn read(file: &str) -> String {
        text::read(root().join(file)).unwrap()
    }

    fn page(path: &str, component: &str) -> Page {
        Page { path: path.to_owned(), module: "list", component: component.to_owned() }
    }

    #[test]
    fn what_was_added_can_be_removed() {
        let pages = [page("/teas", "TeasPage"), page("/teas/new", "NewTeaPage")];
        let cases = [
            (FEATURES, with_feature(&read(FEATURES), "teas"), 2),
            (PAGES, with_pages(&read(PAGES), "teas", &pages), 4),
            (TESTS, with_tests(&read(TESTS), "teas"), 1),
        ];
        for (file, after, lines) in cases {
            let (before, after) = (read(file), after.unwrap());
            assert_eq!(after.lines().count(), before.lines().count() + lines, "{file}: {after}");
            assert!(names(&after, "teas") && !names(&before, "teas"), "{file}");
            assert_eq!(without(&after, "teas"), before, "{file}");
            assert_eq!(without(&after, "tea"), after, "{file}");
        }
    }

    #[test]
    fn the_first_feature_begins_the_list() {
        let expected = "pub mod teas;\npub mod ui;\n\nconst FEATURES: Features = Features(&[\n    // In order.\n    teas::FEATURE,\n]);\n";
        let before = "pub mod ui;\n\nconst FEATURES: Features = Features(&[\n    // In order.\n]);\n";
        assert_eq!(with_feature(before, "teas").unwrap(), expected);
        let one = "pub mod ui;\nconst FEATURES: Features = Features(&[a::FEATURE]);\n";
        assert!(with_feature(one, "teas").unwrap().contains("Features(&[a::FEATURE,\n    teas::FEATURE,\n]);"));
    }

    #[test]
    fn features_are_listed_in_a_line_or_in_many() {
        fn listed(text: &str) -> Vec<&str> {
            features(text).collect()
        }
        let many =
            "use app::FEATURES;\nFeatures(&[\n    // In order.\n    teas::FEATURE,\n    iced_teas::FEATURE,\n]);\n";
        assert_eq!(listed(many), ["teas", "iced_teas"]);
        assert_eq!(listed(&without(many, "teas")), ["iced_teas"]);
        for (line, rest) in [
            ("Features(&[teas::FEATURE, iced_teas::FEATURE]);\n", "Features(&[iced_teas::FEATURE]);\n"),
            ("Features(&[iced_teas::FEATURE, teas::FEATURE]);\n", "Features(&[iced_teas::FEATURE]);\n"),
            ("Features(&[teas::FEATURE]);\n", "Features(&[]);\n"),
        ] {
            assert!(listed(line).contains(&"teas"), "{line}");
            assert_eq!(without(line, "teas"), rest);
        }
        assert_eq!(listed("Features(&[]);\n"), [""; 0]);
    }

    #[test]
    fn pages_go_with_whatever_way_they_were_named() {
        let text = "mod teas;\nmod ui;\n\nuse crate::teas::{\n    NewTea,\n    list::Teas,\n};\nuse crate::ui::Teaspoon;\n\n\
                    <Route path=path!(\"/teas\") view=Teas ssr=SsrMode::Async />\n<Route path=path!(\"/t\") view=NewTea/>\n\
                    <Route path=path!(\"/spoon\") view=Teaspoon ssr=SsrMode::Async />\n";
        let expected = "mod ui;\n\nuse crate::ui::Teaspoon;\n\n<Route path=path!(\"/spoon\") view=Teaspoon ssr=SsrMode::Async />\n";
        assert_eq!(without(text, "teas"), expected);
        assert_eq!(paths(text).collect::<Vec<_>>(), ["teas", "t", "spoon"]);
    }

    #[test]
    fn arguments_are_added_once_and_keep_their_kind() {
        let before = "const ARGUMENTS: &str = \"id=1&done=true&title=x\";\n";
        let with = |arguments: &[(&str, bool)]| with_arguments(before, arguments.iter().copied());
        assert_eq!(
            with(&[("title", false), ("day", false), ("done", true), ("open", true)]).unwrap(),
            "const ARGUMENTS: &str = \"id=1&done=true&title=x&day=x&open=true\";\n"
        );
        let broken = before.replace("= \"id", "=\n    \"id");
        let expected = "const ARGUMENTS: &str =\n    \"id=1&done=true&title=x&day=x\";\n";
        assert_eq!(with_arguments(&broken, [("day", false)].into_iter()).unwrap(), expected);
        assert!(with(&[("title", true)]).unwrap_err().to_string().contains("no box"));
        let without = without_arguments(before, |name| ["id", "done", "title"].contains(&name)).unwrap();
        assert_eq!(without, "const ARGUMENTS: &str = \"id=1\";\n", "what was not added stays");
        assert!(with_arguments(&read(ARGUMENTS), [("title", false)].into_iter()).is_ok());
    }

    #[test]
    fn files_without_a_place_are_named() {
        assert!(with_feature("", "teas").unwrap_err().to_string().contains(FEATURES));
        assert!(with_pages("mod a;\n", "teas", &[]).unwrap_err().to_string().contains(PAGES));
        assert!(with_tests("", "teas").unwrap_err().to_string().contains(TESTS));
        assert!(with_arguments("", std::iter::empty()).unwrap_err().to_string().contains(ARGUMENTS));
    }
}
