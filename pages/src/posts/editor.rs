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
use request::{AppError, FormState, form, submission, text};
use std::future::ready;

#[component]
pub fn NewPostPage() -> impl IntoView {
    let user = require_user();
    let state = FormState::of::<CreatePost>();
    // The idempotency key of a failed attempt, so that a retry cannot publish twice.
    let submission = state.value("submission").unwrap_or_else(submission::fresh);
    loaded(ready(user), move |user| {
        view! {
            <Title text="Write a post" />
            <Heading text="Write a post" />
            <Around user state=state.clone()>
                <form method="post" action=form::action(CreatePost::PATH) class="space-y-6">
                    <input type="hidden" name="submission" value=submission />
                    <Inputs state title=String::new() content=String::new() />
                    <div class="flex flex-wrap gap-2">
                        <Submit>"Publish"</Submit>
                        <PreviewButton />
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
    let state = FormState::of::<UpdatePost>();
    let post = async move {
        let user = user?;
        let post = load(db?, SignedIn::Yes(user.clone()), id?).await?;
        if post.mine { Ok((post, user)) } else { Err(AppError::NotFound) }
    };
    loaded(post, move |(post, user)| view! { <Edit post user state /> })
}

#[component]
fn Edit(post: Post, user: Claims, state: FormState) -> impl IntoView {
    // Ignores text that was typed into the form of another post.
    let is_of_this = state.value("id").is_none_or(|id| id == post.id.0.to_string());
    let state = if is_of_this { state } else { FormState::default() };
    let stale = (state.error == Some(AppError::Stale)).then(|| {
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
    let typed = state.value("version").and_then(|version| version.parse().ok());
    let version = typed.filter(|_| stale.is_none()).unwrap_or(post.version);
    view! {
        <Title text="Edit post" />
        <Heading text="Edit post" />
        <Around user state=state.clone()>
            <form method="post" action=form::action(UpdatePost::PATH) class="space-y-6">
                <input type="hidden" name="id" value=post.id.0 />
                <input type="hidden" name="version" value=version />
                <Inputs state title=post.title content=post.content />
                <div class="flex flex-wrap gap-2">
                    <Submit>"Save"</Submit>
                    <PreviewButton />
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
fn Around(user: Claims, state: FormState, children: Children) -> impl IntoView {
    let typed = state.value("content");
    let asked = state.value("preview").and(typed.as_ref());
    if let Some(content) = asked.and_then(|content| text::lines(content, CONTENT_MAX).ok()) {
        let title = state.value("title").unwrap_or_default();
        provide_context(Previewed { title, html: markdown::render(&content) });
    }
    view! {
        <div id=ELEMENT data-person=user.subject().to_owned() data-typed=typed.map(|_| "")>
            {children()}
            <Editor />
        </div>
    }
}

/// Renders a button that asks for the page again, with what was typed and how it will look.
#[component]
fn PreviewButton() -> impl IntoView {
    view! {
        <button
            type="submit"
            name="preview"
            value="1"
            formaction=format!("{}#preview", form::action(form::PREVIEW))
            formnovalidate=true
            class=ButtonKind::Quiet.class()
        >
            "Preview"
        </button>
    }
}

/// Renders the fields, with the text of the failed attempt, else the saved one.
#[component]
fn Inputs(state: FormState, title: String, content: String) -> impl IntoView {
    let title = state.value("title").unwrap_or(title);
    let content = state.value("content").unwrap_or(content);
    // A preview of invalid text shows the error that saving it would.
    let asked = state.value("preview").and_then(|_| text::lines(&content, CONTENT_MAX).err());
    let title_error = state.about(&TITLE);
    let content_error = state.about(&CONTENT).or(asked.map(|problem| problem.to_string()));
    let failed = state.error.map(|error| error.to_string());
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
