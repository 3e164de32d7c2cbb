//! Writing and editing a road trip: plain forms that keep their text after a failure.
//! An edit must not overwrite a version that its author has not seen.

use super::show::{id_in_path, load}; //plain
use super::show::{Details, id_in_path, load}; //details
use app::page::loaded;
use app::road_trips::api::{CreateRoadTrip, UpdateRoadTrip};
use app::road_trips::model::{/*form_constants*/, RoadTrip};
use app::ui::alert::Alert;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::field::{/*form_components*/};
use app::ui::layout::Heading;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use request::direction::without_instructions;
use request::session::{self, require_user}; //personal
use request::session::{self, SignedIn, require_user}; //public
use request::{AppError, FormState, form, idempotency_key};
use std::future::ready;

#[component]
pub fn NewRoadTripPage() -> impl IntoView {
    let user = require_user();
    let state = FormState::of::<CreateRoadTrip>();
    // The idempotency key of a failed attempt, so that a retry cannot add it twice.
    let idempotency_key = state.value("idempotency_key").unwrap_or_else(idempotency_key::generate);
    loaded(ready(user), move |_| {
        view! {
            <Title text="New road trip" />
            <Heading text="New road trip" />
            <RoadTripForm function=CreateRoadTrip::PATH cancel="/road-trips" state>
                <input type="hidden" name="idempotency_key" value=idempotency_key />
            </RoadTripForm>
        }
    })
}

#[component]
pub fn EditRoadTripPage() -> impl IntoView {
    let (db, user, id) = (session::db(), require_user(), id_in_path());
    let state = FormState::of::<UpdateRoadTrip>();
    let road_trip = async move { load(db?, user?, id?).await }; //personal
    let road_trip = async move { //public
        let road_trip = load(db?, SignedIn::Yes(user?), id?).await?; //public
        if road_trip.mine { Ok(road_trip) } else { Err(AppError::NotFound) } //public
    }; //public
    loaded(road_trip, move |road_trip| view! { <Edit road_trip state /> })
}

#[component]
fn Edit(road_trip: RoadTrip, state: FormState) -> impl IntoView {
    // Ignores text that was typed into the form of another road trip.
    let is_of_this = state.value("id").is_none_or(|id| id == road_trip.id.0.to_string());
    let state = if is_of_this { state } else { FormState::default() };
    let is_stale = state.error == Some(AppError::Stale);
    // As long as the author has not seen the saved version, the edit keeps the version that it started from.
    let typed = state.value("version").and_then(|version| version.parse().ok());
    let version = typed.filter(|_| !is_stale).unwrap_or(road_trip.version);
    let (id, cancel, values) = (road_trip.id.0, road_trip.id.path(), Values::of(&road_trip));
    let saved = is_stale.then(|| view! { <SavedVersion road_trip /> });
    view! {
        <Title text="Edit road trip" />
        <Heading text="Edit road trip" />
        <RoadTripForm function=UpdateRoadTrip::PATH cancel state values>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="version" value=version />
        </RoadTripForm>
        {saved}
    }
}

#[component]
fn SavedVersion(road_trip: RoadTrip) -> impl IntoView {
    let title = without_instructions(&road_trip./*label*/);
    view! {
        <section class="mt-10 rounded-lg border border-line bg-surface p-6">
            <h2 class="font-semibold">"The saved version: " <bdi>{title}</bdi></h2>
            <Details road_trip /> //details
        </section>
    }
}

/// What the controls show of a road trip.
#[derive(Clone, Debug, Default)]
struct Values {
    /*value_fields*/
}

impl Values {
    fn of(road_trip: &RoadTrip) -> Self {
        Self {
            /*values_of*/
        }
    }
}

/// Renders the form. The children are its hidden fields.
#[component]
fn RoadTripForm(
    /// The path of the server function.
    function: &'static str,
    #[prop(into)] cancel: String,
    state: FormState,
    #[prop(optional)] values: Values,
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=form::action(function) class="space-y-6">
            {children()}
            <Fields state values />
            <div class="flex flex-wrap gap-2">
                <Submit>"Save"</Submit>
                <ButtonLink href=cancel kind=ButtonKind::Quiet>
                    "Cancel"
                </ButtonLink>
            </div>
        </form>
    }
}

/// Renders the fields, with the text of the failed attempt, else the saved one.
#[component]
fn Fields(state: FormState, values: Values) -> impl IntoView {
    /*typed*/
    let failed = state.summary();
    view! {
        <Alert message=failed />
        /*inputs*/
    }
}
