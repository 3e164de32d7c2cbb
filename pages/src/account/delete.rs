//! Deleting the account: what goes and what stays, a word to type as confirmation, and the page afterwards.

use super::frame::{LINK, OldPasswordField, Whose, action};
use super::outcome::{Outcome, Said, loaded_after};
use super::sign_in::OtherWays;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::field::TextField;
use app::ui::layout::{Heading, Message};
use identity::Claims;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use request::AppError;
use request::account::{OwnAccount, SignInProblem, own_account};
use request::direction::without_instructions;
use request::feature::Features;
use request::session::{self, SignInMethods, require_user, sign_in_methods};
use rls::Db;

const PAGE: &str = "/account/delete";

#[component]
pub fn DeletePage() -> impl IntoView {
    let (db, user, account, methods) = (session::db(), require_user(), own_account(), sign_in_methods());
    let (outcome, features) = (Outcome::of(PAGE), Features::of_this_app());
    let signs_in_anew = outcome.problem == Some(SignInProblem::SignInAgain);
    let data = async move {
        let claims = user?;
        let belongings = belongings(features, &db?, &claims).await?;
        let anew = if signs_in_anew { Some(of_the_account(methods, &*account?).await) } else { None };
        Ok::<_, AppError>((claims, belongings, anew))
    };
    view! {
        <Title text="Delete your account" />
        <Heading text="Delete your account" />
        {loaded_after(
            outcome.clone(),
            data,
            move |(claims, belongings, anew)| view! { <Confirm outcome claims belongings anew /> },
        )}
    }
}

/// Removes the providers that are not linked to this account. Keeps all if Neon Auth does not tell.
async fn of_the_account(mut methods: SignInMethods, account: &dyn OwnAccount) -> SignInMethods {
    if let Some(own) = account.providers().await {
        methods.providers.retain(|provider| own.contains(provider));
    }
    methods
}

/// Returns a sentence from each feature about what happens to the user's data.
async fn belongings(features: Features, db: &Db, claims: &Claims) -> Result<Vec<String>, AppError> {
    features.on_account_deletion(&mut db.as_user(claims).await?).await
}

#[component]
fn Confirm(
    outcome: Outcome,
    claims: Claims,
    belongings: Vec<String>,
    /// The ways to sign in again, if the session is too old to confirm the deletion.
    anew: Option<SignInMethods>,
) -> impl IntoView {
    let whose = match claims.email() {
        Some(email) => {
            let email = without_instructions(email);
            Either::Left(view! { "This deletes the account of " <bdi>{email}</bdi> ", for good:" })
        }
        None => Either::Right("This deletes your account, for good:"),
    };
    // After a sign-in the deletion begins anew.
    let typed =
        outcome.problem.and_then(SignInProblem::field).map(|_| outcome.typed("confirmation")).unwrap_or_default();
    let error = outcome.about("confirmation");
    let anew = anew.map(|methods| view! { <SignInAnew methods /> });
    let password = outcome.about("old_password").map(|error| view! { <PasswordField error claims=claims.clone() /> });
    view! {
        <div class="max-w-prose space-y-6">
            <Said outcome />
            {anew}
            <p>{whose}</p>
            <ul class="list-disc space-y-1 pl-5">
                {belongings.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}
                <li>"You are signed out on every device."</li>
            </ul>
            <form method="post" action=action(PAGE, "delete") class="max-w-sm space-y-5">
                <TextField
                    id="confirmation"
                    name="confirmation"
                    label="To go on, type the word delete"
                    value=typed
                    error=error
                    autocomplete="off"
                />
                {password}
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

/// Renders the password field, for an account with a password whose session is too old.
#[component]
fn PasswordField(error: String, claims: Claims) -> impl IntoView {
    view! {
        <Whose claims />
        <OldPasswordField error=Some(error) />
        <p class="text-sm text-muted">
            "Forgotten? " <a href=request::with_return_to("/sign-in", PAGE) class=LINK>
                "Sign in another way"
            </a> ", and come back here."
        </p>
    }
}

/// Renders the ways to sign in again, for an account without a password. They lead back to this page.
#[component]
fn SignInAnew(methods: SignInMethods) -> impl IntoView {
    let other = request::with_return_to("/sign-in", PAGE);
    view! {
        <div class="max-w-sm space-y-3">
            <p>"Sign in the way you did the first time: it leads back here."</p>
            <OtherWays methods return_to=PAGE.to_owned() />
            <ButtonLink href=other kind=ButtonKind::Quiet>
                "Sign in another way"
            </ButtonLink>
        </div>
    }
}

/// Renders the page after the deletion. It reveals nothing about any user, so it needs no session.
#[component]
pub fn DeletedPage() -> impl IntoView {
    view! {
        <Title text="Account deleted" />
        <Message
            title="Your account is deleted"
            text="What was yours alone is gone, nothing else carries your name, and you are signed out everywhere."
        >
            <ButtonLink href="/">"Go to the start"</ButtonLink>
        </Message>
    }
}
