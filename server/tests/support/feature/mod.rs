//! The tests' own feature: memos, which are deleted with their owner, and letters, which are public and stay without a
//! name.
//! Rules for all features are tested on it, whichever features the app has.

#[path = "../../../src/site.rs"]
mod app_site;
pub mod letters;
pub mod memos;
mod pages;
pub mod rows;

pub use app_site::SITE as APP;
use http_server::state::Site;
use request::feature::{Feature, Features};
use request::{AppError, Field, text};
use rls::{DbError, Reads, UserTx};
use sqlx::migrate::Migrator;

/// The additional tables of the tests' databases. They are not recorded as migrations, since the program does not know
/// them.
pub static MIGRATIONS: Migrator = sqlx::migrate!("tests/support/feature/migrations");

/// The app with memos and letters.
pub const SITE: Site = Site { pages: pages::show, features: Features(&ALL), crates: &CRATES, ..APP };

/// The crates whose spans are traced, including the one that contains this feature.
const CRATES: [&str; 3] = ["app", "pages", env!("CARGO_CRATE_NAME")];

const ALL: [Feature; app::FEATURES.0.len() + 2] = all();

const fn all() -> [Feature; app::FEATURES.0.len() + 2] {
    let mut all = [memos::FEATURE; app::FEATURES.0.len() + 2];
    let mut index = 0;
    while index < app::FEATURES.0.len() {
        all[index] = app::FEATURES.0[index];
        index += 1;
    }
    all[index + 1] = letters::FEATURE;
    all
}

/// The form field of both forms.
const BODY: Field = Field::new("body");

/// The maximum length of a body, in characters, as in the schema.
const BODY_MAX: u32 = 500;

fn checked(body: &str) -> Result<String, AppError> {
    text::line(body, BODY_MAX).map_err(|problem| AppError::field(BODY, problem))
}

/// Returns the result of a `select count(*)`.
async fn count(tx: &mut UserTx, query: &'static str) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar(query).fetch_one(tx.connection()).await.map_err(DbError::from)?)
}
