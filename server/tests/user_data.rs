//! The export and the deletion of a user's data: in the tests' own feature, and with `check` in any other.

use crate::contract::backend::Backend;
use crate::contract::flows::delete_account;
use crate::support::{Browser, Page, SITE, TestDatabase};
use http::StatusCode;
use request::form::key_of;
use serde_json::Value;

/// The data of a user in one feature.
pub struct UserData {
    /// The table, and the name of the list in the export.
    pub table: &'static str,
    /// The column with the owner's id.
    pub owner: &'static str,
    /// Whether rows stay, without the name, when their owner is deleted.
    pub outlive: bool,
    /// The action of the form that adds a row, and its fields.
    pub form: (&'static str, &'static [(&'static str, &'static str)]),
    /// The sentences of the confirmation page for a user with one row, and with three.
    pub announced: [&'static str; 2],
}

impl UserData {
    /// Returns the path of the server function that the form calls.
    pub fn function(&self) -> String {
        format!("/api/{}", key_of(self.form.0))
    }
}

/// The data in the tests' own feature.
pub const FEATURES: &[UserData] = &[
    UserData {
        table: "memos",
        owner: "user_id",
        outlive: false,
        form: ("/memos?/create_memo", &[("body", "Tea")]),
        announced: ["Your 1 memo is deleted.", "Your 3 memos are deleted."],
    },
    UserData {
        table: "letters",
        owner: "author_id",
        outlive: true,
        form: ("/letters?/create_letter", &[("body", "It is hot.")]),
        announced: ["Your 1 letter stays, without your name", "Your 3 letters stay, without your name"],
    },
];

/// Tests the data of these features: it is announced, exported, and deleted or made anonymous with the account.
pub async fn check(backend: &Backend, features: &'static [UserData]) {
    let (mut ada, mut bob) = (backend.signed_up("Ada").await, backend.signed_up("Bob").await);
    add(features, &mut bob, 1).await;
    for (more, each) in [(1, 1), (2, 3)] {
        add(features, &mut ada, more).await;
        let sentences: Vec<_> = announced(features, each).collect();
        ada.get("/account/delete").await.assert_shows(&sentences);
        assert_exported(features, &ada.get("/account/export").await, each);
    }
    assert_left(features, backend.database(), 4, 4).await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert_left(features, backend.database(), 4, 1).await;
}

/// Adds this many rows of each feature.
pub async fn add(features: &[UserData], browser: &mut Browser, each: usize) {
    for UserData { form: (action, fields), .. } in features {
        for _ in 0..each {
            let answer = browser.post_with_key(action, fields).await;
            assert!(answer.redirect_path().is_some_and(|path| !path.starts_with("/sign-in")), "{answer:?}");
        }
    }
}

/// Returns the sentences of the confirmation page for a user with one row of each feature, or three.
pub fn announced(features: &'static [UserData], each: usize) -> impl Iterator<Item = &'static str> {
    features.iter().map(move |feature| feature.announced[usize::from(each > 1)])
}

/// Checks that Ada's export has this many rows of each feature, and nothing secret or of another user.
fn assert_exported(features: &[UserData], page: &Page, each: usize) {
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    assert_eq!(page.headers["content-disposition"], format!("attachment; filename=\"{}.json\"", app::NAME));
    assert_eq!(page.headers["cache-control"], "private, no-store");
    let export: Value = serde_json::from_str(&page.body).expect("JSON");
    assert_eq!(export["account"]["email"], "ada@example.com");
    assert_eq!(export["devices"].as_array().map(Vec::len), Some(1));
    for UserData { table, form: (_, fields), .. } in features {
        let rows = export[table].as_array().expect("a list");
        assert_eq!(rows.len(), each, "{table}: {export}");
        for (field, value) in *fields {
            assert_eq!(rows[0][field], *value, "{table}");
        }
    }
    assert!(!page.body.contains("Bob") && !page.body.contains("bob@"), "{export}");
    // A feature's own rows may be about tokens, by the names of their columns.
    let is_of_feature = |name: &str| SITE.features.iter().any(|feature| feature.name == name);
    let rest = export.as_object().expect("an object").iter().filter(|(name, _)| !is_of_feature(name));
    for (name, value) in rest {
        let text = format!("{name}: {value}").to_lowercase();
        for secret in ["token", "cipher", "hash"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

/// Checks that `owned` rows have an owner, that there are `all` rows of what outlives its owner, and no others.
pub async fn assert_left(features: &[UserData], database: &TestDatabase, all: i64, owned: i64) {
    for UserData { table, owner, outlive, .. } in features {
        let counts: Vec<(i64, i64)> = database.rows(&format!("select count(*), count({owner}) from {table}")).await;
        assert_eq!(counts, [(if *outlive { all } else { owned }, owned)], "{table}: rows, and those with an owner");
    }
}
