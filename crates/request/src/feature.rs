//! What server and pages have to know of a feature: one value that each feature has in its folder.
//! It must not name a feature.

use crate::{AppError, form, internal};
#[cfg(feature = "local")]
use identity::Claims;
use leptos::prelude::use_context;
use rls::{Db, Maintenance, UserTx};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

/// The future of a hook, as a `fn` pointer can name it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, AppError>> + Send + 'a>>;

/// Queries in a transaction of the user.
pub type UserQuery<T> = for<'a> fn(&'a mut UserTx) -> BoxFuture<'a, T>;

/// Writes the rows of the people of the sample.
#[cfg(feature = "local")]
pub type Seed = for<'a> fn(&'a Db, &'a Personas) -> BoxFuture<'a, ()>;

/// One feature. In paths `{id}` stands for a number.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// The key of its part in the file that users export.
    pub name: &'static str,
    /// Links in the head of every page: path and label.
    pub nav: &'static [(&'static str, &'static str)],
    /// Pages with an island. Every other page loads no wasm, and its Content-Security-Policy allows none.
    pub islands: &'static [&'static str],
    /// Pages that show Markdown: their policy also allows images from elsewhere.
    pub prose: &'static [&'static str],
    /// Pages that look the same to every anonymous user: they are cached, indexed, and loaded ahead.
    pub public: &'static [&'static str],
    /// Server functions that forms call, each with the page that has the form: no other page takes it.
    pub forms: &'static [(&'static str, &'static str)],
    /// Server functions whose form can be looked at before it is sent, each with the page that shows it again.
    pub previews: &'static [(&'static str, &'static str)],
    /// Statements that are run each minute, on the rows of all users.
    pub maintenance: &'static [Maintenance],
    /// Returns everything that the feature keeps about the user.
    pub export: Option<UserQuery<Value>>,
    /// Returns the sentence that says what becomes of the user's rows when the account is deleted.
    pub on_account_deletion: Option<UserQuery<String>>,
    /// Documents for programs, such as a feed.
    pub documents: &'static [Document],
    /// Paths of sitemaps, for `robots.txt`.
    pub sitemaps: &'static [&'static str],
    /// Writes what a first look at local mode shows. Repeating it changes nothing.
    #[cfg(feature = "local")]
    pub seed: Option<Seed>,
    /// Statements that "Under the hood" runs as different people.
    #[cfg(feature = "local")]
    pub probes: &'static [Probe],
}

impl Feature {
    /// A feature without anything, to be completed with `..Feature::NONE`.
    pub const NONE: Self = Self {
        name: "",
        nav: &[],
        islands: &[],
        prose: &[],
        public: &[],
        forms: &[],
        previews: &[],
        maintenance: &[],
        export: None,
        on_account_deletion: None,
        documents: &[],
        sitemaps: &[],
        #[cfg(feature = "local")]
        seed: None,
        #[cfg(feature = "local")]
        probes: &[],
    };
}

/// A document that looks the same to every client.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// `{name}` stands for one segment of any text.
    pub path: &'static str,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// Makes the text.
    pub render: for<'a> fn(DocumentRequest<'a>) -> BoxFuture<'a, String>,
}

/// What a document is made from.
#[derive(Clone, Copy, Debug)]
pub struct DocumentRequest<'a> {
    /// For a transaction of an anonymous user.
    pub db: &'a Db,
    /// The app's own origin, without a slash at the end.
    pub origin: &'a str,
    /// What stands for `{name}`; empty where the path has none.
    pub name: &'a str,
}

/// The people of the sample data in local mode.
#[cfg(feature = "local")]
#[derive(Clone, Debug)]
pub struct Personas {
    /// Ada.
    pub ada: Claims,
    /// Grace.
    pub grace: Claims,
}

/// A statement without any word about who asks.
#[cfg(feature = "local")]
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// A heading.
    pub title: &'static str,
    /// What to look at, in a sentence.
    pub text: &'static str,
    /// Returns a column `id`, unless it writes.
    pub sql: &'static str,
    /// Then it is planned, and not run.
    pub writes: bool,
}

