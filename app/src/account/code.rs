//! Signing in with a code that is mailed, and no password.
//! It must not say whether an address has an account.

use super::frame::{CodeField, EmailField, Frame, LINK, Onward, link};
use super::outcome::Outcome;
use super::problem::SignInProblem;
use crate::session::sign_in_methods;
use crate::ui::button::{ButtonKind, Submit};
use leptos::either::EitherOf3;
use leptos::prelude::*;

const SEND: &str = "/auth/code/send";
const ENTER: &str = "/auth/code";

#[component]
pub fn CodePage() -> impl IntoView {
    let outcome = Outcome::of(ENTER);
    let content = if !sign_in_methods().email_code {
        EitherOf3::A(view! { <p class="text-muted">{SignInProblem::NotOffered.to_string()}</p> })
    } else if outcome.was_sent() {
        EitherOf3::B(view! { <Enter outcome=outcome.clone() /> })
    } else {
        EitherOf3::C(view! { <Ask outcome=outcome.clone() /> })
    };
    view! {
        <Frame title="Sign in with a code" text="We send a code to your address. No password needed." outcome>
            {content}
            <p class="text-sm text-muted">
                <a href=link("/sign-in") class=LINK>"Sign in another way"</a>
            </p>
        </Frame>
    }
}

#[component]
fn Ask(outcome: Outcome) -> impl IntoView {
    view! {
        <form method="post" action=SEND class="grid gap-5">
            <Onward />
            <EmailField outcome />
            <Submit>"Send me a code"</Submit>
        </form>
    }
}

#[component]
fn Enter(outcome: Outcome) -> impl IntoView {
    view! {
        <form method="post" action=ENTER class="grid gap-5">
            <Onward />
            <input type="hidden" name="nonce" value=outcome.typed("nonce") />
            <EmailField outcome=outcome.clone() />
            <CodeField outcome />
            <div class="flex flex-wrap gap-2">
                <Submit>"Sign in"</Submit>
                <button type="submit" formaction=SEND formnovalidate class=ButtonKind::Quiet.class()>
                    "Send a new code"
                </button>
            </div>
        </form>
    }
}
