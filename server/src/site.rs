//! The app that the server serves. Tests of the whole use the same.

use app::ui::view_transition;
use app::{failure_page, migrations, shell};
use http_server::state::Site;

pub const SITE: Site = Site {
    name: app::NAME,
    pages: pages::show,
    document: shell::document,
    framed: shell::framed,
    failure_page: failure_page::document,
    style: view_transition::RULE,
    features: app::FEATURES,
    crates: &["app", "pages"],
    migrations: &migrations::MIGRATIONS,
};
