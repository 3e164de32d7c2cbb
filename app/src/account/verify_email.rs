//! Proving that an e-mail address is theirs: by the code in a mail, or by the link in it.
//! It must not use a proof up by being opened: programs that look through mails open links, too.

use super::frame::{CodeField, EmailField, Frame, LINK, Onward, link};
use super::outcome::Outcome;
use crate::page;
use crate::session::{Mailed, sign_in_methods};
use crate::ui::button::{ButtonKind, Submit};
use leptos::either::EitherOf3;
use leptos::prelude::*;

const VERIFY: &str = "/auth/verify-email";

#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let outcome = Outcome::of(VERIFY);
    match (page::query("code"), sign_in_methods().verification) {
        (Some(code), _) => EitherOf3::A(view! { <FromLink outcome=outcome.fieldless() code /> }),
        (None, Mailed::Code) => EitherOf3::B(view! { <ByCode outcome /> }),
        (None, Mailed::Link) => EitherOf3::C(view! { <ByLink outcome=outcome.fieldless() /> }),
    }
}

#[component]
fn FromLink(outcome: Outcome, code: String) -> impl IntoView {
    view! {
        <Frame title="Confirm your address" outcome>
            <form method="post" action=VERIFY>
                <Onward />
                <input type="hidden" name="code" value=code />
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
            <form method="post" action=VERIFY class="grid gap-5">
                <Onward />
                <EmailField outcome=outcome.clone() />
                <CodeField outcome />
                <div class="flex flex-wrap gap-2">
                    <Submit>"Confirm the address"</Submit>
                    // The code is not needed for a new one.
                    <button
                        type="submit"
                        formaction="/auth/verify-email/send"
                        formnovalidate
                        class=ButtonKind::Quiet.class()
                    >
                        "Send a new code"
                    </button>
                </div>
            </form>
        </Frame>
    }
}

#[component]
fn ByLink(outcome: Outcome) -> impl IntoView {
    let email = outcome.typed("email");
    let to = if email.is_empty() { "your address".to_owned() } else { email };
    view! {
        <Frame title="Check your mail" outcome>
            <p>{format!("We have sent a mail to {to}. Follow the link in it to confirm the address, then sign in.")}</p>
            <p class="text-sm text-muted">
                "Nothing came? Look among the unwanted mails, or "
                <a href=link("/sign-in") class=LINK>"sign in"</a> " with your password: that sends a new one."
            </p>
        </Frame>
    }
}
