//! One statement and several people, side by side.
//! It must not show what rows hold: how many there are, and which, is enough.

use super::policies::{self, Policy};
use super::sql::{Policies, Sql};
use super::trials::{Answer, Outcome, Trial, is_about_the_asker};
use leptos::either::EitherOf3;
use leptos::prelude::*;
use std::sync::Arc;

const HEAD: &str = "px-4 py-2 font-medium";
const CELL: &str = "px-4 py-2 align-top";

#[component]
pub fn Trials(trials: Vec<(&'static Trial, Vec<Outcome>)>, policies: Arc<[Policy]>) -> impl IntoView {
    let trials = trials.into_iter().map(move |(trial, outcomes)| {
        let met = policies::met(&policies, "authenticated", trial.sql).into_iter().cloned().collect();
        view! { <OneTrial trial outcomes met /> }.into_any()
    });
    view! { <div class="space-y-6">{trials.collect_view()}</div> }
}

#[component]
fn OneTrial(trial: &'static Trial, outcomes: Vec<Outcome>, met: Vec<Policy>) -> impl IntoView {
    let plans = outcomes
        .iter()
        .filter(|outcome| !outcome.plan.is_empty())
        .map(|outcome| plan(outcome).into_any())
        .collect_view();
    let rows = outcomes.into_iter().map(|outcome| row(outcome).into_any()).collect_view();
    view! {
        <article class="rounded-lg border border-line bg-surface" aria-label=trial.title>
            <div class="space-y-3 p-4">
                <h3 class="font-semibold">{trial.title}</h3>
                <p class="text-sm text-muted">{trial.text}</p>
                <Sql text=trial.sql />
            </div>
            <div class="overflow-x-auto border-t border-line" role="region" tabindex="0" aria-label=format!("{}: outcomes", trial.title)>
                <table class="w-full text-left text-sm">
                    <thead class="text-muted">
                        <tr>
                            <th scope="col" class=HEAD>"Asked by"</th>
                            <th scope="col" class=HEAD>"Role"</th>
                            <th scope="col" class=HEAD>"Rows"</th>
                            <th scope="col" class=HEAD>"PostgreSQL adds"</th>
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

fn row(outcome: Outcome) -> impl IntoView {
    let added: Vec<_> =
        outcome.added().map(|line| view! { <code class="block font-mono">{line.to_owned()}</code> }).collect();
    let added = if added.is_empty() { "nothing".into_any() } else { added.into_any() };
    let answer = match outcome.answer {
        Answer::Rows(ids) => EitherOf3::A(view! {
            <td class=CELL>{which(&ids)}</td>
            <td class=CELL>{added}</td>
        }),
        Answer::NotRun => EitherOf3::B(view! {
            <td class=CELL>"not run"</td>
            <td class=CELL>{added}</td>
        }),
        Answer::Refused(why) => {
            EitherOf3::C(view! { <td class="px-4 py-2 align-top text-danger" colspan="2">{why}</td> })
        }
    };
    view! {
        <tr class="border-t border-line">
            <th scope="row" class="px-4 py-2 align-top font-medium">{outcome.asked_by}</th>
            <td class=CELL>
                <code class="font-mono">{outcome.role}</code>
            </td>
            {answer}
        </tr>
    }
}

/// How many rows, and their ids.
fn which(ids: &[i64]) -> impl IntoView + use<> {
    let list = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let list = (!ids.is_empty()).then(|| view! { <span class="block text-muted">{format!("ids {list}")}</span> });
    view! { {ids.len()} {list} }
}

fn plan(outcome: &Outcome) -> impl IntoView + use<> {
    let lines = outcome.plan.iter().map(|line| {
        let line = format!("{line}\n");
        if is_about_the_asker(&line) { view! { <mark>{line}</mark> }.into_any() } else { line.into_any() }
    });
    view! {
        <div>
            <h4 class="mb-1 text-sm font-medium">{outcome.asked_by.clone()}</h4>
            <pre class="rounded-md bg-raised px-3 py-2 font-mono text-sm whitespace-pre-wrap wrap-anywhere">{lines.collect_view()}</pre>
        </div>
    }
}
