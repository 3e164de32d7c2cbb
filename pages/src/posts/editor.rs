//! Writing a post and changing one: plain forms that keep their text whatever happens, with an island beside them.
//! It must not overwrite what somebody saved meanwhile.

use super::show::{id_in_path, load};
use app::page::loaded;
use app::posts::api::{CreatePost, UpdatePost};
use app::posts::live::{Editor, Previewed};
use app::posts::markdown;
use app::posts::model::{CONTENT, CONTENT_MAX, Post, TITLE};
use app::posts::unsaved::ELEMENT;
use app::ui::alert::Alert;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::field::{TextArea, TextField};
use app::ui::layout::Heading;
use identity::Claims;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use request::direction::without_instructions;
use request::session::{self, SignedIn, require_user};
use request::{AppError, Attempt, submission, text};
use std::future::ready;

#[component]
pub fn NewPostPage() -> impl IntoView {
    let user = require_user();
    let attempt = Attempt::of::<CreatePost>();
    // Kept from a failed attempt, so that trying again cannot publish twice.
    let submission = attempt.value("submission").unwrap_or_else(submission::fresh);
    loaded(ready(user), move |user| {
        view! {
            <Title text="Write a post" />
            <Heading text="Write a post" />
            <Around user attempt=attempt.clone()>
                <form method="post" action=CreatePost::url() class="space-y-6">
                    <input type="hidden" name="submission" value=submission />
                    <Inputs attempt title=String::new() content=String::new() />
                    <div class="flex flex-wrap gap-2">
                        <Submit>"Publish"</Submit>
                        <PreviewButton page="/posts/new".to_owned() />
                        <ButtonLink href="/" kind=ButtonKind::Quiet>
                            "Cancel"
                        </ButtonLink>
                    </div>
                </form>
            </Around>
        }
    })
}

#[component]
pub fn EditPostPage() -> impl IntoView {
    let (db, user, id) = (session::db(), require_user(), id_in_path());
    let attempt = Attempt::of::<UpdatePost>();
    let post = async move {
        let user = user?;
        let post = load(db?, SignedIn::Yes(user.clone()), id?).await?;
        if post.mine { Ok((post, user)) } else { Err(AppError::NotFound) }
    };
    loaded(post, move |(post, user)| view! { <Edit post user attempt /> })
}

#[component]
fn Edit(post: Post, user: Claims, attempt: Attempt) -> impl IntoView {
    // What was typed into the form of another post is not for this one.
    let is_of_this = attempt.value("id").is_none_or(|id| id == post.id.0.to_string());
    let attempt = if is_of_this { attempt } else { Attempt::default() };
    let stale = (attempt.error == Some(AppError::Stale)).then(|| {
        let (title, content) = (post.title.clone(), post.content.clone());
        view! {
            <section class="mt-10 rounded-lg border border-line bg-surface p-6">
                <h2 class="font-semibold">"The saved version: " <bdi>{without_instructions(&title)}</bdi></h2>
                <div dir="auto" class="mt-3 whitespace-pre-wrap [unicode-bidi:plaintext]">
                    {content}
                </div>
            </section>
        }
    });
    // Whoever has not seen the saved version edits the one that they began with, however often the form comes back.
    let typed = attempt.value("version").and_then(|version| version.parse().ok());
    let version = typed.filter(|_| stale.is_none()).unwrap_or(post.version);
    view! {
        <Title text="Edit post" />
        <Heading text="Edit post" />
        <Around user attempt=attempt.clone()>
            <form method="post" action=UpdatePost::url() class="space-y-6">
                <input type="hidden" name="id" value=post.id.0 />
                <input type="hidden" name="version" value=version />
                <Inputs attempt title=post.title content=post.content />
                <div class="flex flex-wrap gap-2">
                    <Submit>"Save"</Submit>
                    <PreviewButton page=post.id.edit_path() />
                    <ButtonLink href=post.id.path() kind=ButtonKind::Quiet>
                        "Cancel"
                    </ButtonLink>
                </div>
            </form>
            {stale}
        </Around>
    }
}

/// The form with its island, and what that has to know: whose text it is, whether any was typed, and how it looks if that was asked for.
#[component]
fn Around(user: Claims, attempt: Attempt, children: Children) -> impl IntoView {
    let typed = attempt.value("content");
    let asked = attempt.value("preview").and(typed.as_ref());
    if let Some(content) = asked.and_then(|content| text::lines(content, CONTENT_MAX).ok()) {
        let title = attempt.value("title").unwrap_or_default();
        provide_context(Previewed { title, html: markdown::render(&content) });
    }
    view! {
        <div id=ELEMENT data-person=user.subject().to_owned() data-typed=typed.map(|_| "")>
            {children()}
            <Editor />
        </div>
    }
}

/// Sends the form to the page that it is on.
#[component]
fn PreviewButton(page: String) -> impl IntoView {
    view! {
        <button
            type="submit"
            name="preview"
            value="1"
            formaction=format!("{page}#preview")
            formnovalidate=true
            class=ButtonKind::Quiet.class()
        >
            "Preview"
        </button>
    }
}

/// What was typed in the failed attempt, else what is saved.
#[component]
fn Inputs(attempt: Attempt, title: String, content: String) -> impl IntoView {
    let title = attempt.value("title").unwrap_or(title);
    let content = attempt.value("content").unwrap_or(content);
    // A text that cannot be shown cannot be saved either, and says why.
    let asked = attempt.value("preview").and_then(|_| text::lines(&content, CONTENT_MAX).err());
    let title_error = attempt.about(&TITLE);
    let content_error = attempt.about(&CONTENT).or(asked.map(|problem| problem.to_string()));
    let failed = attempt.error.map(|error| error.to_string());
    view! {
        <Alert message=failed />
        <TextField id="title" name="title" label="Title" value=title error=title_error />
        <TextArea
            id="content"
            name="content"
            label="Text"
            value=content
            monospaced=true
            error=content_error
            hint=format!("Markdown, at most {CONTENT_MAX} characters. Images are shown from https:// addresses.")
        />
    }
}
