//! The shared parts of the account pages: a narrow column, the feedback of the last form, and fields that recur.
//! They must not see a password or a code: forms post to the server's routes, and nothing typed there comes back.

use super::feedback::{FormFeedback, FormMessages};
use app::ui::button::{ButtonKind, Submit};
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
    feedback: FormFeedback,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title />
        <div class="mx-auto max-w-sm space-y-6">
            <div class="space-y-2">
                <h1 class="text-3xl font-semibold">{title}</h1>
                {(!text.is_empty()).then(|| view! { <p class="text-muted">{text}</p> })}
            </div>
            <FormMessages feedback />
            {children()}
        </div>
    }
}

/// Renders a form that posts to the action `key` of its page, and leads on to the same page afterwards.
#[component]
pub fn AuthForm(
    page: &'static str,
    key: &'static str,
    #[prop(default = "grid gap-5")] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=action(page, key) class=class>
            <input type="hidden" name="return_to" value=return_to() />
            {children()}
        </form>
    }
}

/// Renders the form for a code from a mail, with a button that asks for another mail.
#[component]
pub fn CodeForm(page: &'static str, key: &'static str, submit: &'static str, feedback: FormFeedback) -> impl IntoView {
    view! {
        <AuthForm page key>
            <EmailField feedback=feedback.clone() />
            <CodeField feedback />
            <div class="flex flex-wrap gap-2">
                <Submit>{submit}</Submit>
                // It skips the validation of the other fields.
                <button type="submit" formaction=action(page, "send") formnovalidate class=ButtonKind::Quiet.class()>
                    "Send a new code"
                </button>
            </div>
        </AuthForm>
    }
}

#[component]
pub fn EmailField(feedback: FormFeedback, #[prop(default = "username")] autocomplete: &'static str) -> impl IntoView {
    let (value, error) = (feedback.email(), feedback.about("email"));
    view! { <TextField id="email" name="email" label="E-mail" kind="email" value error autocomplete=autocomplete /> }
}

/// Renders the field for the code from a mail.
#[component]
pub fn CodeField(feedback: FormFeedback) -> impl IntoView {
    let error = feedback.about("code");
    let inputmode = if sign_in_methods().codes_are_digits { "numeric" } else { "text" };
    view! {
        <TextField id="code" name="code" label="Code from the mail" error autocomplete="one-time-code" inputmode />
    }
}

/// Renders a sentence under a form.
#[component]
pub fn Hint(children: Children) -> impl IntoView {
    view! { <p class="text-sm text-muted">{children()}</p> }
}

/// Renders a sentence under a form, with a link to an account page that leads on to the same page.
#[component]
pub fn HintLink(#[prop(optional)] text: &'static str, path: &'static str, label: &'static str) -> impl IntoView {
    view! {
        <Hint>
            {text} <a href=link(path) class=LINK>
                {label}
            </a>
        </Hint>
    }
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
pub fn UsernameForPasswordManager(claims: Claims) -> impl IntoView {
    let email = claims.email().unwrap_or_default().to_owned();
    view! { <input type="text" name="username" value=email autocomplete="username" readonly hidden /> }
}

/// Renders the field for a new password, with the rule for it.
#[component]
pub fn NewPasswordField(feedback: FormFeedback, label: &'static str) -> impl IntoView {
    let hint = format!("At least {} characters.", sign_in_methods().passwords.min_chars);
    let error = feedback.about("password");
    view! {
        <TextField id="password" name="password" label kind="password" hint error autocomplete="new-password" />
    }
}
