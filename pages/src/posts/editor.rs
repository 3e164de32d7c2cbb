//! Writing and editing a post: plain forms that keep their text after a failure, with an island beside them.
//! An edit must not overwrite a version that its author has not seen.

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
    // The idempotency key of a failed attempt, so that a retry cannot publish twice.
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
    // Ignores text that was typed into the form of another post.
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
    // As long as the author has not seen the saved version, the edit keeps the version that it started from.
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

/// Renders the form with its island and what that needs: the user, whether the form has typed text, and the requested
/// preview.
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

/// Renders a button that sends the form to its own page for a preview.
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

/// Renders the fields, with the text of the failed attempt, else the saved one.
#[component]
fn Inputs(attempt: Attempt, title: String, content: String) -> impl IntoView {
    let title = attempt.value("title").unwrap_or(title);
    let content = attempt.value("content").unwrap_or(content);
    // A preview of invalid text shows the error that saving it would.
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
