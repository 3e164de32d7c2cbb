//! Signing in and signing up: plain forms to the server's `/auth` routes.
//! It must not see a password: the forms go past it, and nothing typed there comes back.

use super::problem::SignInProblem;
use crate::page;
use crate::session::{self, KeptForm, SignInMethods, SignedIn};
use crate::ui::alert::Alert;
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::field::TextField;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

const SIGN_IN: &str = "/auth/sign-in";
const SIGN_UP: &str = "/auth/sign-up";

#[component]
pub fn SignInPage() -> impl IntoView {
    let here = Here::read(SIGN_IN);
    let methods = session::sign_in_methods();
    let sign_up = methods.sign_up.then(|| {
        let href = here.link("/sign-up");
        view! {
            <p class="text-sm text-muted">
                "No account yet? " <a href=href class=LINK>"Sign up"</a>
            </p>
        }
    });
    let password = methods.password.then(|| {
        view! {
            <form method="post" action=SIGN_IN class="grid gap-5">
                <Credentials here=here.clone() password="current-password" />
                <Submit>"Sign in"</Submit>
            </form>
        }
    });
    view! {
        <Title text="Sign in" />
        <Frame title="Sign in" here=here.clone()>
            {password}
            <Providers methods return_to=here.return_to.clone() />
            {sign_up}
        </Frame>
    }
}

#[component]
pub fn SignUpPage() -> impl IntoView {
    let here = Here::read(SIGN_UP);
    let methods = session::sign_in_methods();
    let sign_in = here.link("/sign-in");
    let form = if methods.password && methods.sign_up {
        let (name, error) = (here.typed("name"), here.about("name"));
        Either::Left(view! {
            <form method="post" action=SIGN_UP class="grid gap-5">
                <TextField id="name" name="name" label="Name" value=name error=error hint="Shown with your posts." autocomplete="name" />
                <Credentials here=here.clone() password="new-password" hint="At least 8 characters." />
                <Submit>"Create account"</Submit>
            </form>
        })
    } else {
        Either::Right(view! { <p class="text-muted">{SignInProblem::SignUpOff.to_string()}</p> })
    };
    view! {
        <Title text="Sign up" />
        <Frame title="Create your account" here=here.clone()>
            {form}
            <Providers methods return_to=here.return_to />
            <p class="text-sm text-muted">
                "Already have an account? " <a href=sign_in class=LINK>"Sign in"</a>
            </p>
        </Frame>
    }
}

const LINK: &str = "rounded-sm font-medium text-accent underline underline-offset-2";

/// Where this page was asked from, and what the last attempt left.
#[derive(Clone, Debug)]
struct Here {
    return_to: String,
    problem: Option<SignInProblem>,
    kept: Option<KeptForm>,
}

impl Here {
    fn read(action: &str) -> Self {
        Self {
            // Only carried along: the server accepts nothing but a local path when it comes back.
            return_to: page::query("return_to").unwrap_or_else(|| "/".to_owned()),
            problem: page::query("error").and_then(|code| code.parse().ok()),
            kept: session::viewer().kept_form.filter(|form| form.action == action),
        }
    }

    fn typed(&self, field: &str) -> String {
        self.kept.as_ref().and_then(|form| form.field(field)).unwrap_or_default().to_owned()
    }

    fn about(&self, field: &str) -> Option<String> {
        self.problem.filter(|problem| problem.field() == Some(field)).map(|problem| problem.to_string())
    }

    /// What is wrong with no field in particular.
    fn overall(&self) -> Option<String> {
        self.problem.filter(|problem| problem.field().is_none()).map(|problem| problem.to_string())
    }

    fn link(&self, path: &str) -> String {
        page::with_return_to(path, &self.return_to)
    }
}

#[component]
fn Frame(title: &'static str, here: Here, children: Children) -> impl IntoView {
    let signed_in = matches!(session::viewer().user, SignedIn::Yes(_));
    view! {
        <div class="mx-auto max-w-sm space-y-6">
            <h1 class="text-3xl font-semibold">{title}</h1>
            {signed_in.then(|| view! { <p class="text-muted">"You are signed in already. You can switch to another account here."</p> })}
            <Alert message=here.overall() />
            {children()}
        </div>
    }
}

/// Address and password, and where to go afterwards. `password` tells password managers which one is asked for.
#[component]
fn Credentials(here: Here, password: &'static str, #[prop(optional, into)] hint: String) -> impl IntoView {
    let (email, email_error, password_error) = (here.typed("email"), here.about("email"), here.about("password"));
    view! {
        <input type="hidden" name="return_to" value=here.return_to />
        <TextField id="email" name="email" label="E-mail" kind="email" value=email error=email_error autocomplete="username" />
        <TextField
            id="password"
            name="password"
            label="Password"
            kind="password"
            hint=hint
            error=password_error
            autocomplete=password
        />
    }
}

/// The ways in through another account. When Neon Auth has not answered yet, says so instead.
#[component]
fn Providers(methods: SignInMethods, return_to: String) -> impl IntoView {
    if !methods.known {
        return Either::Left(view! {
            <p class="text-sm text-muted">
                "The sign-in service is not answering at the moment. Other ways to sign in appear here when it is back."
            </p>
        });
    }
    let buttons = methods.providers.into_iter().map(|provider| {
        let (action, name) = (format!("/auth/oauth/{provider}"), provider_name(&provider));
        let return_to = return_to.clone();
        view! {
            <form method="post" action=action>
                <input type="hidden" name="return_to" value=return_to />
                <Submit kind=ButtonKind::Outline>{format!("Continue with {name}")}</Submit>
            </form>
        }
    });
    Either::Right(view! { <div class="space-y-3 empty:hidden">{buttons.collect_view()}</div> })
}

/// A provider as people know it.
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
