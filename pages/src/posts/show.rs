//! The page of a post, with links to change it for its author.
//! It must not decide who the author is: the database does.

use super::feed::{Byline, ReadingTime};
use super::metadata::PostMetadata;
use app::page::loaded;
use app::posts::api::DeletePost;
use app::posts::markdown::{self, Prose};
use app::posts::model::{Post, PostId, reading_minutes};
use app::posts::store;
use app::ui::alert::Alert;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::timestamp::Timestamp;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use request::direction::isolated;
use request::session::{self, SignedIn};
use request::{AppError, FormState, form};
use rls::Db;

#[component]
pub fn PostPage() -> impl IntoView {
    let (db, user, id) = (session::db(), session::viewer().user, id_in_path());
    let delete = FormState::of::<DeletePost>();
    let post = async move { load(db?, user, id?).await };
    loaded(post, move |post| view! { <Article post delete /> })
}

/// Returns the id in the path, or `NotFound` if it is no number.
pub fn id_in_path() -> Result<PostId, AppError> {
    let id = use_params_map().read_untracked().get("id");
    id.and_then(|id| id.parse().ok()).map(PostId).ok_or(AppError::NotFound)
}

/// Loads the post with the rights of the user, or of an anonymous user.
pub async fn load(db: Db, user: SignedIn, id: PostId) -> Result<Post, AppError> {
    Ok(match user {
        SignedIn::Yes(claims) => store::get_post(&mut db.as_user(&claims).await?, id).await?,
        SignedIn::No | SignedIn::Unavailable => store::get_post(&mut db.as_anonymous().await?, id).await?,
    })
}

#[component]
fn Article(post: Post, delete: FormState) -> impl IntoView {
    let (id, edited) = (post.id, post.updated_at > post.created_at);
    let title = isolated(&post.title);
    let minutes = reading_minutes(u32::try_from(post.content.chars().count()).unwrap_or(u32::MAX));
    view! {
        <Title text=title />
        <PostMetadata post=&post />
        <article>
            <h1 dir="auto" class="text-4xl font-semibold">
                {post.title}
            </h1>
            <p class="mt-3 text-sm text-muted">
                <Byline author=post.author /> " · " <Timestamp at=post.created_at /> " · " <ReadingTime minutes />
                {edited.then(|| view! { " · edited " <Timestamp at=post.updated_at /> })}
            </p>
            <Prose html=markdown::render_cached(&post.content) />
        </article>
        {post.mine.then(|| view! { <AuthorTools id delete /> })}
    }
}

#[component]
fn AuthorTools(id: PostId, delete: FormState) -> impl IntoView {
    let failed = delete.summary();
    view! {
        <section aria-label="Your post" class="mt-10 space-y-3 border-t border-line pt-4">
            <Alert message=failed />
            <div class="-ml-3 flex flex-wrap items-start gap-2">
                <ButtonLink href=id.edit_path() kind=ButtonKind::Quiet>
                    "Edit"
                </ButtonLink>
                <details>
                    <summary class=ButtonKind::Danger.class()>"Delete…"</summary>
                    <form method="post" action=form::action(DeletePost::PATH) class="mt-2 ml-3 space-y-2 rounded-md border border-line p-4">
                        <p class="text-sm">"This deletes the post for everyone, and cannot be undone."</p>
                        <input type="hidden" name="id" value=id.0 />
                        <Submit kind=ButtonKind::Danger>"Delete this post"</Submit>
                    </form>
                </details>
            </div>
        </section>
    }
}
