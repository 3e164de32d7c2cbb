//! A new password in place of a forgotten one: asking for the mail, and setting it with the code or link in the mail.
//! Pages must not reveal whether an address has an account.

use super::frame::{Aside, CodeField, EmailField, Frame, LINK, NewPasswordField, Onward, action, link};
use super::outcome::Outcome;
use app::ui::button::{ButtonLink, Submit};
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use request::account::SignInProblem;
use request::session::{Mailed, Purpose, sign_in_methods};

const FORGOT: &str = "/forgot-password";
const RESET: &str = "/reset-password";

#[component]
pub fn ForgotPage() -> impl IntoView {
    let outcome = Outcome::of(FORGOT).with_mail(Purpose::ResetPassword);
    let text = match sign_in_methods().reset {
        Mailed::Code => "We send a code to your address, with which you set a new password.",
        Mailed::Link => "We send a link to your address, on which you set a new password.",
    };
    let submit = if outcome.sent_to().is_some() { "Send another mail" } else { "Send me a mail" };
    let form = if sign_in_methods().password {
        let outcome = outcome.clone();
        Either::Left(view! {
            <form method="post" action=action(FORGOT, "send") class="grid gap-5">
                <Onward />
                <EmailField outcome />
                <Submit>{submit}</Submit>
            </form>
        })
    } else {
        Either::Right(view! { <p class="text-muted">{SignInProblem::PasswordOff.to_string()}</p> })
    };
    view! {
        <Frame title="Forgotten password" text outcome>
            {form}
            <Aside>
                "Remembered it? " <a href=link("/sign-in") class=LINK>
                    "Sign in"
                </a>
            </Aside>
        </Frame>
    }
}

#[component]
pub fn ResetPage() -> impl IntoView {
    let outcome = Outcome::of(RESET).with_mail(Purpose::ResetPassword);
    match sign_in_methods().reset {
        _ if outcome.is_followed() => EitherOf3::A(view! { <FromLink outcome /> }),
        Mailed::Code => EitherOf3::B(view! { <ByCode outcome /> }),
        Mailed::Link => EitherOf3::C(view! { <AskFirst outcome=outcome.fieldless() /> }),
    }
}

/// Renders the form of a followed link. It asks for the address, which the link does not contain: with it the server
/// can sign in with the new password and end the other sessions.
#[component]
fn FromLink(outcome: Outcome) -> impl IntoView {
    view! {
        <Frame title="Set a new password" text="It signs you in here, and out on all other devices." outcome=outcome.clone()>
            <form method="post" action=action(RESET, "set") class="grid gap-5">
                <Onward />
                <EmailField outcome=outcome.clone() />
                <NewPasswordField outcome label="New password" />
                <Submit>"Set the password"</Submit>
            </form>
        </Frame>
    }
}

#[component]
fn ByCode(outcome: Outcome) -> impl IntoView {
    view! {
        <Frame title="Set a new password" text="It signs you in here, and out on all other devices." outcome=outcome.clone()>
            <form method="post" action=action(RESET, "set") class="grid gap-5">
                <Onward />
                <EmailField outcome=outcome.clone() />
                <CodeField outcome=outcome.clone() />
                <NewPasswordField outcome label="New password" />
                <Submit>"Set the password"</Submit>
            </form>
            <Aside>
                "No mail? " <a href=link("/forgot-password") class=LINK>
                    "Ask for another one"
                </a>
            </Aside>
        </Frame>
    }
}

#[component]
fn AskFirst(outcome: Outcome) -> impl IntoView {
    view! {
        <Frame title="Set a new password" text="This page opens by the link in a mail." outcome>
            <ButtonLink href=link("/forgot-password")>"Send me a new mail"</ButtonLink>
        </Frame>
    }
}
