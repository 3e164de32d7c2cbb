//! The last requests, one line each, and behind it everything that PostgreSQL was asked.

use super::policies::{self, Policy};
use super::query_log::{Statement, StatementGroup, TransactionIdentity};
use super::request_history::RecordedRequest;
use super::sql::{Policies, Sql, pluralize};
use leptos::either::Either;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

const FRAME: &str = "space-y-3 border-l-2 border-line pl-4";

#[component]
pub fn Requests(requests: Vec<Arc<RecordedRequest>>, policies: Arc<[Policy]>) -> impl IntoView {
    if requests.is_empty() {
        let text = "None since the server started. Open another page, and come back.";
        return Either::Left(
            view! { <p class="rounded-lg border border-line bg-surface px-4 py-6 text-muted">{text}</p> },
        );
    }
    let requests = requests
        .iter()
        .map(|request| view! { <RequestItem request=request.clone() policies=policies.clone() /> }.into_any());
    Either::Right(view! {
        <ol role="list" class="divide-y divide-line rounded-lg border border-line bg-surface">{requests.collect_view()}</ol>
    })
}

#[component]
fn RequestItem(request: Arc<RecordedRequest>, policies: Arc<[Policy]>) -> impl IntoView {
    let statements = request.queries.groups.iter().map(|group| group.statements.len() as u64).sum();
    let groups = request.queries.groups.iter().filter(|group| !group.statements.is_empty());
    let groups =
        groups.map(|group| view! { <StatementGroupView group policies=&policies /> }.into_any()).collect_view();
    let none = (statements == 0).then(|| view! { <p class="text-sm text-muted">"It asked PostgreSQL nothing."</p> });
    let at = format!("{:02}:{:02}:{:02} UTC", request.at.hour(), request.at.minute(), request.at.second());
    view! {
        <li>
            <details>
                <summary class="flex flex-wrap items-baseline gap-x-3 px-4 py-3 text-sm">
                    <span class="font-mono font-medium wrap-anywhere">{format!("{} {}", request.method, request.path)}</span>
                    <span class="text-muted sm:ml-auto">
                        {format!(
                            "{} · {} · {} · {at}",
                            request.status.as_u16(),
                            pluralize(statements, "statement", "statements"),
                            format_milliseconds(request.took),
                        )}
                    </span>
                </summary>
                <div class="space-y-6 px-4 pb-4">{none} {groups}</div>
            </details>
        </li>
    }
}

/// Shows whom PostgreSQL saw, and what it was asked.
#[component]
fn StatementGroupView<'a>(group: &'a StatementGroup, policies: &'a [Policy]) -> impl IntoView + use<> {
    let role = group.identity.as_ref().map(|identity| identity.role.clone());
    let identity = match &group.identity {
        Some(TransactionIdentity { role, claims }) => Either::Left(view! {
            <dl class="grid grid-cols-[auto_1fr] gap-x-4 text-sm">
                <dt class="text-muted">"Role"</dt>
                <dd>
                    <code class="font-mono font-medium">{role.clone()}</code>
                </dd>
                <dt class="text-muted">"Claims"</dt>
                <dd>
                    <code class="font-mono wrap-anywhere">{if claims.is_null() { "none".to_owned() } else { claims.to_string() }}</code>
                </dd>
            </dl>
        }),
        None => Either::Right(view! {
            <p class="text-sm text-muted">
                <code class="font-mono font-medium text-ink">"web"</code>
                ", the login of the server: it keeps sessions, and may read no table of a feature."
            </p>
        }),
    };
    let statements = group.statements.iter().map(|statement| {
        let applicable =
            role.as_ref().map(|role| policies::applicable(policies, role, &statement.sql)).unwrap_or_default();
        statement_view(statement, applicable.into_iter().cloned().collect()).into_any()
    });
    view! { <div class=FRAME>{identity} {statements.collect_view()}</div> }
}

fn statement_view(statement: &Statement, applicable: Vec<Policy>) -> impl IntoView + use<> {
    let measured = format!("{} · {}", pluralize(statement.rows, "row", "rows"), format_milliseconds(statement.took));
    let applicable = (!applicable.is_empty()).then(|| view! { <Policies applicable /> });
    view! {
        <div class="space-y-2">
            <Sql text=statement.sql.clone() />
            <p class="text-sm text-muted">{measured}</p>
            {applicable}
        </div>
    }
}

fn format_milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
