//! The list of posts, newest first: the front page, and the results of a search.

use super::metadata::FeedLink;
use app::page::loaded;
use app::posts::highlighted::{Highlighted, Part};
use app::posts::model::{Author, PostCursor, PostSummary, Search};
use app::posts::store;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::field::TextField;
use app::ui::layout::Heading;
use app::ui::pager::Pager;
use app::ui::timestamp::Timestamp;
use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use request::direction::without_instructions;
use request::session::{self, SignedIn};
use request::{AppError, FieldProblem};
use rls::Db;

const PAGE_SIZE: usize = 10;

#[component]
pub fn FeedPage() -> impl IntoView {
    let before = request::query("before").as_deref().and_then(PostCursor::decode);
    let typed = request::query("q").unwrap_or_default();
    let search = Search::parse(&typed);
    let can_write = matches!(session::viewer().user, SignedIn::Yes(_));
    let posts = load(session::db(), search.clone().ok().flatten(), before);
    let title = if matches!(search, Ok(None)) { "Posts" } else { "Search" };
    let error = search.as_ref().err().map(FieldProblem::to_string);
    let query = FeedQuery { search: search.ok().flatten(), is_first: before.is_none() };
    // Other parts of the list change with every new post, so they have no canonical address.
    let canonical = (query.search.is_none() && query.is_first && error.is_none())
        .then(|| view! { <Link rel="canonical" href=request::absolute("/") /> });
    view! {
        <Title text=title />
        {canonical}
        <Meta name="description" content="What people write here, the newest first." />
        <FeedLink />
        <Heading text="Posts">
            {can_write.then(|| view! { <ButtonLink href="/posts/new">"Write a post"</ButtonLink> })}
        </Heading>
        <form method="get" action="/" role="search" class="-mr-3 mb-8 flex items-start gap-2">
            <TextField
                id="q"
                name="q"
                kind="search"
                label="Search the posts"
                placeholder="Search the posts"
                value=typed
                error=error.clone()
                hide_label=true
            />
            <Submit kind=ButtonKind::Quiet>"Search"</Submit>
        </form>
        {error.is_none().then(|| loaded(posts, move |posts| view! { <Feed posts query /> }))}
    }
}

/// Loads one post more than is shown, which tells whether there is a next page.
async fn load(
    db: Result<Db, AppError>,
    search: Option<Search>,
    before: Option<PostCursor>,
) -> Result<Vec<PostSummary>, AppError> {
    let mut tx = db?.as_anonymous().await?;
    Ok(match &search {
        None => store::list_posts(&mut tx, before, PAGE_SIZE + 1).await?,
        Some(search) => store::search_posts(&mut tx, search, before, PAGE_SIZE + 1).await?,
    })
}

/// The part of the list that is shown.
struct FeedQuery {
    search: Option<Search>,
    is_first: bool,
}

impl FeedQuery {
    fn address(&self, before: Option<PostCursor>) -> String {
        let before = before.map(|cursor| ("before", cursor.encode()));
        let search = self.search.as_ref().map(|search| ("q", search.as_str().to_owned()));
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(search.into_iter().chain(before)).finish();
        if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
    }
}

#[component]
fn Feed(mut posts: Vec<PostSummary>, query: FeedQuery) -> impl IntoView {
    let more = posts.len() > PAGE_SIZE;
    posts.truncate(PAGE_SIZE);
    let last = posts.last().filter(|_| more).map(|post| PostCursor { created_at: post.created_at, id: post.id });
    let empty = posts.is_empty().then(|| view! { <Empty searched=query.search.is_some() is_first=query.is_first /> });
    let first = (!query.is_first).then(|| query.address(None));
    let next = last.map(|cursor| query.address(Some(cursor)));
    view! {
        {empty}
        <div class="divide-y divide-line">
            {posts.into_iter().map(|post| view! { <Entry post /> }).collect_view()}
        </div>
        <Pager first next />
    }
}

#[component]
fn Empty(searched: bool, is_first: bool) -> impl IntoView {
    if !is_first {
        return view! { <p class="text-muted">"Nothing more on this page."</p> }.into_any();
    }
    if !searched {
        return view! { <p class="text-muted">"Nothing here yet."</p> }.into_any();
    }
    view! {
        <p class="text-muted">
            "No post has these words. Very common ones, such as “the”, are not searched for; “or” finds either of two, and a \
             minus leaves a word out. " <a href="/" class="text-accent underline">
                "Show all posts"
            </a>
        </p>
    }
        .into_any()
}

#[component]
fn Entry(post: PostSummary) -> impl IntoView {
    view! {
        <article class="py-6 first:pt-0">
            <h2 dir="auto" class="text-xl font-semibold">
                <a href=post.id.path() class="rounded-sm hover:text-accent hover:underline">
                    <HighlightedText text=post.title />
                </a>
            </h2>
            <p class="mt-1 text-sm text-muted">
                <Byline author=post.author /> " · " <Timestamp at=post.created_at /> " · "
                <ReadingTime minutes=post.minutes />
            </p>
            <p dir="auto" class="mt-3 line-clamp-3">
                <HighlightedText text=post.excerpt />
            </p>
        </article>
    }
}

/// Renders text with the matches of a search marked.
#[component]
fn HighlightedText(text: Highlighted) -> impl IntoView {
    let part = |part| match part {
        Part::Plain(text) => text.into_any(),
        Part::Match(text) => view! { <mark>{text}</mark> }.into_any(),
    };
    text.0.into_iter().map(part).collect_view()
}

#[component]
pub fn ReadingTime(minutes: u32) -> impl IntoView {
    // Joined by no-break spaces.
    format!("{minutes}\u{a0}min\u{a0}read")
}

/// Renders the author's name, or what stands in its place.
#[component]
pub fn Byline(author: Author) -> impl IntoView {
    view! { <bdi>{without_instructions(author.label())}</bdi> }
}
