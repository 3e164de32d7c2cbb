//! The export and the deletion of a user's data: in the tests' own feature, and with `check` in any other.

use crate::contract::backend::Backend;
use crate::support::{Browser, Page, TestApp};
use http::StatusCode;
use request::form::key_of;
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};

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
        table: "notes",
        owner: "user_id",
        outlive: false,
        form: ("/notes?/create_note", &[("body", "Tea")]),
        announced: ["Your 1 note is deleted.", "Your 3 notes are deleted."],
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
    add_to(features, &mut bob, 1).await;
    for each in [1, 3] {
        add_to(features, &mut ada, if each == 1 { 1 } else { each - 1 }).await;
        let page = ada.get("/account/delete").await;
        for sentence in announced_in(features, each) {
            assert!(page.body.contains(sentence), "{sentence}: {}", page.body);
        }
        assert_exported(features, &ada.get("/account/export").await, each);
    }
    let database = &backend.database().superuser;
    assert_left_in(features, database, 4, 4).await;
    let gone = ada.post("/account/delete?/delete", &[("confirmation", "delete")]).await;
    assert_eq!(gone.redirect_path().as_deref(), Some("/account/deleted"), "{gone:?}");
    assert_left_in(features, database, 4, 1).await;
}

/// Adds this many rows of each feature.
pub async fn add(browser: &mut Browser, each: usize) {
    add_to(FEATURES, browser, each).await;
}

async fn add_to(features: &[UserData], browser: &mut Browser, each: usize) {
    for UserData { form: (action, fields), .. } in features {
        for _ in 0..each {
            let answer = browser.post_with_key(action, fields).await;
            assert!(answer.redirect_path().is_some_and(|path| !path.starts_with("/sign-in")), "{answer:?}");
        }
    }
}

/// Returns the sentences of the confirmation page for a user with one row of each feature, or three.
pub fn announced(each: usize) -> impl Iterator<Item = &'static str> {
    announced_in(FEATURES, each)
}

fn announced_in(features: &'static [UserData], each: usize) -> impl Iterator<Item = &'static str> {
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
    let body = page.body.to_lowercase();
    for foreign in ["bob", "token", "cipher", "hash"] {
        assert!(!body.contains(foreign), "{foreign}: {body}");
    }
}

/// Checks that `owned` rows have an owner, that there are `all` rows of what outlives its owner, and no others.
pub async fn assert_left(database: &PgPool, all: i64, owned: i64) {
    assert_left_in(FEATURES, database, all, owned).await;
}

async fn assert_left_in(features: &[UserData], database: &PgPool, all: i64, owned: i64) {
    for UserData { table, owner, outlive, .. } in features {
        let counts = AssertSqlSafe(format!("select count(*), count({owner}) from {table}"));
        let counts: (i64, i64) = sqlx::query_as(counts).fetch_one(database).await.expect("counts");
        assert_eq!(counts, (if *outlive { all } else { owned }, owned), "{table}: rows, and those with an owner");
    }
}

#[tokio::test]
async fn an_anonymous_user_gets_no_export() {
    let app = TestApp::start().await;
    let page = app.browser().get("/account/export").await;
    assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?return_to=%2Faccount"));
}
