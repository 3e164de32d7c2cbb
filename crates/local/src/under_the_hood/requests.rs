//! The last requests, one line each, and behind it everything that PostgreSQL was asked.

use super::listener::{Identity, Statement, Turn};
use super::policies::{self, Policy};
use super::recent::Seen;
use super::sql::{Policies, Sql, counted};
use leptos::either::Either;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

const FRAME: &str = "space-y-3 border-l-2 border-line pl-4";

#[component]
pub fn Requests(recent: Vec<Arc<Seen>>, policies: Arc<[Policy]>) -> impl IntoView {
    if recent.is_empty() {
        let text = "None since the server started. Open another page, and come back.";
        return Either::Left(
            view! { <p class="rounded-lg border border-line bg-surface px-4 py-6 text-muted">{text}</p> },
        );
    }
    let requests =
        recent.iter().map(|seen| view! { <Request seen=seen.clone() policies=policies.clone() /> }.into_any());
    Either::Right(view! {
        <ol role="list" class="divide-y divide-line rounded-lg border border-line bg-surface">{requests.collect_view()}</ol>
    })
}

#[component]
fn Request(seen: Arc<Seen>, policies: Arc<[Policy]>) -> impl IntoView {
    let statements = seen.heard.turns.iter().map(|turn| turn.statements.len() as u64).sum();
    let turns = seen.heard.turns.iter().filter(|turn| !turn.statements.is_empty());
    let turns = turns.map(|turn| view! { <Transaction turn policies=&policies /> }.into_any()).collect_view();
    let nothing = (statements == 0).then(|| view! { <p class="text-sm text-muted">"It asked PostgreSQL nothing."</p> });
    let at = format!("{:02}:{:02}:{:02} UTC", seen.at.hour(), seen.at.minute(), seen.at.second());
    view! {
        <li>
            <details>
                <summary class="flex flex-wrap items-baseline gap-x-3 px-4 py-3 text-sm">
                    <span class="font-mono font-medium wrap-anywhere">{format!("{} {}", seen.method, seen.path)}</span>
                    <span class="text-muted sm:ml-auto">
                        {format!(
                            "{} · {} · {} · {at}",
                            seen.status.as_u16(),
                            counted(statements, "statement", "statements"),
                            milliseconds(seen.took),
                        )}
                    </span>
                </summary>
                <div class="space-y-6 px-4 pb-4">{nothing} {turns}</div>
            </details>
        </li>
    }
}

/// Shows whom PostgreSQL saw, and what it was asked.
#[component]
fn Transaction<'a>(turn: &'a Turn, policies: &'a [Policy]) -> impl IntoView + use<> {
    let role = turn.identity.as_ref().map(|identity| identity.role.clone());
    let whom = match &turn.identity {
        Some(Identity { role, claims }) => Either::Left(view! {
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
    let statements = turn.statements.iter().map(|statement| {
        let met = role.as_ref().map(|role| policies::met(policies, role, &statement.sql)).unwrap_or_default();
        asked(statement, met.into_iter().cloned().collect()).into_any()
    });
    view! { <div class=FRAME>{whom} {statements.collect_view()}</div> }
}

fn asked(statement: &Statement, met: Vec<Policy>) -> impl IntoView + use<> {
    let measured = format!("{} · {}", counted(statement.rows, "row", "rows"), milliseconds(statement.took));
    let met = (!met.is_empty()).then(|| view! { <Policies met /> });
    view! {
        <div class="space-y-2">
            <Sql text=statement.sql.clone() />
            <p class="text-sm text-muted">{measured}</p>
            {met}
        </div>
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