/// What a form asks for that was posted to its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormAction {
    /// It calls this server function.
    Call(&'static str),
    /// It shows the page again with what was typed into the form of this server function.
    Preview(&'static str),
}

/// The features of an app, in the order in which they are listed.
#[derive(Clone, Copy, Debug)]
pub struct Features(
    /// One value for each feature.
    pub &'static [Feature],
);

impl Features {
    /// Returns those of the app whose page is rendered.
    pub fn of_this_app() -> Self {
        use_context().unwrap_or(Self(&[]))
    }

    /// Returns the features one by one.
    pub fn iter(self) -> impl Iterator<Item = &'static Feature> {
        self.0.iter()
    }

    /// Tells whether the page at `path` loads wasm.
    pub fn loads_wasm(self, path: &str) -> bool {
        self.iter().flat_map(|feature| feature.islands).any(|page| matches(page, path))
    }

    /// Tells whether the page at `path` shows Markdown.
    pub fn shows_prose(self, path: &str) -> bool {
        self.iter().flat_map(|feature| feature.prose).any(|page| matches(page, path))
    }

    /// Tells whether the page at `path` looks the same to every anonymous user.
    pub fn is_public(self, path: &str) -> bool {
        self.iter().flat_map(|feature| feature.public).any(|page| matches(page, path))
    }

    /// Returns what the form with this key asks for, if the page at `path` has one.
    pub fn form(self, path: &str, key: &str) -> Option<FormAction> {
        if key == form::PREVIEW {
            let mut previews = self.iter().flat_map(|feature| feature.previews);
            return previews.find(|(_, page)| matches(page, path)).map(|(function, _)| FormAction::Preview(function));
        }
        let mut forms = self.iter().flat_map(|feature| feature.forms);
        let form = forms.find(|(function, page)| form::key_of(function) == key && matches(page, path));
        form.map(|(function, _)| FormAction::Call(function))
    }

    /// Returns the pages that have a form.
    pub fn pages_with_forms(self) -> BTreeSet<&'static str> {
        self.iter().flat_map(|feature| feature.forms.iter().chain(feature.previews)).map(|(_, page)| *page).collect()
    }

    /// Returns everything that is kept about the user, feature by feature.
    pub async fn export(self, tx: &mut UserTx) -> Result<Map<String, Value>, AppError> {
        let mut all = Map::new();
        for feature in self.iter() {
            if let Some(export) = feature.export {
                all.insert(feature.name.to_owned(), export(tx).await?);
            }
        }
        Ok(all)
    }

    /// Returns what becomes of the user's rows when the account is deleted: a sentence for each feature.
    pub async fn on_account_deletion(self, tx: &mut UserTx) -> Result<Vec<String>, AppError> {
        let mut sentences = Vec::new();
        for announce in self.iter().filter_map(|feature| feature.on_account_deletion) {
            sentences.push(announce(tx).await?);
        }
        Ok(sentences)
    }
}

/// Returns rows as [`Feature::export`] wants them.
pub fn to_json(rows: impl Serialize) -> Result<Value, AppError> {
    serde_json::to_value(rows).map_err(|error| internal(&error))
}

fn matches(page: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let mut is_like = |wanted: &str| {
        segments.next().is_some_and(|segment| match wanted {
            "{id}" => !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()),
            wanted => segment == wanted,
        })
    };
    page.split('/').all(&mut is_like) && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{Feature, Features, FormAction, matches};

    #[test]
    fn an_id_is_a_number_and_nothing_else() {
        for (page, path) in [("/", "/"), ("/a", "/a"), ("/a/{id}", "/a/12"), ("/a/{id}/edit", "/a/1/edit")] {
            assert!(matches(page, path), "{page} {path}");
        }
        for (page, path) in [
            ("/", ""),
            ("/", "/a"),
            ("/a", "/"),
            ("/a", "/a/"),
            ("/a", "/A"),
            ("/a/{id}", "/a"),
            ("/a/{id}", "/a/"),
            ("/a/{id}", "/a/new"),
            ("/a/{id}", "/a/-1"),
            ("/a/{id}", "/a/1/edit"),
            ("/a/{id}/edit", "/a/x/edit"),
        ] {
            assert!(!matches(page, path), "{page} {path}");
        }
    }

    #[test]
    fn a_page_takes_its_own_forms_and_no_others() {
        const NOTES: Feature = Feature {
            forms: &[("/api/add", "/notes"), ("/api/edit", "/notes/{id}/edit")],
            previews: &[("/api/edit", "/notes/{id}/edit")],
            ..Feature::NONE
        };
        let form = |path, key| Features(&[NOTES]).form(path, key);
        assert_eq!(form("/notes", "add"), Some(FormAction::Call("/api/add")));
        assert_eq!(form("/notes/7/edit", "edit"), Some(FormAction::Call("/api/edit")));
        assert_eq!(form("/notes/7/edit", "preview"), Some(FormAction::Preview("/api/edit")));
        for (path, key) in [
            ("/notes", "edit"),
            ("/notes", "preview"),
            ("/notes/7/edit", "add"),
            ("/notes/x/edit", "edit"),
            ("/notes", ""),
            ("/notes", "/api/add"),
            ("/notes", "ADD"),
            ("/notes/", "add"),
        ] {
            assert_eq!(form(path, key), None, "{path} {key}");
        }
        assert_eq!(Vec::from_iter(Features(&[NOTES]).pages_with_forms()), ["/notes", "/notes/{id}/edit"]);
    }
}
