//! Signing in without a password, with a code from a mail or with the link in it.
//! Pages must not reveal whether an address has an account.

use super::feedback::FormFeedback;
use super::frame::{AuthForm, CodeForm, EmailField, Frame, HintLink};
use app::ui::button::Submit;
use leptos::either::EitherOf4;
use leptos::prelude::*;
use request::account::SignInProblem;
use request::session::{Purpose, sign_in_methods};

const PAGE: &str = "/sign-in/code";

#[component]
pub fn CodePage() -> impl IntoView {
    let feedback = FormFeedback::of(PAGE).with_mail(Purpose::SignIn);
    let asks_for_code = !feedback.is_followed() && feedback.sent_to().is_some();
    let feedback = if asks_for_code { feedback } else { feedback.without("code") };
    let methods = sign_in_methods();
    let content = if !methods.email_code {
        let why = if methods.known { SignInProblem::NotOffered } else { SignInProblem::Unavailable };
        EitherOf4::A(view! { <p class="text-muted">{why.to_string()}</p> })
    } else if feedback.is_followed() {
        EitherOf4::B(view! { <FromLink /> })
    } else if asks_for_code {
        EitherOf4::C(view! { <CodeForm page=PAGE key="enter" submit="Sign in" feedback=feedback.clone() /> })
    } else {
        EitherOf4::D(view! { <AskForMail feedback=feedback.clone() /> })
    };
    view! {
        <Frame title="Sign in with a code" text="We send a code to your address. No password needed." feedback>
            {content}
            <HintLink path="/sign-in" label="Sign in another way" />
        </Frame>
    }
}

#[component]
fn AskForMail(feedback: FormFeedback) -> impl IntoView {
    view! {
        <AuthForm page=PAGE key="send">
            <EmailField feedback />
            <Submit>"Send me a code"</Submit>
        </AuthForm>
    }
}

/// Renders the form of a followed link. It takes a click, since programs that scan mails open links, too.
#[component]
fn FromLink() -> impl IntoView {
    view! {
        <AuthForm page=PAGE key="enter">
            <Submit>"Sign in"</Submit>
        </AuthForm>
    }
}
