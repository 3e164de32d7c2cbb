//! A new password for somebody who has lost the old one: asking for the mail, and setting it with what the mail says.
//! It must not say whether an address has an account.

use super::frame::{CodeField, EmailField, Frame, LINK, NewPasswordField, Onward, link};
use super::outcome::Outcome;
use crate::page;
use crate::session::{Mailed, sign_in_methods};
use crate::ui::button::{ButtonLink, Submit};
use leptos::either::EitherOf3;
use leptos::prelude::*;

const FORGOT: &str = "/auth/password/forgot";
const RESET: &str = "/auth/password/reset";

#[component]
pub fn ForgotPage() -> impl IntoView {
    let outcome = Outcome::of(FORGOT);
    let text = match sign_in_methods().reset {
        Mailed::Code => "We send a code to your address, with which you set a new password.",
        Mailed::Link => "We send a link to your address, on which you set a new password.",
    };
    view! {
        <Frame title="Forgotten password" text outcome=outcome.clone()>
            <form method="post" action=FORGOT class="grid gap-5">
                <Onward />
                <EmailField outcome />
                <Submit>"Send me a mail"</Submit>
            </form>
            <p class="text-sm text-muted">
                "Remembered it? " <a href=link("/sign-in") class=LINK>"Sign in"</a>
            </p>
        </Frame>
    }
}

#[component]
pub fn ResetPage() -> impl IntoView {
    let outcome = Outcome::of(RESET);
    let (code, reset) = (page::query("code"), sign_in_methods().reset);
    let head = if code.is_none() && reset == Mailed::Link { outcome.clone().fieldless() } else { outcome.clone() };
    let form = match (code, reset) {
        (Some(code), _) => EitherOf3::A(view! { <FromLink outcome code /> }),
        (None, Mailed::Code) => EitherOf3::B(view! { <ByCode outcome /> }),
        (None, Mailed::Link) => EitherOf3::C(view! {
            <p>"Please open this page by the link in the mail."</p>
            <ButtonLink href=link("/forgot-password")>"Send me a new mail"</ButtonLink>
        }),
    };
    view! {
        <Frame title="Set a new password" outcome=head>
            {form}
        </Frame>
    }
}

#[component]
fn FromLink(outcome: Outcome, code: String) -> impl IntoView {
    view! {
        <form method="post" action=RESET class="grid gap-5">
            <Onward />
            <input type="hidden" name="code" value=code />
            <NewPasswordField outcome label="New password" />
            <Submit>"Set the password"</Submit>
        </form>
    }
}

#[component]
fn ByCode(outcome: Outcome) -> impl IntoView {
    view! {
        <form method="post" action=RESET class="grid gap-5">
            <Onward />
            <EmailField outcome=outcome.clone() />
            <CodeField outcome=outcome.clone() />
            <NewPasswordField outcome label="New password" />
            <Submit>"Set the password"</Submit>
        </form>
        <p class="text-sm text-muted">
            "No mail? " <a href=link("/forgot-password") class=LINK>"Ask for another one"</a>
        </p>
    }
}
