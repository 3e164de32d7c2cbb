//! The entry of posts in the list of features: navigation, islands, forms, documents and hooks.

use super::api::{CreatePost, DeletePost, UpdatePost};
use super::{store, syndication};
use leptos::server_fn::ServerFn;
#[cfg(feature = "local")]
use request::feature::Probe;
use request::feature::{self, Document, Feature};

const FEED: &str = "/";
const NEW: &str = "/posts/new";
const POST: &str = "/posts/{id}";
const EDIT: &str = "/posts/{id}/edit";
const SITEMAP: &str = "/sitemap.xml";

const XML: &str = "application/xml; charset=utf-8";

pub const FEATURE: Feature = Feature {
    name: "posts",
    nav: &[(FEED, "Posts")],
    islands: &[NEW, EDIT],
    prose: &[POST, NEW, EDIT],
    public: &[FEED, POST],
    forms: &[(CreatePost::PATH, NEW), (UpdatePost::PATH, EDIT), (DeletePost::PATH, POST)],
    previews: &[(CreatePost::PATH, NEW), (UpdatePost::PATH, EDIT)],
    export: Some(|tx| Box::pin(async move { feature::to_json(store::export(tx).await?) })),
    on_account_deletion: Some(|tx| Box::pin(async move { Ok(on_account_deletion(store::count_own_posts(tx).await?)) })),
    documents: &[
        Document {
            path: "/feed.xml",
            content_type: "application/atom+xml; charset=utf-8",
            render: |request| Box::pin(syndication::atom(request.db, request.origin)),
        },
        Document {
            path: SITEMAP,
            content_type: XML,
            render: |request| Box::pin(syndication::sitemap_index(request.db, request.origin)),
        },
        Document {
            path: "/sitemaps/{name}",
            content_type: XML,
            render: |request| Box::pin(syndication::sitemap(request.db, request.origin, request.name)),
        },
    ],
    sitemaps: &[SITEMAP],
    #[cfg(feature = "local")]
    seed: Some(|db, personas| Box::pin(super::seed::plant(db, personas))),
    #[cfg(feature = "local")]
    probes: &[
        Probe {
            title: "Read posts",
            text: "They are public: the policy for reading is “true”, and so PostgreSQL adds nothing.",
            sql: "select id, title from posts order by created_at desc, id desc limit 20",
            writes: false,
        },
        Probe {
            title: "Edit every post",
            text: "It would reach only the posts of the user who asks. Nothing on this page writes, so it is planned and not run.",
            sql: "update posts set title = upper(title)",
            writes: true,
        },
    ],
    ..Feature::NONE
};

/// Returns the sentence for the page that confirms the deletion of an account.
fn on_account_deletion(posts: i64) -> String {
    match posts {
        0 => "You have no posts.".to_owned(),
        1 => "Your 1 post stays, without your name. Delete it first if it should go.".to_owned(),
        _ => format!("Your {posts} posts stay, without your name. Delete them first if they should go."),
    }
}

#[cfg(test)]
mod tests {
    use super::on_account_deletion;

    #[test]
    fn one_is_not_many() {
        assert_eq!(on_account_deletion(0), "You have no posts.");
        assert!(on_account_deletion(1).starts_with("Your 1 post stays"));
        assert!(on_account_deletion(2).starts_with("Your 2 posts stay"));
    }
}
