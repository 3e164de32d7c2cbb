//! Deleting the account: what goes and what stays, a word to type as confirmation, and the page afterwards.

use super::feedback::{FormFeedback, FormMessages, loaded_with_feedback};
use super::frame::{LINK, OldPasswordField, UsernameForPasswordManager, action};
use super::sign_in::OtherSignInMethods;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::field::TextField;
use app::ui::layout::{EmptyState, Heading};
use identity::Claims;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use request::AppError;
use request::account::{OwnAccount, SignInProblem, own_account};
use request::direction::without_instructions;
use request::feature::Features;
use request::session::{self, SignInMethods, require_user, sign_in_methods};

const PAGE: &str = "/account/delete";

#[component]
pub fn DeletePage() -> impl IntoView {
    let (db, user, account, methods) = (session::db(), require_user(), own_account(), sign_in_methods());
    let (feedback, features) = (FormFeedback::of(PAGE), Features::of_this_app());
    let has_to_sign_in = feedback.problem == Some(SignInProblem::SignInAgain);
    let data = async move {
        let claims = user?;
        let consequences = features.on_account_deletion(&mut db?.as_user(&claims).await?).await?;
        let methods = if has_to_sign_in { Some(linked_methods(methods, &*account?).await) } else { None };
        Ok::<_, AppError>((claims, consequences, methods))
    };
    view! {
        <Title text="Delete your account" />
        <Heading text="Delete your account" />
        {loaded_with_feedback(
            feedback.clone(),
            data,
            move |(claims, consequences, methods)| view! { <Confirm feedback claims consequences methods /> },
        )}
    }
}

/// Removes the providers that are not linked to this account. Keeps all if Neon Auth does not tell.
async fn linked_methods(mut methods: SignInMethods, account: &dyn OwnAccount) -> SignInMethods {
    if let Some(own) = account.providers().await {
        methods.providers.retain(|provider| own.contains(provider));
    }
    methods
}

#[component]
fn Confirm(
    feedback: FormFeedback,
    claims: Claims,
    /// A sentence from each feature about what happens to the user's data.
    consequences: Vec<String>,
    /// The ways to sign in again, if the session is too old to confirm the deletion.
    methods: Option<SignInMethods>,
) -> impl IntoView {
    let introduction = match claims.email() {
        Some(email) => {
            let email = without_instructions(email);
            Either::Left(view! { "This deletes the account of " <bdi>{email}</bdi> ", for good:" })
        }
        None => Either::Right("This deletes your account, for good:"),
    };
    // After a sign-in the word is to be typed again.
    let typed =
        feedback.problem.and_then(SignInProblem::field).map(|_| feedback.typed("confirmation")).unwrap_or_default();
    let error = feedback.about("confirmation");
    let sign_in = methods.map(|methods| view! { <SignInAgain methods /> });
    let password = feedback.about("old_password").map(|error| view! { <PasswordField error claims=claims.clone() /> });
    view! {
        <div class="max-w-prose space-y-6">
            <FormMessages feedback />
            {sign_in}
            <p>{introduction}</p>
            <ul class="list-disc space-y-1 pl-5">
                {consequences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}
                <li>"You are signed out on every device."</li>
            </ul>
            <form method="post" action=action(PAGE, "delete") class="max-w-sm space-y-5">
                <TextField
                    id="confirmation"
                    name="confirmation"
                    label="To confirm, type the word delete"
                    value=typed
                    error=error
                    autocomplete="off"
                />
                {password}
                <div class="flex flex-wrap gap-2">
                    <Submit kind=ButtonKind::Destroy>"Delete my account"</Submit>
                    <ButtonLink href="/account" kind=ButtonKind::Quiet>
                        "Cancel"
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
        <UsernameForPasswordManager claims />
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
fn SignInAgain(methods: SignInMethods) -> impl IntoView {
    let other = request::with_return_to("/sign-in", PAGE);
    view! {
        <div class="max-w-sm space-y-3">
            <p>"Sign in the way you did the first time: it leads back here."</p>
            <OtherSignInMethods methods return_to=PAGE.to_owned() />
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
        <EmptyState
            title="Your account is deleted"
            text="What was yours alone is gone, nothing else carries your name, and you are signed out everywhere."
        >
            <ButtonLink href="/">"Go to the start"</ButtonLink>
        </EmptyState>
    }
}
