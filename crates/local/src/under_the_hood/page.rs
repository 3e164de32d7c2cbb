//! The page: what it needs, and the document around it.

use super::access;
use super::policies::{self, Policy};
use super::probes::{self, ProbeResult};
use super::probes_view::Probes;
use super::request_history::RecordedRequest;
use super::requests_view::Requests;
use super::{Inner, Inspector};
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use http_server::http::errors::Failed;
use http_server::http::{context, theme};
use leptos::prelude::*;
use request::AppError;
use request::feature::Probe;
use request::session::Viewer;
use std::sync::Arc;

pub struct PageData {
    pub requests: Vec<Arc<RecordedRequest>>,
    pub policies: Arc<[Policy]>,
    pub probes: Vec<(&'static Probe, Vec<ProbeResult>)>,
}

pub async fn show(State(Inspector(inspector)): State<Inspector>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let own = inspector.state.config.public_origin.url().host_str();
    if !access::is_this_machine(&parts, own) {
        return Failed::from(AppError::NotFound).into_response();
    }
    match load(&inspector, parts.extensions.get::<Viewer>().cloned().unwrap_or_default()).await {
        Ok(page) => ([("x-robots-tag", "noindex")], Html(render(&inspector, parts, page))).into_response(),
        Err(error) => Failed::from(error).into_response(),
    }
}

async fn load(inspector: &Inner, viewer: Viewer) -> Result<PageData, AppError> {
    let db = &inspector.state.db;
    let personas = inspector.personas.all(&viewer.user).await;
    let mut probe_results = Vec::new();
    for probe in inspector.state.site.features.iter().flat_map(|feature| feature.probes).chain([&probes::SESSION_PROBE])
    {
        let mut results = Vec::new();
        for persona in &personas {
            results.push(probes::run(probe, db, persona).await?);
        }
        probe_results.push((probe, results));
    }
    Ok(PageData { requests: inspector.history.all(), policies: policies::all(db).await?.into(), probes: probe_results })
}

fn render(inspector: &Inner, parts: Parts, page: PageData) -> String {
    let context = context::provider(&inspector.state, &parts.extensions);
    let (site, files) = (inspector.state.site, inspector.state.config.common.leptos.files());
    let theme = theme::from_cookie(&parts.headers, site.name);
    Owner::new().with(|| {
        context();
        provide_context(theme);
        provide_context(parts);
        (site.framed)(files.tags(false), "Under the hood", content(page).into_any())
    })
}

fn content(PageData { requests, policies, probes }: PageData) -> impl IntoView {
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
                view! { <Probes probes policies=all /> },
            )}
            {section(
                "The last requests",
                "What each asked of PostgreSQL, as whom, and the policies that it met. The newest first.",
                view! { <Requests requests policies /> },
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
