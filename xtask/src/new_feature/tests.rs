//! Tests of whole features: what is generated goes into a copy of the project once, under names that are free.

use super::fields::Fields;
use super::names::Names;
use super::templates::Feature;
use super::{Options, formatted, plan};
use crate::registry::{ARGUMENTS, FEATURES, PAGES, TESTS};
use crate::{files, text};
use std::fs;

fn feature(name: &str, fields: &str, is_public: bool) -> Feature {
    Feature {
        names: Names::parse(name, None).unwrap(),
        fields: Fields::parse(&words(fields)).unwrap(),
        is_public,
        migration: 1000,
    }
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Returns a personal feature with a field of each type.
pub fn notes() -> Feature {
    feature("notes", "title:text body:longtext? done:bool due:date place:text?", false)
}

/// Returns a public feature with the fields of the sample's posts.
pub fn articles() -> Feature {
    feature("articles", "title:text content:longtext", true)
}

#[test]
fn a_feature_is_written_once() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    files::copy_to(root).unwrap();
    let before: Vec<_> = [FEATURES, PAGES, TESTS, ARGUMENTS].map(|file| text::read(root.join(file)).unwrap()).into();
    for (name, fields, public) in [
        ("teas", "", false),
        ("road_trips", "day:date title:text story:longtext ferry:bool", true),
        ("biscuits", "place:text? name:text eaten:bool best_before:date? crumbs:longtext?", false),
    ] {
        let options = Options { name: name.to_owned(), fields: words(fields), public, ..Options::default() };
        let feature = Feature::new(&options, root).unwrap();
        let changes = plan(root, &feature).unwrap();
        assert_eq!(changes.deleted().count(), 0);
        changes.make(root).unwrap();
        assert!(root.join(format!("migrations/{}_create_{name}.sql", feature.migration)).is_file(), "{name}");
        let again = Feature::new(&options, root).unwrap_err().to_string();
        assert!(again.contains("is there already") && again.contains("Fix:"), "{again}");
    }
    for (file, before) in [FEATURES, PAGES, TESTS, ARGUMENTS].into_iter().zip(before) {
        let after = text::read(root.join(file)).unwrap();
        assert_eq!(formatted(root, &after).unwrap(), after, "{file} is formatted");
        for line in before.lines().filter(|line| !line.starts_with("const ARGUMENTS")) {
            assert!(after.contains(line), "{file} keeps {line}");
        }
        if file != ARGUMENTS {
            assert!(["teas", "road_trips", "biscuits"].iter().all(|name| after.contains(name)), "{file}: {after}");
        }
    }
    let arguments = text::read(root.join(ARGUMENTS)).unwrap();
    assert!(arguments.contains("&day=x&") && arguments.contains("&best_before=x"), "{arguments}");
}

#[test]
fn names_that_the_project_has_are_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    files::copy_to(root).unwrap();
    fs::write(root.join("migrations/1000_more.sql"), "create table kettles (id int);").unwrap();
    fs::create_dir_all(root.join("app/src/cups")).unwrap();
    fs::write(root.join("app/src/cups/api.rs"), "endpoint = \"create_cup\"").unwrap();
    for (name, singular, why) in [
        ("ui", Some("element"), "app/src/ui is there"),
        ("forms", Some("sheet"), "server/tests/forms.rs is there"),
        ("kettles", None, "1000_more.sql makes kettles"),
        ("letters", None, "makes letters"),
        ("profiles", None, "0005_show_profiles.sql makes profiles"),
        ("codes", None, "pages/src/lib.rs has a CodePage"),
        ("sign_in", Some("way_in"), "a page at /sign-in"),
        ("rls", Some("rule"), "rls is there"),
        ("http", Some("call"), "http is there"),
        ("shell", Some("clam"), "app/src/shell.rs is there"),
        ("support", Some("ticket"), "support is there"),
        ("leptos", Some("butterfly"), "a crate is called leptos"),
        ("mugs", Some("cup"), "has a function create_cup"),
    ] {
        let singular = singular.map(str::to_owned);
        let options = Options { name: name.to_owned(), singular, ..Options::default() };
        let error = Feature::new(&options, root).expect_err(name).to_string();
        assert!(error.contains(why) && error.contains("Fix:"), "{name}: {error}");
    }
}
