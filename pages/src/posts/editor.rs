//! Writing and editing a post: plain forms that keep their text after a failure, with an island beside them.
//! An edit must not overwrite a version that its author has not seen.

use super::show::{id_in_path, load};
use app::page::loaded;
use app::posts::api::{CreatePost, UpdatePost};
use app::posts::draft_storage::ELEMENT;
use app::posts::editor_island::{Editor, Previewed};
use app::posts::markdown;
use app::posts::model::{CONTENT, CONTENT_MAX, Post, TITLE};
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
use request::{AppError, FormState, form, idempotency_key, text};
use std::future::ready;

#[component]
pub fn NewPostPage() -> impl IntoView {
    let user = require_user();
    let state = FormState::of::<CreatePost>();
    // The idempotency key of a failed attempt, so that a retry cannot publish twice.
    let idempotency_key = state.value("idempotency_key").unwrap_or_else(idempotency_key::generate);
    loaded(ready(user), move |user| {
        view! {
            <Title text="Write a post" />
            <Heading text="Write a post" />
            <PostForm function=CreatePost::PATH submit="Publish" cancel="/" user state>
                <input type="hidden" name="idempotency_key" value=idempotency_key />
            </PostForm>
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
    let is_stale = state.error == Some(AppError::Stale);
    let saved =
        is_stale.then(|| view! { <SavedVersion title=post.title.clone() content=post.content.clone() /> }.into_any());
    // As long as the author has not seen the saved version, the edit keeps the version that it started from.
    let typed = state.value("version").and_then(|version| version.parse().ok());
    let version = typed.filter(|_| !is_stale).unwrap_or(post.version);
    let (id, cancel) = (post.id.0, post.id.path());
    view! {
        <Title text="Edit post" />
        <Heading text="Edit post" />
        <PostForm function=UpdatePost::PATH submit="Save" cancel user state title=post.title content=post.content saved>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="version" value=version />
        </PostForm>
    }
}

#[component]
fn SavedVersion(title: String, content: String) -> impl IntoView {
    view! {
        <section class="mt-10 rounded-lg border border-line bg-surface p-6">
            <h2 class="font-semibold">"The saved version: " <bdi>{without_instructions(&title)}</bdi></h2>
            <div dir="auto" class="mt-3 whitespace-pre-wrap [unicode-bidi:plaintext]">
                {content}
            </div>
        </section>
    }
}

/// Renders the form with its island and what that needs: the user, whether the form has typed text, and the requested
/// preview. The children are its hidden fields.
#[component]
fn PostForm(
    /// The path of the server function.
    function: &'static str,
    submit: &'static str,
    #[prop(into)] cancel: String,
    user: Claims,
    state: FormState,
    #[prop(optional)] title: String,
    #[prop(optional)] content: String,
    /// The version that an edit would overwrite.
    #[prop(optional_no_strip)]
    saved: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let typed = state.value("content");
    let asked = state.value("preview").and(typed.as_ref());
    if let Some(content) = asked.and_then(|content| text::lines(content, CONTENT_MAX).ok()) {
        let title = state.value("title").unwrap_or_default();
        provide_context(Previewed { title, html: markdown::render(&content) });
    }
    view! {
        <div id=ELEMENT data-person=user.subject().to_owned() data-typed=typed.map(|_| "")>
            <form method="post" action=form::action(function) class="space-y-6">
                {children()}
                <Fields state title content />
                <div class="flex flex-wrap gap-2">
                    <Submit>{submit}</Submit>
                    <PreviewButton />
                    <ButtonLink href=cancel kind=ButtonKind::Quiet>
                        "Cancel"
                    </ButtonLink>
                </div>
            </form>
            {saved}
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
fn Fields(state: FormState, title: String, content: String) -> impl IntoView {
    let title = state.value("title").unwrap_or(title);
    let content = state.value("content").unwrap_or(content);
    // A preview of invalid text shows the error that saving it would.
    let asked = state.value("preview").and_then(|_| text::lines(&content, CONTENT_MAX).err());
    let title_error = state.about(&TITLE);
    let content_error = state.about(&CONTENT).or(asked.map(|problem| problem.to_string()));
    let failed = state.summary();
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
