//! What a person has here, feature by feature, for the tests of what becomes of it.
//! It must not know a feature: each says of itself what it has.

use crate::support::Browser;
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// Of one feature.
pub struct Belongings {
    /// Its name is also that of the list in the file that people take away.
    pub table: &'static str,
    /// The column that says whose a row is.
    pub owner: &'static str,
    /// Whether rows stay, without the name, when their owner goes.
    pub outlive: bool,
    /// Where the form goes that adds one, and its fields.
    pub form: (&'static str, &'static [(&'static str, &'static str)]),
    /// What the page says that asks for the last word, to somebody who has one, and three.
    pub announced: [&'static str; 2],
}

pub const FEATURES: &[Belongings] = &[
    // One line for each feature in which rows belong to people.
    crate::todos::whole_app::BELONGINGS,
    crate::posts::whole_app::BELONGINGS,
];

/// Adds so many of each.
pub async fn add(browser: &mut Browser, each: usize) {
    for Belongings { form: (action, fields), .. } in FEATURES {
        for _ in 0..each {
            let submission = Uuid::new_v4().to_string();
            let fields = [*fields, &[("submission", &*submission)]].concat();
            let answer = browser.post(action, &fields).await;
            assert!(answer.redirect_path().is_some_and(|path| !path.contains("__err")), "{answer:?}");
        }
    }
}

/// What is announced to somebody who has one of each, or three.
pub fn announced(each: usize) -> impl Iterator<Item = &'static str> {
    FEATURES.iter().map(move |feature| feature.announced[usize::from(each > 1)])
}

/// Looks that so many rows (`theirs`) have an owner, and that there are `all` of what outlives its owner, and no others.
pub async fn assert_left(database: &PgPool, all: i64, theirs: i64) {
    for Belongings { table, owner, outlive, .. } in FEATURES {
        let counts = AssertSqlSafe(format!("select count(*), count({owner}) from {table}"));
        let counts: (i64, i64) = sqlx::query_as(counts).fetch_one(database).await.expect("counts");
        assert_eq!(counts, (if *outlive { all } else { theirs }, theirs), "{table}: rows, and those with an owner");
    }
}
