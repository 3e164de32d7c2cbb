//! The page: what it needs, and the document around it.

use super::caller;
use super::policies::{self, Policy};
use super::recent::Seen;
use super::requests::Requests;
use super::trials::{self, Outcome};
use super::trials_view::Trials;
use super::{Hood, Parts};
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts as RequestParts;
use http_server::http::errors::Failed;
use http_server::http::{context, theme};
use leptos::prelude::*;
use request::AppError;
use request::feature::Probe;
use request::session::Viewer;
use std::sync::Arc;

pub struct Shown {
    pub recent: Vec<Arc<Seen>>,
    pub policies: Arc<[Policy]>,
    pub trials: Vec<(&'static Probe, Vec<Outcome>)>,
}

pub async fn show(State(Hood(hood)): State<Hood>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let own = hood.state.config.public_origin.url().host_str();
    if !caller::is_this_machine(&parts, own) {
        return Failed(AppError::NotFound).into_response();
    }
    match gather(&hood, parts.extensions.get::<Viewer>().cloned().unwrap_or_default()).await {
        Ok(shown) => ([("x-robots-tag", "noindex")], Html(rendered(&hood, parts, shown))).into_response(),
        Err(error) => Failed(error).into_response(),
    }
}

async fn gather(hood: &Parts, viewer: Viewer) -> Result<Shown, AppError> {
    let db = &hood.state.db;
    let players = hood.cast.players(&viewer.user).await;
    let mut shown = Vec::new();
    for trial in hood.state.site.features.iter().flat_map(|feature| feature.probes).chain([&trials::OWN]) {
        let mut outcomes = Vec::new();
        for player in &players {
            outcomes.push(trials::run(trial, db, player).await?);
        }
        shown.push((trial, outcomes));
    }
    Ok(Shown { recent: hood.recent.all(), policies: policies::all(db).await?.into(), trials: shown })
}

fn rendered(hood: &Parts, parts: RequestParts, shown: Shown) -> String {
    let context = context::of(&hood.state, &parts.extensions);
    let (site, files) = (hood.state.site, hood.state.config.basics.site.files());
    let theme = theme::of(&parts.headers, site.name);
    Owner::new().with(|| {
        context();
        provide_context(theme);
        provide_context(parts);
        (site.framed)(files.tags(false), "Under the hood", content(shown).into_any())
    })
}

fn content(Shown { recent, policies, trials }: Shown) -> impl IntoView {
    let all = policies.clone();
    view! {
        <div class="space-y-12">
            <p class="max-w-prose text-muted">
                "Every query of this app runs in a transaction that has told PostgreSQL who asks, and row-level security decides \
                what they see and change. Here you can watch it. This page is part of local mode: a release does not contain it."
            </p>
            {section(
                "The same statement, asked by different people",
                "Each runs now, in a read-only transaction that is rolled back. In a plan, $0 stands for current_user_id(): PostgreSQL reads it from the claims, once per statement.",
                view! { <Trials trials policies=all /> },
            )}
            {section(
                "The last requests",
                "What each asked of PostgreSQL, as whom, and the policies that it met. The newest first.",
                view! { <Requests recent policies /> },
            )}
        </div>
    }
}

fn section(title: &'static str, text: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! {
        <section>
            <h2 class="text-xl font-semibold">{title}</h2>
            <p class="mt-1 text-muted">{text}</p>
            <div class="mt-4">{content}</div>
        </section>
    }
    .into_any()
}
