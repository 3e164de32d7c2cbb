//! One statement and several people, side by side.
//! It must not show what rows hold: how many there are, and which, is enough.

use super::policies::{self, Policy};
use super::sql::{Policies, Sql};
use super::trials::{Answer, Outcome, is_about_the_asker};
use leptos::prelude::*;
use request::feature::Probe;
use std::sync::Arc;

const HEAD: &str = "px-4 py-2 font-medium";
const CELL: &str = "px-4 py-2 align-top";

/// The most ids that are shown: those of more rows would hide the number of them.
const SHOWN: usize = 5;

#[component]
pub fn Trials(trials: Vec<(&'static Probe, Vec<Outcome>)>, policies: Arc<[Policy]>) -> impl IntoView {
    let trials = trials.into_iter().map(move |(trial, outcomes)| {
        let met = policies::met(&policies, "authenticated", trial.sql).into_iter().cloned().collect();
        view! { <OneTrial trial outcomes met /> }.into_any()
    });
    view! { <div class="space-y-6">{trials.collect_view()}</div> }
}

#[component]
fn OneTrial(trial: &'static Probe, outcomes: Vec<Outcome>, met: Vec<Policy>) -> impl IntoView {
    let plans = outcomes.iter().filter(|outcome| !outcome.plan.is_empty());
    let plans = plans.map(|outcome| plan(trial.title, outcome).into_any()).collect_view();
    let rows = outcomes.iter().map(|outcome| row(outcome).into_any()).collect_view();
    let name = format!("{}: outcomes", trial.title);
    view! {
        <article class="rounded-lg border border-line bg-surface" aria-label=trial.title>
            <div class="space-y-3 p-4">
                <h3 class="font-semibold">{trial.title}</h3>
                <p class="text-sm text-muted">{trial.text}</p>
                <Sql text=trial.sql />
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
                    <Policies met />
                    {plans}
                </div>
            </details>
        </article>
    }
}

fn row(outcome: &Outcome) -> impl IntoView + use<> {
    let added = outcome.added().join(" ");
    let added = match (&outcome.answer, added.is_empty()) {
        (Answer::Refused(_), _) => None,
        (_, true) => Some(view! { <span class="text-muted">"nothing"</span> }.into_any()),
        (_, false) => Some(view! { <code class="font-mono font-medium">{added}</code> }.into_any()),
    };
    let answer = match &outcome.answer {
        Answer::Rows(ids) => view! { <td class=CELL>{which(ids)}</td> }.into_any(),
        Answer::NotRun => view! { <td class="px-4 py-2 align-top text-muted">"not run"</td> }.into_any(),
        Answer::Refused(why) => view! {
            <td class="px-4 py-2 align-top text-danger" colspan="2">
                {why.clone()}
            </td>
        }
        .into_any(),
    };
    view! {
        <tr class="border-t border-line">
            <th scope="row" class="px-4 py-2 align-top font-medium">
                {outcome.asked_by.clone()}
            </th>
            <td class=CELL>
                <code class="font-mono">{outcome.role.clone()}</code>
            </td>
            {answer}
            {added.map(|added| view! { <td class=CELL>{added}</td> })}
        </tr>
    }
}

/// Shows how many rows there are, and the ids of the first.
fn which(ids: &[i64]) -> impl IntoView + use<> {
    let mut list = ids.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if ids.len() > SHOWN {
        list.push_str(", …");
    }
    let list = (!ids.is_empty()).then(|| view! { <span class="ml-2 text-muted">{format!("ids {list}")}</span> });
    view! {
        {ids.len()}
        {list}
    }
}

fn plan(title: &str, outcome: &Outcome) -> impl IntoView + use<> {
    let lines = outcome.plan.iter().map(|line| {
        let text = line.trim_start();
        let indent = line[..line.len() - text.len()].to_owned();
        let text = text.to_owned();
        let line = if is_about_the_asker(&text) { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() };
        view! { {indent} {line} "\n" }
    });
    let name = format!("{title}: plan for {}", outcome.asked_by);
    view! {
        <div>
            <h4 class="mb-1 text-sm font-medium">{format!("Plan for {}", outcome.asked_by)}</h4>
            <pre class="overflow-x-auto rounded-md bg-raised px-3 py-2 font-mono text-sm" role="region" tabindex="0" aria-label=name>
                {lines.collect_view()}
            </pre>
        </div>
    }
}
