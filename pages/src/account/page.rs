//! The account page: the user of this session, and their other sessions. It must not show data of other users.

use super::devices::Devices;
use super::feedback::{FormFeedback, FormMessages, loaded_with_feedback};
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::layout::{Heading, Section};
use identity::Claims;
use leptos::prelude::*;
use leptos_meta::Title;
use request::AppError;
use request::account::{Device, own_account};
use request::session::{require_user, sign_in_methods};

#[component]
pub fn AccountPage() -> impl IntoView {
    let (user, account) = (require_user(), own_account());
    let feedback = FormFeedback::of("/account");
    let data = async move {
        let claims = user?;
        let devices = account?.devices().await?;
        Ok::<_, AppError>((claims, devices))
    };
    view! {
        <Title text="Account" />
        <Heading text="Account" />
        {loaded_with_feedback(feedback.clone(), data, move |(claims, devices)| view! { <Account feedback claims devices /> })}
    }
}

#[component]
fn Account(feedback: FormFeedback, claims: Claims, devices: Vec<Device>) -> impl IntoView {
    view! {
        <div class="space-y-12">
            <FormMessages feedback />
            <Profile claims />
            <Section title="Signed-in devices" text="Sign out what you do not know or no longer use.">
                <Devices devices />
            </Section>
            {sign_in_methods()
                .password
                .then(|| {
                    view! {
                        <Section title="Password">
                            <div class="sm:max-w-64">
                                <ButtonLink href="/account/password" kind=ButtonKind::Outline>
                                    "Change your password…"
                                </ButtonLink>
                            </div>
                        </Section>
                    }
                })}
            <Section title="Your data" text="Everything that is kept about you here, as one JSON file.">
                <div class="sm:max-w-64">
                    <a href="/account/export" download class=ButtonKind::Outline.class()>
                        "Download your data"
                    </a>
                </div>
            </Section>
            <Section title="Delete the account">
                <div class="-mx-3">
                    <ButtonLink href="/account/delete" kind=ButtonKind::Danger>
                        "Delete your account…"
                    </ButtonLink>
                </div>
            </Section>
        </div>
    }
}

#[component]
fn Profile(claims: Claims) -> impl IntoView {
    // As in the view `profiles`: an address in place of a missing name counts as none.
    let email = claims.email().unwrap_or("Not set").to_owned();
    let name = claims.name().filter(|name| !name.eq_ignore_ascii_case(&email)).unwrap_or("Not set").to_owned();
    view! {
        <section aria-label="Profile">
            <dl class="grid gap-x-6 sm:grid-cols-[8rem_1fr] sm:gap-y-4">
                <dt class="text-muted">"Name"</dt>
                <dd class="font-medium max-sm:mb-3">
                    <bdi>{name}</bdi>
                </dd>
                <dt class="text-muted">"E-mail"</dt>
                <dd class="font-medium">
                    <bdi>{email}</bdi>
                </dd>
            </dl>
            <form method="post" action="/auth/sign-out" class="mt-8 sm:max-w-40">
                <Submit kind=ButtonKind::Outline>"Sign out"</Submit>
            </form>
        </section>
    }
}
