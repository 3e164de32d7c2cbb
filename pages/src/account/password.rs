//! The password of a signed-in user: changing it, or setting it for the first time.

use super::frame::{NewPasswordField, OldPasswordField, Whose, action};
use super::outcome::{Outcome, Said, loaded_after};
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::layout::Heading;
use identity::Claims;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos_meta::Title;
use request::AppError;
use request::account::{OwnPassword, own_account};
use request::session::require_user;

const PAGE: &str = "/account/password";

#[component]
pub fn PasswordPage() -> impl IntoView {
    let (user, account) = (require_user(), own_account());
    let outcome = Outcome::of(PAGE);
    // Within this very request: it is not asked once more.
    let has_not_answered = outcome.problem.is_some_and(|problem| problem.status() == 503);
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
        {loaded_after(outcome.clone(), data, move |(claims, password)| view! { <Forms outcome claims password /> })}
    }
}

#[component]
fn Forms(outcome: Outcome, claims: Claims, password: OwnPassword) -> impl IntoView {
    let form = match password {
        OwnPassword::Change => EitherOf3::A(view! { <Change outcome=outcome.clone() claims /> }),
        OwnPassword::Set => EitherOf3::B(view! { <Set outcome=outcome.clone() claims /> }),
        OwnPassword::AskForMail => EitherOf3::C(view! { <AskForMail claims /> }),
    };
    view! {
        <div class="max-w-sm space-y-6">
            <Said outcome />
            {form}
        </div>
    }
}

#[component]
fn Change(outcome: Outcome, claims: Claims) -> impl IntoView {
    let error = outcome.about("old_password");
    view! {
        <p class="text-muted">"You stay signed in here, and are signed out on all other devices."</p>
        <form method="post" action=action(PAGE, "change") class="space-y-5">
            <Whose claims />
            <OldPasswordField error />
            <NewPasswordField outcome label="New password" />
            <div class="flex flex-wrap gap-2">
                <Submit>"Change the password"</Submit>
                <ButtonLink href="/account" kind=ButtonKind::Quiet>
                    "Cancel"
                </ButtonLink>
            </div>
        </form>
    }
}

#[component]
fn Set(outcome: Outcome, claims: Claims) -> impl IntoView {
    view! {
        <p class="text-muted">"This account has no password yet: you sign in another way. With one, you can do both."</p>
        <form method="post" action=action(PAGE, "set") class="space-y-5">
            <Whose claims />
            <NewPasswordField outcome label="New password" />
            <div class="flex flex-wrap gap-2">
                <Submit>"Set the password"</Submit>
                <ButtonLink href="/account" kind=ButtonKind::Quiet>
                    "Cancel"
                </ButtonLink>
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
            <ButtonLink href="/account" kind=ButtonKind::Quiet>
                "Cancel"
            </ButtonLink>
        </form>
    }
}
