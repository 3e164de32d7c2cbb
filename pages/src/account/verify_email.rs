//! Confirming an e-mail address, with the code from a mail or with the link in it.
//! Opening a page must not use a code up, since programs that scan mails open links, too.

use super::frame::{Aside, CodeField, EmailField, Frame, LINK, Onward, SendAgain, action, link};
use super::outcome::Outcome;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use leptos::either::EitherOf4;
use leptos::prelude::*;
use request::direction::without_instructions;
use request::session::{Mailed, Purpose, sign_in_methods};

const PAGE: &str = "/verify-email";

#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let outcome = Outcome::of(PAGE).with_mail(Purpose::ConfirmEmail);
    match (outcome.sent_to(), sign_in_methods().verification) {
        _ if outcome.is_followed() => EitherOf4::A(view! { <FromLink outcome=outcome.fieldless() /> }),
        (_, Mailed::Code) => EitherOf4::B(view! { <ByCode outcome /> }),
        (Some(email), Mailed::Link) => EitherOf4::C(view! { <ByLink outcome=outcome.fieldless() email /> }),
        (None, Mailed::Link) => EitherOf4::D(view! { <SignInFirst outcome=outcome.fieldless() /> }),
    }
}

#[component]
fn FromLink(outcome: Outcome) -> impl IntoView {
    view! {
        <Frame title="Confirm your address" text="Only one step is left." outcome>
            <form method="post" action=action(PAGE, "confirm")>
                <Onward />
                <Submit>"Confirm the address"</Submit>
            </form>
        </Frame>
    }
}

#[component]
fn ByCode(outcome: Outcome) -> impl IntoView {
    view! {
        <Frame
            title="Confirm your address"
            text="We send a code to your address. Type it here to go on."
            outcome=outcome.clone()
        >
            <form method="post" action=action(PAGE, "confirm") class="grid gap-5">
                <Onward />
                <EmailField outcome=outcome.clone() />
                <CodeField outcome />
                <div class="flex flex-wrap gap-2">
                    <Submit>"Confirm the address"</Submit>
                    <SendAgain action=action(PAGE, "send") label="Send a new code" />
                </div>
            </form>
            <Aside>
                "Confirmed already? " <a href=link("/sign-in") class=LINK>
                    "Sign in"
                </a>
            </Aside>
        </Frame>
    }
}

#[component]
fn ByLink(outcome: Outcome, email: String) -> impl IntoView {
    view! {
        <Frame title="Check your mail" outcome>
            <p>
                "Follow the link in the mail to " <strong class="font-medium">
                    <bdi>{without_instructions(&email)}</bdi>
                </strong> " to confirm the address."
            </p>
            <form method="post" action=action(PAGE, "send")>
                <Onward />
                <input type="hidden" name="email" value=email />
                <Submit kind=ButtonKind::Outline>"Send a new mail"</Submit>
            </form>
            <Aside>
                "Nothing came? Look among the unwanted mails, too. Confirmed already? " <a href=link("/sign-in") class=LINK>
                    "Sign in"
                </a>
            </Aside>
        </Frame>
    }
}

/// Renders the page for an invalid link, or for none.
#[component]
fn SignInFirst(outcome: Outcome) -> impl IntoView {
    view! {
        <Frame
            title="Confirm your address"
            text="Sign in with your password. If the address still has to be confirmed, we send you a new mail."
            outcome
        >
            <ButtonLink href=link("/sign-in")>"Sign in"</ButtonLink>
        </Frame>
    }
}
