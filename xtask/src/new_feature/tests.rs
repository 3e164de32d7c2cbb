//! Tests of whole features: what is generated has the shape of the sample, and goes into a copy of the project once.

use super::fields::Fields;
use super::names::Names;
use super::templates::{self, Feature};
use super::{Options, formatted, plan};
use crate::folders::root;
use crate::registry::{ARGUMENTS, FEATURES, PAGES, TESTS};
use crate::{files, text};
use std::collections::BTreeMap;
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

/// A file of the sample that a generated one is like.
struct Twin {
    generated: &'static str,
    /// The sample's feature, and the file in it, or the number of its migration.
    sample: (&'static str, &'static str),
    /// What the sample calls otherwise.
    renamed: &'static [(&'static str, &'static str)],
    /// What only the generated file has.
    own: &'static [&'static str],
}

const TWINS: &[Twin] = &[
    Twin { generated: "app/src/articles/model.rs", sample: ("app/src/{}", "model.rs"), renamed: &[], own: &[] },
    Twin {
        generated: "app/src/articles/store.rs",
        sample: ("app/src/{}", "store.rs"),
        // The sample's order is by time, too.
        renamed: &[("ArticleCursor", "ArticleId")],
        own: &[],
    },
    Twin { generated: "app/src/articles/api.rs", sample: ("app/src/{}", "api.rs"), renamed: &[], own: &[] },
    Twin {
        generated: "app/src/articles/feature.rs",
        sample: ("app/src/{}", "feature.rs"),
        renamed: &[("const FEED", "const LIST"), ("const POST", "const ARTICLE")],
        own: &[],
    },
    Twin {
        generated: "pages/src/articles/list.rs",
        sample: ("pages/src/{}", "feed.rs"),
        renamed: &[("FeedPage", "ArticlesPage")],
        own: &[
            "async fn load(db: Result<Db, AppError>, before: Option<ArticleId>) -> Result<Vec<ArticleSummary>, AppError>",
            "fn List(mut articles: Vec<ArticleSummary>, is_first: bool) -> impl IntoView",
        ],
    },
    Twin {
        generated: "pages/src/articles/show.rs",
        sample: ("pages/src/{}", "show.rs"),
        renamed: &[("fn Article(", "fn Content("), ("fn AuthorTools(", "fn Tools(")],
        own: &[
            "#[component]",
            "pub fn Details(article: Article) -> impl IntoView",
            "fn Detail(name: &'static str, #[prop(into)] value: String) -> impl IntoView",
        ],
    },
    Twin {
        generated: "pages/src/articles/editor.rs",
        sample: ("pages/src/{}", "editor.rs"),
        renamed: &[("user: Claims, ", "")],
        own: &[
            "fn SavedVersion(article: Article) -> impl IntoView",
            "#[derive(Clone, Debug, Default)]",
            "struct Values",
            "impl Values",
            "fn of(article: &Article) -> Self",
            "fn ArticleForm(function: &'static str, #[prop(into)] cancel: String, state: FormState, \
             #[prop(optional)] values: Values, children: Children) -> impl IntoView",
            "fn Fields(state: FormState, values: Values) -> impl IntoView",
        ],
    },
    Twin {
        generated: "server/tests/articles/contract.rs",
        sample: ("server/tests/{}", "contract.rs"),
        renamed: &[],
        own: &[],
    },
    Twin {
        generated: "server/tests/articles/rls/rights.rs",
        sample: ("server/tests/{}", "rls/rights.rs"),
        renamed: &[],
        own: &[],
    },
    Twin {
        generated: "server/tests/articles/rls/mod.rs",
        sample: ("server/tests/{}", "rls/mod.rs"),
        renamed: &[("pub mod rights", "mod rights"), ("_a_article_", "_an_article_")],
        own: &["fn draft(title: &str) -> Draft", "fn article(title: &str) -> NewArticle"],
    },
    Twin {
        generated: "migrations/1000_create_articles.sql",
        sample: ("migrations", "1001_create_{}.sql"),
        renamed: &[],
        own: &[],
    },
];

/// Where the posts are a project's own, they may change as they like.
const SAMPLE: &str = "posts";

