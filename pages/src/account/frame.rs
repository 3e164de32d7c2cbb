//! What the pages around signing in share: a narrow column, what became of the last form, and fields that recur.
//! It must not see a password or a code: forms go past it, and nothing typed there comes back.

use super::outcome::{Outcome, Said};
use app::ui::button::ButtonKind;
use app::ui::field::TextField;
use identity::Claims;
use leptos::prelude::*;
use leptos_meta::Title;
use request::session::sign_in_methods;

pub const LINK: &str = "rounded-sm font-medium text-accent underline underline-offset-2";

/// Where to go afterwards. Only carried along: the server accepts nothing but a local path when it comes back.
pub fn return_to() -> String {
    request::query("return_to").unwrap_or_else(|| "/".to_owned())
}

/// A page of this part that leads to the same place afterwards.
pub fn link(path: &str) -> String {
    request::with_return_to(path, &return_to())
}

#[component]
pub fn Frame(
    title: &'static str,
    #[prop(optional)] text: &'static str,
    outcome: Outcome,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title />
        <div class="mx-auto max-w-sm space-y-6">
            <div class="space-y-2">
                <h1 class="text-3xl font-semibold">{title}</h1>
                {(!text.is_empty()).then(|| view! { <p class="text-muted">{text}</p> })}
            </div>
            <Said outcome />
            {children()}
        </div>
    }
}

/// Where every form here goes on to.
#[component]
pub fn Onward() -> impl IntoView {
    view! { <input type="hidden" name="return_to" value=return_to() /> }
}

#[component]
pub fn EmailField(outcome: Outcome, #[prop(default = "username")] autocomplete: &'static str) -> impl IntoView {
    let (value, error) = (outcome.email(), outcome.about("email"));
    view! { <TextField id="email" name="email" label="E-mail" kind="email" value error autocomplete=autocomplete /> }
}

/// The code that a mail brought.
#[component]
pub fn CodeField(outcome: Outcome) -> impl IntoView {
    let error = outcome.about("code");
    let inputmode = if sign_in_methods().codes_are_digits { "numeric" } else { "text" };
    view! {
        <TextField id="code" name="code" label="Code from the mail" error autocomplete="one-time-code" inputmode />
    }
}

/// Asks for another mail, in a form whose other fields are not needed for that.
#[component]
pub fn SendAgain(action: &'static str, label: &'static str) -> impl IntoView {
    view! {
        <button type="submit" formaction=action formnovalidate class=ButtonKind::Quiet.class()>
            {label}
        </button>
    }
}

/// A sentence under a form.
#[component]
pub fn Aside(children: Children) -> impl IntoView {
    view! { <p class="text-sm text-muted">{children()}</p> }
}

/// The password that an account has.
#[component]
pub fn OldPasswordField(error: Option<String>) -> impl IntoView {
    view! {
        <TextField
            id="old_password"
            name="old_password"
            label="Current password"
            kind="password"
            error
            autocomplete="current-password"
        />
    }
}

/// Tells password managers whose password it is.
#[component]
pub fn Whose(claims: Claims) -> impl IntoView {
    let email = claims.email().unwrap_or_default().to_owned();
    view! { <input type="text" name="username" value=email autocomplete="username" readonly hidden /> }
}

/// A password that is chosen here, with the rule that it has to keep.
#[component]
pub fn NewPasswordField(outcome: Outcome, label: &'static str) -> impl IntoView {
    let hint = format!("At least {} characters.", sign_in_methods().passwords.min_chars);
    let error = outcome.about("password");
    view! {
        <TextField id="password" name="password" label kind="password" hint error autocomplete="new-password" />
    }
}
