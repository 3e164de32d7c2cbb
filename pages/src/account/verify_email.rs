//! Confirming an e-mail address, with the code from a mail or with the link in it.
//! Opening a page must not use a code up, since programs that scan mails open links, too.

use super::feedback::FormFeedback;
use super::frame::{AuthForm, CodeForm, Frame, HintLink, link};
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use leptos::either::EitherOf4;
use leptos::prelude::*;
use request::direction::without_instructions;
use request::session::{Mailed, Purpose, sign_in_methods};

const PAGE: &str = "/verify-email";

#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let feedback = FormFeedback::of(PAGE).with_mail(Purpose::ConfirmEmail);
    match (feedback.sent_to(), sign_in_methods().verification) {
        _ if feedback.is_followed() => EitherOf4::A(view! { <FromLink feedback=feedback.fieldless() /> }),
        (_, Mailed::Code) => EitherOf4::B(view! { <ByCode feedback /> }),
        (Some(email), Mailed::Link) => EitherOf4::C(view! { <ByLink feedback=feedback.fieldless() email /> }),
        (None, Mailed::Link) => EitherOf4::D(view! { <SignInFirst feedback=feedback.fieldless() /> }),
    }
}

#[component]
fn FromLink(feedback: FormFeedback) -> impl IntoView {
    view! {
        <Frame title="Confirm your address" text="Only one step is left." feedback>
            <AuthForm page=PAGE key="confirm" class="">
                <Submit>"Confirm the address"</Submit>
            </AuthForm>
        </Frame>
    }
}

#[component]
fn ByCode(feedback: FormFeedback) -> impl IntoView {
    view! {
        <Frame
            title="Confirm your address"
            text="We send a code to your address. Type it here to go on."
            feedback=feedback.clone()
        >
            <CodeForm page=PAGE key="confirm" submit="Confirm the address" feedback />
            <HintLink text="Confirmed already? " path="/sign-in" label="Sign in" />
        </Frame>
    }
}

#[component]
fn ByLink(feedback: FormFeedback, email: String) -> impl IntoView {
    view! {
        <Frame title="Check your mail" feedback>
            <p>
                "Follow the link in the mail to " <strong class="font-medium">
                    <bdi>{without_instructions(&email)}</bdi>
                </strong> " to confirm the address."
            </p>
            <AuthForm page=PAGE key="send" class="">
                <input type="hidden" name="email" value=email />
                <Submit kind=ButtonKind::Outline>"Send a new mail"</Submit>
            </AuthForm>
            <HintLink
                text="Nothing came? Look in your spam folder, too. Confirmed already? "
                path="/sign-in"
                label="Sign in"
            />
        </Frame>
    }
}

/// Renders the page for an invalid link, or for none.
#[component]
fn SignInFirst(feedback: FormFeedback) -> impl IntoView {
    view! {
        <Frame
            title="Confirm your address"
            text="Sign in with your password. If the address still has to be confirmed, we send you a new mail."
            feedback
        >
            <ButtonLink href=link("/sign-in")>"Sign in"</ButtonLink>
        </Frame>
    }
}
