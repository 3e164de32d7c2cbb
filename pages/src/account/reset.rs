//! A new password in place of a forgotten one: asking for the mail, and setting it with the code or link in the mail.
//! Pages must not reveal whether an address has an account.

use super::feedback::FormFeedback;
use super::frame::{AuthForm, CodeField, EmailField, Frame, HintLink, NewPasswordField, link};
use app::ui::button::{ButtonLink, Submit};
use leptos::either::Either;
use leptos::prelude::*;
use request::account::SignInProblem;
use request::session::{Mailed, Purpose, sign_in_methods};

const FORGOT: &str = "/forgot-password";
const RESET: &str = "/reset-password";

#[component]
pub fn ForgotPage() -> impl IntoView {
    let feedback = FormFeedback::of(FORGOT).with_mail(Purpose::ResetPassword);
    let text = match sign_in_methods().reset {
        Mailed::Code => "We send a code to your address, with which you set a new password.",
        Mailed::Link => "We send a link to your address, on which you set a new password.",
    };
    let submit = if feedback.sent_to().is_some() { "Send another mail" } else { "Send me a mail" };
    let form = if sign_in_methods().password {
        let feedback = feedback.clone();
        Either::Left(view! {
            <AuthForm page=FORGOT key="send">
                <EmailField feedback />
                <Submit>{submit}</Submit>
            </AuthForm>
        })
    } else {
        Either::Right(view! { <p class="text-muted">{SignInProblem::PasswordOff.to_string()}</p> })
    };
    view! {
        <Frame title="Forgotten password" text feedback>
            {form}
            <HintLink text="Remembered it? " path="/sign-in" label="Sign in" />
        </Frame>
    }
}

#[component]
pub fn ResetPage() -> impl IntoView {
    let feedback = FormFeedback::of(RESET).with_mail(Purpose::ResetPassword);
    let with_code = !feedback.is_followed();
    match sign_in_methods().reset {
        Mailed::Link if with_code => Either::Left(view! { <AskFirst feedback=feedback.fieldless() /> }),
        _ => Either::Right(view! { <NewPassword feedback with_code /> }),
    }
}

/// Renders the form for the new password. It asks for the address, which a link does not contain: with it the server can
/// sign in with the new password and end the other sessions.
#[component]
fn NewPassword(feedback: FormFeedback, with_code: bool) -> impl IntoView {
    let code = with_code.then(|| view! { <CodeField feedback=feedback.clone() /> });
    let no_mail =
        with_code.then(|| view! { <HintLink text="No mail? " path="/forgot-password" label="Ask for another one" /> });
    view! {
        <Frame title="Set a new password" text="It signs you in here, and out on all other devices." feedback=feedback.clone()>
            <AuthForm page=RESET key="set">
                <EmailField feedback=feedback.clone() />
                {code}
                <NewPasswordField feedback label="New password" />
                <Submit>"Set the password"</Submit>
            </AuthForm>
            {no_mail}
        </Frame>
    }
}

#[component]
fn AskFirst(feedback: FormFeedback) -> impl IntoView {
    view! {
        <Frame title="Set a new password" text="This page opens by the link in a mail." feedback>
            <ButtonLink href=link("/forgot-password")>"Send me a new mail"</ButtonLink>
        </Frame>
    }
}
