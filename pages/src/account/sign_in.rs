//! Signing in and signing up: plain forms to the server's `/auth` routes.
//! They must not see a password: forms post to the server's routes, and nothing typed there comes back.

use super::feedback::FormFeedback;
use super::frame::{AuthForm, EmailField, Frame, Hint, HintLink, LINK, NewPasswordField, action, link, return_to};
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
    let feedback = FormFeedback::of(SIGN_IN).with_mail(Purpose::ConfirmEmail);
    let methods = session::sign_in_methods();
    let sign_up =
        methods.sign_up.then(|| view! { <HintLink text="No account yet? " path="/sign-up" label="Sign up" /> });
    let password = methods.password.then(|| {
        let (feedback, error) = (feedback.clone(), feedback.about("password"));
        view! {
            <AuthForm page=SIGN_IN key="password">
                <EmailField feedback />
                <TextField id="password" name="password" label="Password" kind="password" error autocomplete="current-password" />
                <div class="flex flex-wrap items-center justify-between gap-2">
                    <Submit>"Sign in"</Submit>
                    <a href=link("/forgot-password") class=format!("text-sm touch:py-3 {LINK}")>"Forgotten your password?"</a>
                </div>
            </AuthForm>
        }
    });
    view! {
        <Frame title="Sign in" feedback=feedback.clone()>
            <RecoveryLink problem=feedback.problem />
            <SignedInAlready />
            {password}
            <OtherSignInMethods methods return_to=return_to() />
            {sign_up}
        </Frame>
    }
}

#[component]
pub fn SignUpPage() -> impl IntoView {
    let feedback = FormFeedback::of(SIGN_UP);
    let methods = session::sign_in_methods();
    let form = if methods.password && methods.sign_up {
        let (name, error) = (feedback.typed("name"), feedback.about("name"));
        let feedback = feedback.clone();
        Either::Left(view! {
            <AuthForm page=SIGN_UP key="password">
                <TextField id="name" name="name" label="Name" value=name error=error hint="As others see it." autocomplete="name" />
                <EmailField feedback=feedback.clone() />
                <NewPasswordField feedback label="Password" />
                <Submit>"Create account"</Submit>
            </AuthForm>
        })
    } else {
        Either::Right(
            (!methods.sign_up).then(|| view! { <p class="text-muted">{SignInProblem::SignUpOff.to_string()}</p> }),
        )
    };
    let others = methods.sign_up.then(|| view! { <OtherSignInMethods methods return_to=return_to() /> });
    view! {
        <Frame title="Create your account" feedback=feedback.clone()>
            <RecoveryLink problem=feedback.problem />
            <SignedInAlready />
            {form}
            {others}
            <HintLink text="Already have an account? " path="/sign-in" label="Sign in" />
        </Frame>
    }
}

/// Renders a link to what helps with this problem, other than trying again.
#[component]
fn RecoveryLink(problem: Option<SignInProblem>) -> impl IntoView {
    let (text, path, label) = match problem? {
        SignInProblem::SignUpUncertain => ("Was it created? ", "/sign-in", "Sign in"),
        SignInProblem::EmailKnown => {
            ("Is it yours, and you have lost the password? ", "/forgot-password", "Set a new one")
        }
        SignInProblem::Conflict => {
            ("Did someone else create it with your address? ", "/forgot-password", "Set its password")
        }
        SignInProblem::AccountDeleted => ("You can create a new one. ", "/sign-up", "Sign up"),
        _ => return None,
    };
    Some(view! { <HintLink text path label /> })
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
pub fn OtherSignInMethods(methods: SignInMethods, return_to: String) -> impl IntoView {
    if !methods.known {
        return Either::Left(view! {
            <Hint>
                "The sign-in service is not answering at the moment. Other ways to sign in appear here when it is back."
            </Hint>
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
