//! The list of posts, newest first: the front page.
//! It must not depend on who reads it.

use super::model::{Author, PostCursor, PostSummary};
use super::store;
use crate::error::AppError;
use crate::page::{self, loaded};
use crate::session::{self, SignedIn};
use crate::ui::button::ButtonLink;
use crate::ui::layout::Heading;
use crate::ui::pager::Pager;
use crate::ui::timestamp::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;

const PAGE_SIZE: usize = 10;

#[component]
pub fn FeedPage() -> impl IntoView {
    let before = page::query("before").as_deref().and_then(PostCursor::decode);
    let can_write = matches!(session::viewer().user, SignedIn::Yes(_));
    let db = session::db();
    let posts = async move {
        let mut tx = db?.as_anonymous().await?;
        // One more than is shown: it tells whether there is a next page.
        Ok::<_, AppError>(store::list_posts(&mut tx, before, PAGE_SIZE + 1).await?)
    };
    view! {
        <Title text="Posts" />
        <Heading text="Posts">
            {can_write.then(|| view! { <ButtonLink href="/posts/new">"Write a post"</ButtonLink> })}
        </Heading>
        {loaded(posts, move |posts| view! { <Feed posts first=before.map(|_| "/".to_owned()) /> })}
    }
}

#[component]
fn Feed(mut posts: Vec<PostSummary>, first: Option<String>) -> impl IntoView {
    let more = posts.len() > PAGE_SIZE;
    posts.truncate(PAGE_SIZE);
    let last = posts.last().filter(|_| more).map(|post| PostCursor { created_at: post.created_at, id: post.id });
    let empty = posts.is_empty().then(|| view! { <p class="text-muted">"Nothing here yet."</p> });
    view! {
        {empty}
        <div class="divide-y divide-line">
            {posts.into_iter().map(|post| view! { <Entry post /> }).collect_view()}
        </div>
        <Pager first next=last.map(|cursor| format!("/?before={}", cursor.encode())) />
    }
}

#[component]
fn Entry(post: PostSummary) -> impl IntoView {
    view! {
        <article class="py-6 first:pt-0">
            <h2 class="text-xl font-semibold">
                <a href=post.id.path() class="rounded-sm hover:text-accent hover:underline">
                    {post.title}
                </a>
            </h2>
            <p class="mt-1 text-sm text-muted">
                <Byline author=post.author /> " · " <Timestamp at=post.created_at />
            </p>
            <p class="mt-3 line-clamp-3">{post.excerpt}</p>
        </article>
    }
}

/// Who wrote a post, or why there is no name.
#[component]
pub fn Byline(author: Author) -> impl IntoView {
    match author {
        Author::Named(name) => name,
        Author::Unnamed => "Unnamed author".to_owned(),
        Author::Gone => "Deleted user".to_owned(),
    }
}
