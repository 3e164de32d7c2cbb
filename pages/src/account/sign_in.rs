//! Signing in and signing up: plain forms to the server's `/auth` routes.
//! They must not see a password: forms post to the server's routes, and nothing typed there comes back.

use super::frame::{Aside, EmailField, Frame, LINK, NewPasswordField, Onward, action, link, return_to};
use super::outcome::Outcome;
use app::ui::button::{ButtonKind, Submit};
use app::ui::field::TextField;
use leptos::either::Either;
use leptos::prelude::*;
use request::account::SignInProblem;
use request::session::{self, Purpose, SignInMethods, SignedIn};

const SIGN_IN: &str = "/sign-in";
const SIGN_UP: &str = "/sign-up";

#[component]
pub fn SignInPage() -> impl IntoView {
    let outcome = Outcome::of(SIGN_IN).with_mail(Purpose::ConfirmEmail);
    let methods = session::sign_in_methods();
    let sign_up = methods.sign_up.then(|| {
        view! {
            <Aside>
                "No account yet? " <a href=link("/sign-up") class=LINK>
                    "Sign up"
                </a>
            </Aside>
        }
    });
    let password = methods.password.then(|| {
        let error = outcome.about("password");
        view! {
            <form method="post" action=action(SIGN_IN, "password") class="grid gap-5">
                <Onward />
                <EmailField outcome=outcome.clone() />
                <TextField id="password" name="password" label="Password" kind="password" error autocomplete="current-password" />
                <div class="flex flex-wrap items-center justify-between gap-2">
                    <Submit>"Sign in"</Submit>
                    <a href=link("/forgot-password") class=format!("text-sm touch:py-3 {LINK}")>"Forgotten your password?"</a>
                </div>
            </form>
        }
    });
    view! {
        <Frame title="Sign in" outcome=outcome.clone()>
            <WayOn problem=outcome.problem />
            <SignedInAlready />
            {password}
            <OtherWays methods return_to=return_to() />
            {sign_up}
        </Frame>
    }
}

#[component]
pub fn SignUpPage() -> impl IntoView {
    let outcome = Outcome::of(SIGN_UP);
    let methods = session::sign_in_methods();
    let form = if methods.password && methods.sign_up {
        let (name, error) = (outcome.typed("name"), outcome.about("name"));
        Either::Left(view! {
            <form method="post" action=action(SIGN_UP, "password") class="grid gap-5">
                <Onward />
                <TextField id="name" name="name" label="Name" value=name error=error hint="As others see it." autocomplete="name" />
                <EmailField outcome=outcome.clone() />
                <NewPasswordField outcome=outcome.clone() label="Password" />
                <Submit>"Create account"</Submit>
            </form>
        })
    } else {
        Either::Right(
            (!methods.sign_up).then(|| view! { <p class="text-muted">{SignInProblem::SignUpOff.to_string()}</p> }),
        )
    };
    let others = methods.sign_up.then(|| view! { <OtherWays methods return_to=return_to() /> });
    view! {
        <Frame title="Create your account" outcome=outcome.clone()>
            <WayOn problem=outcome.problem />
            <SignedInAlready />
            {form}
            {others}
            <Aside>
                "Already have an account? " <a href=link("/sign-in") class=LINK>
                    "Sign in"
                </a>
            </Aside>
        </Frame>
    }
}

/// Renders a link to what helps with this problem, other than trying again.
#[component]
fn WayOn(problem: Option<SignInProblem>) -> impl IntoView {
    let (before, path, label) = match problem? {
        SignInProblem::SignUpUncertain => ("Was it made? ", "/sign-in", "Sign in"),
        SignInProblem::EmailKnown => ("Is it yours, and the password is lost? ", "/forgot-password", "Set a new one"),
        SignInProblem::Conflict => {
            ("Somebody else made it with your address? ", "/forgot-password", "Set its password")
        }
        SignInProblem::AccountDeleted => ("You can begin anew. ", "/sign-up", "Sign up"),
        _ => return None,
    };
    Some(view! {
        <Aside>
            {before} <a href=link(path) class=LINK>
                {label}
            </a>
        </Aside>
    })
}

#[component]
fn SignedInAlready() -> impl IntoView {
    matches!(session::viewer().user, SignedIn::Yes(_)).then(|| {
        view! { <p class="text-muted">"You are signed in already. You can switch to another account here."</p> }
    })
}

/// Renders the ways to sign in without a password, which lead on to `return_to`. Says so if Neon Auth has not told them
/// yet.
#[component]
pub fn OtherWays(methods: SignInMethods, return_to: String) -> impl IntoView {
    if !methods.known {
        return Either::Left(view! {
            <Aside>
                "The sign-in service is not answering at the moment. Other ways to sign in appear here when it is back."
            </Aside>
        });
    }
    let by_code = request::with_return_to("/sign-in/code", &return_to);
    let buttons = methods.providers.into_iter().map(|provider| {
        let name = provider_name(&provider);
        view! {
            <form method="post" action=action(SIGN_IN, "oauth")>
                <input type="hidden" name="provider" value=provider />
                <input type="hidden" name="return_to" value=return_to.clone() />
                <Submit kind=ButtonKind::Outline>{format!("Continue with {name}")}</Submit>
            </form>
        }
    });
    let code = methods.email_code.then(|| {
        view! {
            <a href=by_code class=ButtonKind::Outline.class()>
                "Continue with a code by mail"
            </a>
        }
    });
    Either::Right(view! { <div class="space-y-3 empty:hidden">{buttons.collect_view()} {code}</div> })
}

/// Returns the display name of a provider.
fn provider_name(id: &str) -> String {
    match id {
        "github" => "GitHub".to_owned(),
        "gitlab" => "GitLab".to_owned(),
        "linkedin" => "LinkedIn".to_owned(),
        _ => {
            let mut letters = id.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}
