//! The entry of posts in the list of features: navigation, islands, forms, documents and hooks.

use super::api::{CreatePost, DeletePost, UpdatePost};
use super::{belongings, syndication};
use leptos::server_fn::ServerFn;
#[cfg(feature = "local")]
use request::feature::Probe;
use request::feature::{Document, Feature};

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
    export: Some(|tx| Box::pin(belongings::exported(tx))),
    on_account_deletion: Some(|tx| Box::pin(belongings::announced(tx))),
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
            text: "They are public: for everybody the policy is “true”, and so PostgreSQL adds nothing.",
            sql: "select id, title from posts order by created_at desc, id desc limit 20",
            writes: false,
        },
        Probe {
            title: "Edit every post",
            text: "It would reach only the posts of whoever asks. Nothing on this page writes, so it is planned and not run.",
            sql: "update posts set title = upper(title)",
            writes: true,
        },
    ],
    ..Feature::NONE
};
