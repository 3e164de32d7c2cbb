//! The shared parts of the account pages: a narrow column, the outcome of the last form, and fields that recur.
//! They must not see a password or a code: forms post to the server's routes, and nothing typed there comes back.

use super::outcome::{Outcome, Said};
use app::ui::button::ButtonKind;
use app::ui::field::TextField;
use identity::Claims;
use leptos::prelude::*;
use leptos_meta::Title;
use request::form;
use request::session::sign_in_methods;

pub const LINK: &str = "rounded-sm font-medium text-accent underline underline-offset-2";

/// Returns the page to go to afterwards. The server checks that it is a local path when a form sends it.
pub fn return_to() -> String {
    request::query("return_to").unwrap_or_else(|| "/".to_owned())
}

/// Returns the address of an account page that leads on to the same page.
pub fn link(path: &str) -> String {
    request::with_return_to(path, &return_to())
}

/// Returns the URL that the form `key` of one of these pages posts to. The address leads to the same place afterwards when
/// it is opened once more.
pub fn action(page: &str, key: &str) -> String {
    let (action, return_to) = (form::action(key), return_to());
    if return_to == "/" {
        return format!("{page}{action}");
    }
    request::with_return_to(page, &return_to).replacen('?', &format!("{action}&"), 1)
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

/// Renders the hidden field with the page to go to afterwards.
#[component]
pub fn Onward() -> impl IntoView {
    view! { <input type="hidden" name="return_to" value=return_to() /> }
}

#[component]
pub fn EmailField(outcome: Outcome, #[prop(default = "username")] autocomplete: &'static str) -> impl IntoView {
    let (value, error) = (outcome.email(), outcome.about("email"));
    view! { <TextField id="email" name="email" label="E-mail" kind="email" value error autocomplete=autocomplete /> }
}

/// Renders the field for the code from a mail.
#[component]
pub fn CodeField(outcome: Outcome) -> impl IntoView {
    let error = outcome.about("code");
    let inputmode = if sign_in_methods().codes_are_digits { "numeric" } else { "text" };
    view! {
        <TextField id="code" name="code" label="Code from the mail" error autocomplete="one-time-code" inputmode />
    }
}

/// Renders a button that asks for another mail. It skips the validation of the form's other fields.
#[component]
pub fn SendAgain(action: String, label: &'static str) -> impl IntoView {
    view! {
        <button type="submit" formaction=action formnovalidate class=ButtonKind::Quiet.class()>
            {label}
        </button>
    }
}

/// Renders a sentence under a form.
#[component]
pub fn Aside(children: Children) -> impl IntoView {
    view! { <p class="text-sm text-muted">{children()}</p> }
}

/// Renders the field for the current password.
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

/// Renders the hidden user name that password managers look for.
#[component]
pub fn Whose(claims: Claims) -> impl IntoView {
    let email = claims.email().unwrap_or_default().to_owned();
    view! { <input type="text" name="username" value=email autocomplete="username" readonly hidden /> }
}

/// Renders the field for a new password, with the rule for it.
#[component]
pub fn NewPasswordField(outcome: Outcome, label: &'static str) -> impl IntoView {
    let hint = format!("At least {} characters.", sign_in_methods().passwords.min_chars);
    let error = outcome.about("password");
    view! {
        <TextField id="password" name="password" label kind="password" hint error autocomplete="new-password" />
    }
}
