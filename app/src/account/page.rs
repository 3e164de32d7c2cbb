//! The account page: who this session belongs to.
//! It must not show anything of other people.

use crate::db::Claims;
use crate::page::loaded;
use crate::session::require_user;
use crate::ui::button::{ButtonKind, Submit};
use crate::ui::layout::Heading;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn AccountPage() -> impl IntoView {
    let user = require_user();
    view! {
        <Title text="Account" />
        <Heading text="Account" />
        {loaded(async move { user }, |claims| view! { <Profile claims /> })}
    }
}

#[component]
fn Profile(claims: Claims) -> impl IntoView {
    let name = claims.name().unwrap_or("Not set").to_owned();
    let email = claims.email().unwrap_or("Not set").to_owned();
    view! {
        <dl class="grid gap-x-6 gap-y-4 sm:grid-cols-[8rem_1fr]">
            <dt class="text-muted">"Name"</dt>
            <dd class="font-medium">{name}</dd>
            <dt class="text-muted">"E-mail"</dt>
            <dd class="font-medium">{email}</dd>
        </dl>
        <form method="post" action="/auth/sign-out" class="mt-8 sm:max-w-40">
            <Submit kind=ButtonKind::Outline>"Sign out"</Submit>
        </form>
    }
}
