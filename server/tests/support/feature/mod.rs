//! The tests' own feature: notes, which go with their owner, and letters, which anybody reads and which stay without a name.
//! What holds for every feature is tested on it, whichever features the app has.

#[path = "../../../src/site.rs"]
mod app_site;
pub mod letters;
pub mod notes;
mod pages;

pub use app_site::SITE as APP;
use http_server::state::Site;
use request::feature::{Feature, Features};
use request::{AppError, Field, text};
use sqlx::migrate::Migrator;

/// What the tests' databases have beside the app's schema. It is not noted down as a migration: the program does not know it.
pub static MIGRATIONS: Migrator = sqlx::migrate!("tests/support/feature/migrations");

/// The app as it is served, with notes and letters.
pub const SITE: Site = Site { pages: pages::show, features: Features(&ALL), crates: &CRATES, ..APP };

/// This feature is part of the program that has it.
const CRATES: [&str; 3] = ["app", "pages", env!("CARGO_CRATE_NAME")];

const ALL: [Feature; app::FEATURES.0.len() + 2] = all();

const fn all() -> [Feature; app::FEATURES.0.len() + 2] {
    let mut all = [notes::FEATURE; app::FEATURES.0.len() + 2];
    let mut index = 0;
    while index < app::FEATURES.0.len() {
        all[index] = app::FEATURES.0[index];
        index += 1;
    }
    all[index + 1] = letters::FEATURE;
    all
}

/// The control that both forms have.
const BODY: Field = Field::new("body");

/// The longest body, as in the schema.
const BODY_MAX: u32 = 500;

fn checked(body: &str) -> Result<String, AppError> {
    text::line(body, BODY_MAX).map_err(|problem| AppError::field(BODY, problem))
}
