//! Tests that what is generated has the shape of the sample, so that the two cannot part.

use super::formatted;
use super::templates;
use super::tests::{articles, notes};
use crate::folders::root;
use crate::text;
use std::collections::BTreeMap;

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

const SAMPLE: &str = "posts";

#[test]
fn a_generated_feature_has_the_shape_of_the_sample() {
    let generated: BTreeMap<_, _> = templates::files(&articles()).into_iter().collect();
    for twin in TWINS {
        let (folder, file) = twin.sample;
        let sample = format!("{folder}/{file}").replace("{}", SAMPLE);
        let mut expected = text::read(root().join(&sample)).unwrap_or_else(|error| panic!("{sample}: {error}"));
        for (before, after) in [("Posts", "Articles"), ("posts", "articles"), ("Post", "Article"), ("post", "article")]
        {
            expected = expected.replace(before, after);
        }
        // The encoding has nothing to do with posts.
        let expected = expected.replace("Articlecard", "Postcard");
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
        let file = format!("migrations/{number}_create_{sample}.sql");
        let expected = text::read(root().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
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
