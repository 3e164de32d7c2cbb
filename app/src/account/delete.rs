//! Deleting the account: what goes and what stays, a word to type, and the page that says it is done.
//! It must not delete anything: the form asks the server to.

use super::outcome::{Outcome, Said};
use crate::db::{Claims, Db};
use crate::error::AppError;
use crate::page::loaded;
use crate::posts::store::count_own_posts;
use crate::session::{self, require_user};
use crate::todos::store::count_todos;
use crate::ui::button::{ButtonKind, ButtonLink, Submit};
use crate::ui::field::TextField;
use crate::ui::layout::{Heading, Message};
use leptos::prelude::*;
use leptos_meta::Title;

const ACTION: &str = "/auth/account/delete";

/// What a person has here.
struct Belongings {
    todos: i64,
    posts: i64,
}

#[component]
pub fn DeletePage() -> impl IntoView {
    let (db, user) = (session::db(), require_user());
    let outcome = Outcome::of(ACTION);
    let data = async move {
        let claims = user?;
        let belongings = belongings(&db?, &claims).await?;
        Ok::<_, AppError>((claims, belongings))
    };
    view! {
        <Title text="Delete your account" />
        <Heading text="Delete your account" />
        {loaded(data, move |(claims, belongings)| view! { <Confirm outcome claims belongings /> })}
    }
}

async fn belongings(db: &Db, claims: &Claims) -> Result<Belongings, AppError> {
    let mut tx = db.as_user(claims).await?;
    Ok(Belongings { todos: count_todos(&mut tx).await?, posts: count_own_posts(&mut tx).await? })
}

#[component]
fn Confirm(outcome: Outcome, claims: Claims, belongings: Belongings) -> impl IntoView {
    let whose = match claims.email() {
        Some(email) => format!("This deletes the account of {email}, for good:"),
        None => "This deletes your account, for good:".to_owned(),
    };
    let (typed, error) = (outcome.typed("confirmation"), outcome.about("confirmation"));
    view! {
        <div class="max-w-prose space-y-6">
            <Said outcome />
            <p>{whose}</p>
            <ul class="list-disc space-y-1 pl-5">
                <li>{todos(belongings.todos)}</li>
                <li>{posts(belongings.posts)}</li>
                <li>"You are signed out on every device."</li>
            </ul>
            <form method="post" action=ACTION class="max-w-sm space-y-5">
                <TextField
                    id="confirmation"
                    name="confirmation"
                    label="To go on, type the word delete"
                    value=typed
                    error=error
                    autocomplete="off"
                />
                <div class="flex flex-wrap gap-2">
                    <Submit kind=ButtonKind::Destroy>"Delete my account"</Submit>
                    <ButtonLink href="/account" kind=ButtonKind::Quiet>
                        "Keep it"
                    </ButtonLink>
                </div>
            </form>
        </div>
    }
}

fn todos(count: i64) -> String {
    match count {
        0 => "You have no todos.".to_owned(),
        1 => "Your 1 todo is deleted.".to_owned(),
        _ => format!("Your {count} todos are deleted."),
    }
}

fn posts(count: i64) -> String {
    match count {
        0 => "You have no posts.".to_owned(),
        1 => "Your 1 post stays, without your name. Delete it first if it should go.".to_owned(),
        _ => format!("Your {count} posts stay, without your name. Delete them first if they should go."),
    }
}

/// For whoever comes from the form. It says nothing about anybody, so it asks for no proof.
#[component]
pub fn DeletedPage() -> impl IntoView {
    view! {
        <Title text="Account deleted" />
        <Message
            title="Your account is deleted"
            text="Your todos are gone, your posts no longer carry your name, and you are signed out everywhere."
        >
            <ButtonLink href="/">"Go to the posts"</ButtonLink>
        </Message>
    }
}

#[cfg(test)]
mod tests {
    use super::{posts, todos};

    #[test]
    fn one_is_not_many() {
        assert_eq!(todos(0), "You have no todos.");
        assert_eq!(todos(1), "Your 1 todo is deleted.");
        assert_eq!(todos(12), "Your 12 todos are deleted.");
        assert!(posts(1).starts_with("Your 1 post stays"));
        assert!(posts(2).starts_with("Your 2 posts stay"));
    }
}