#[test]
fn a_generated_feature_has_the_shape_of_the_sample() {
    let generated: BTreeMap<_, _> = templates::files(&articles()).into_iter().collect();
    for twin in TWINS {
        let (folder, file) = twin.sample;
        let sample = format!("{folder}/{file}").replace("{}", SAMPLE);
        let is_template = root().join("xtask/src/init").is_dir();
        let Some(mut expected) = text::read(root().join(&sample)).ok().filter(|_| is_template) else { return };
        for (before, after) in [("Posts", "Articles"), ("posts", "articles"), ("Post", "Article"), ("post", "article")]
        {
            expected = expected.replace(before, after);
        }
        let mut expected = items(&expected);
        for item in &mut expected {
            twin.renamed.iter().for_each(|(before, after)| *item = item.replace(before, after));
        }
        let text = &generated[twin.generated];
        let is_rust = twin.generated.ends_with(".rs");
        let found = items(&if is_rust { formatted(root(), text).unwrap() } else { text.clone() });

        for own in twin.own {
            assert!(found.iter().any(|item| item == own), "{} has no `{own}`: {found:#?}", twin.generated);
        }
        let mut rest = expected.iter();
        for item in found.iter().filter(|item| !twin.own.contains(&item.as_str())) {
            assert!(
                rest.any(|expected| expected == item),
                "{} has `{item}`, and {sample} does not, or not there: {expected:#?}",
                twin.generated
            );
        }
    }
}

/// Returns the items of a source without its tests, and the statements of a migration: each in one line, without its
/// body or value.
fn items(text: &str) -> Vec<String> {
    const RUST: [&str; 16] = [
        "pub fn ",
        "fn ",
        "pub async fn ",
        "async fn ",
        "pub struct ",
        "struct ",
        "pub enum ",
        "enum ",
        "impl ",
        "type ",
        "pub const ",
        "const ",
        "pub mod ",
        "mod ",
        "#[",
        "impl<",
    ];
    const SQL: [&str; 5] = ["create ", "alter ", "grant ", "revoke ", "constraint "];
    let text = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
    let mut items = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let part = line.trim_start();
        if SQL.iter().any(|beginning| part.starts_with(beginning)) {
            items.push(statement(part));
        }
        if line.len() - part.len() > 4 || !RUST.iter().any(|beginning| part.starts_with(beginning)) {
            continue;
        }
        let mut item = part.to_owned();
        while !item.ends_with(['{', '}', ';', ']', '=']) {
            let Some(next) = lines.next() else { break };
            let next = next.trim();
            if !next.starts_with("///") {
                item = format!("{item} {next}");
            }
        }
        let head =
            if item.starts_with("#[") { item.as_str() } else { item.split([';', '=']).next().unwrap_or_default() };
        let head = head.trim_end_matches(['{', ' ']).replace("( ", "(").replace(", )", ")").replace(",)", ")");
        items.push(head);
    }
    items
}

/// Returns a statement without the lengths, which are the feature's own.
fn statement(line: &str) -> String {
    let line = line.trim_end_matches(['(', ')', ',', ';', ' ']);
    line.split(" between ").next().unwrap_or_default().to_owned()
}

#[test]
fn a_generated_table_has_the_policies_of_the_sample() {
    for (feature, number, sample) in [(notes(), 1000, "todos"), (articles(), 1001, SAMPLE)] {
        let file = root().join(format!("migrations/{number}_create_{sample}.sql"));
        let Ok(expected) = text::read(file) else { continue };
        let name = &feature.names.plural;
        let expected = policies(&expected.replace(sample, name));
        let files: BTreeMap<_, _> = templates::files(&feature).into_iter().collect();
        let found = policies(&files[&format!("migrations/1000_create_{name}.sql")]);
        assert!(found.len() >= 4, "{found:?}");
        for statement in found {
            assert!(expected.contains(&statement), "{statement}: {expected:#?}");
        }
    }
}

/// Returns the statements of a migration about policies and indexes, each in one line.
fn policies(text: &str) -> Vec<String> {
    let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let statements = code.join("\n");
    let statements = statements.split(';').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let is_wanted = |part: &String| {
        ["create policy ", "alter table ", "create index "].iter().any(|beginning| part.starts_with(beginning))
    };
    statements.filter(is_wanted).collect()
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
        ("kettles", None, "1000_more.sql makes a table"),
        ("letters", None, "makes a table"),
        ("sign_in", Some("way_in"), "a page at /sign-in"),
        ("rls", Some("rule"), "rls is there"),
        ("leptos", Some("butterfly"), "a crate is called leptos"),
        ("mugs", Some("cup"), "has a function create_cup"),
    ] {
        let singular = singular.map(str::to_owned);
        let options = Options { name: name.to_owned(), singular, ..Options::default() };
        let error = Feature::new(&options, root).expect_err(name).to_string();
        assert!(error.contains(why) && error.contains("Fix:"), "{name}: {error}");
    }
}
