//! Signing in without a password, with a code from a mail or with the link in it.
//! Pages must not reveal whether an address has an account.

use super::frame::{Aside, CodeField, EmailField, Frame, LINK, Onward, SendAgain, action, link};
use super::outcome::Outcome;
use app::ui::button::Submit;
use leptos::either::EitherOf4;
use leptos::prelude::*;
use request::account::SignInProblem;
use request::session::{Purpose, sign_in_methods};

const PAGE: &str = "/sign-in/code";

#[component]
pub fn CodePage() -> impl IntoView {
    let outcome = Outcome::of(PAGE).with_mail(Purpose::SignIn);
    let asks_for_code = !outcome.is_followed() && outcome.sent_to().is_some();
    let outcome = if asks_for_code { outcome } else { outcome.without("code") };
    let methods = sign_in_methods();
    let content = if !methods.email_code {
        let why = if methods.known { SignInProblem::NotOffered } else { SignInProblem::Unavailable };
        EitherOf4::A(view! { <p class="text-muted">{why.to_string()}</p> })
    } else if outcome.is_followed() {
        EitherOf4::B(view! { <FromLink /> })
    } else if asks_for_code {
        EitherOf4::C(view! { <Enter outcome=outcome.clone() /> })
    } else {
        EitherOf4::D(view! { <Ask outcome=outcome.clone() /> })
    };
    view! {
        <Frame title="Sign in with a code" text="We send a code to your address. No password needed." outcome>
            {content}
            <Aside>
                <a href=link("/sign-in") class=LINK>
                    "Sign in another way"
                </a>
            </Aside>
        </Frame>
    }
}

#[component]
fn Ask(outcome: Outcome) -> impl IntoView {
    view! {
        <form method="post" action=action(PAGE, "send") class="grid gap-5">
            <Onward />
            <EmailField outcome />
            <Submit>"Send me a code"</Submit>
        </form>
    }
}

#[component]
fn Enter(outcome: Outcome) -> impl IntoView {
    view! {
        <form method="post" action=action(PAGE, "enter") class="grid gap-5">
            <Onward />
            <EmailField outcome=outcome.clone() />
            <CodeField outcome />
            <div class="flex flex-wrap gap-2">
                <Submit>"Sign in"</Submit>
                <SendAgain action=action(PAGE, "send") label="Send a new code" />
            </div>
        </form>
    }
}

/// Renders the form of a followed link. It takes a click, since programs that scan mails open links, too.
#[component]
fn FromLink() -> impl IntoView {
    view! {
        <form method="post" action=action(PAGE, "enter") class="grid gap-5">
            <Onward />
            <Submit>"Sign in"</Submit>
        </form>
    }
}
