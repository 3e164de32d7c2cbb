//! The password of a signed-in user: changing it, or setting it for the first time.

use super::feedback::{FormFeedback, FormMessages, loaded_with_feedback};
use super::frame::{NewPasswordField, OldPasswordField, UsernameForPasswordManager, action};
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::layout::Heading;
use identity::Claims;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use request::AppError;
use request::account::{OwnPassword, own_account};
use request::session::require_user;

const PAGE: &str = "/account/password";

#[component]
pub fn PasswordPage() -> impl IntoView {
    let (user, account) = (require_user(), own_account());
    let feedback = FormFeedback::of(PAGE);
    // Within this very request: it is not asked once more.
    let has_not_answered = feedback.problem.is_some_and(|problem| problem.status() == 503);
    let data = async move {
        let claims = user?;
        if has_not_answered {
            return Err(AppError::Unavailable);
        }
        Ok::<_, AppError>((claims, account?.password().await?))
    };
    view! {
        <Title text="Password" />
        <Heading text="Password" />
        {loaded_with_feedback(feedback.clone(), data, move |(claims, password)| view! { <Forms feedback claims password /> })}
    }
}

#[component]
fn Forms(feedback: FormFeedback, claims: Claims, password: OwnPassword) -> impl IntoView {
    let is_first = password == OwnPassword::Set;
    let form = match password {
        OwnPassword::AskForMail => Either::Left(view! { <AskForMail claims /> }),
        OwnPassword::Change | OwnPassword::Set => {
            Either::Right(view! { <PasswordForm feedback=feedback.clone() claims is_first /> })
        }
    };
    view! {
        <div class="max-w-sm space-y-6">
            <FormMessages feedback />
            {form}
        </div>
    }
}

/// Renders the form that changes the password, which asks for the current one, or sets the first one.
#[component]
fn PasswordForm(feedback: FormFeedback, claims: Claims, is_first: bool) -> impl IntoView {
    let (text, key, submit) = if is_first {
        (
            "This account has no password yet: you sign in another way. With one, you can do both.",
            "set",
            "Set the password",
        )
    } else {
        ("You stay signed in here, and are signed out on all other devices.", "change", "Change the password")
    };
    let old = (!is_first).then(|| view! { <OldPasswordField error=feedback.about("old_password") /> });
    view! {
        <p class="text-muted">{text}</p>
        <form method="post" action=action(PAGE, key) class="space-y-5">
            <UsernameForPasswordManager claims />
            {old}
            <NewPasswordField feedback label="New password" />
            <div class="flex flex-wrap gap-2">
                <Submit>{submit}</Submit>
                <CancelLink />
            </div>
        </form>
    }
}

#[component]
fn AskForMail(claims: Claims) -> impl IntoView {
    let email = claims.email().unwrap_or_default().to_owned();
    view! {
        <p class="text-muted">
            "This account has no password yet: you sign in another way. We can send you a mail, with which you set one."
        </p>
        <form method="post" action=action("/forgot-password", "send") class="flex flex-wrap gap-2">
            <input type="hidden" name="email" value=email />
            <Submit>"Send me a mail"</Submit>
            <CancelLink />
        </form>
    }
}

#[component]
fn CancelLink() -> impl IntoView {
    view! {
        <ButtonLink href="/account" kind=ButtonKind::Quiet>
            "Cancel"
        </ButtonLink>
    }
}
