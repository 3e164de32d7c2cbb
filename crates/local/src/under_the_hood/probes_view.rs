//! The results of a probe, side by side for all personas.
//! It must not show what rows hold: how many there are, and which, is enough.

use super::policies::{self, Policy};
use super::probes::{ProbeAnswer, ProbeResult, depends_on_identity};
use super::sql::{Policies, Sql};
use leptos::prelude::*;
use request::feature::Probe;
use std::sync::Arc;

const HEAD: &str = "px-4 py-2 font-medium";
const CELL: &str = "px-4 py-2 align-top";

/// The most ids that are shown: those of more rows would hide the number of them.
const MAX_IDS: usize = 5;

#[component]
pub fn Probes(probes: Vec<(&'static Probe, Vec<ProbeResult>)>, policies: Arc<[Policy]>) -> impl IntoView {
    let probes = probes.into_iter().map(move |(probe, results)| {
        let applicable = policies::applicable(&policies, "authenticated", probe.sql).into_iter().cloned().collect();
        view! { <ProbeCard probe results applicable /> }.into_any()
    });
    view! { <div class="space-y-6">{probes.collect_view()}</div> }
}

#[component]
fn ProbeCard(probe: &'static Probe, results: Vec<ProbeResult>, applicable: Vec<Policy>) -> impl IntoView {
    let plans = results.iter().filter(|result| !result.plan.is_empty());
    let plans = plans.map(|result| plan_view(probe.title, result).into_any()).collect_view();
    let rows = results.iter().map(|result| result_row(result).into_any()).collect_view();
    let name = format!("{}: outcomes", probe.title);
    view! {
        <article class="rounded-lg border border-line bg-surface" aria-label=probe.title>
            <div class="space-y-3 p-4">
                <h3 class="font-semibold">{probe.title}</h3>
                <p class="text-sm text-muted">{probe.text}</p>
                <Sql text=probe.sql />
            </div>
            <div class="overflow-x-auto border-t border-line" role="region" tabindex="0" aria-label=name>
                <table class="w-full text-left text-sm whitespace-nowrap">
                    <thead class="text-muted">
                        <tr>
                            <th scope="col" class=HEAD>"Asked by"</th>
                            <th scope="col" class=HEAD>"Role"</th>
                            <th scope="col" class=HEAD>"Rows"</th>
                            <th scope="col" class=HEAD>"The policy adds"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <details class="border-t border-line">
                <summary class="px-4 py-3 text-sm font-medium">"Policies and plans"</summary>
                <div class="space-y-4 px-4 pb-4">
                    <Policies applicable />
                    {plans}
                </div>
            </details>
        </article>
    }
}

fn result_row(result: &ProbeResult) -> impl IntoView + use<> {
    let added = result.policy_conditions().join(" ");
    let added = match (&result.answer, added.is_empty()) {
        (ProbeAnswer::Refused(_), _) => None,
        (_, true) => Some(view! { <span class="text-muted">"nothing"</span> }.into_any()),
        (_, false) => Some(view! { <code class="font-mono font-medium">{added}</code> }.into_any()),
    };
    let answer = match &result.answer {
        ProbeAnswer::Rows(ids) => view! { <td class=CELL>{row_ids(ids)}</td> }.into_any(),
        ProbeAnswer::NotRun => view! { <td class="px-4 py-2 align-top text-muted">"not run"</td> }.into_any(),
        ProbeAnswer::Refused(why) => view! {
            <td class="px-4 py-2 align-top text-danger" colspan="2">
                {why.clone()}
            </td>
        }
        .into_any(),
    };
    view! {
        <tr class="border-t border-line">
            <th scope="row" class="px-4 py-2 align-top font-medium">
                {result.persona.clone()}
            </th>
            <td class=CELL>
                <code class="font-mono">{result.role.clone()}</code>
            </td>
            {answer}
            {added.map(|added| view! { <td class=CELL>{added}</td> })}
        </tr>
    }
}

/// Shows how many rows there are, and the ids of the first.
fn row_ids(ids: &[i64]) -> impl IntoView + use<> {
    let mut list = ids.iter().take(MAX_IDS).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if ids.len() > MAX_IDS {
        list.push_str(", …");
    }
    let list = (!ids.is_empty()).then(|| view! { <span class="ml-2 text-muted">{format!("ids {list}")}</span> });
    view! {
        {ids.len()}
        {list}
    }
}

fn plan_view(title: &str, result: &ProbeResult) -> impl IntoView + use<> {
    let lines = result.plan.iter().map(|line| {
        let text = line.trim_start();
        let indent = line[..line.len() - text.len()].to_owned();
        let text = text.to_owned();
        let line = if depends_on_identity(&text) { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() };
        view! { {indent} {line} "\n" }
    });
    let name = format!("{title}: plan for {}", result.persona);
    view! {
        <div>
            <h4 class="mb-1 text-sm font-medium">{format!("Plan for {}", result.persona)}</h4>
            <pre class="overflow-x-auto rounded-md bg-raised px-3 py-2 font-mono text-sm" role="region" tabindex="0" aria-label=name>
                {lines.collect_view()}
            </pre>
        </div>
    }
}
