//! The page of a road trip, with links to change it. //personal
//! The page of a road trip, with links to change it for its author. //public
//! It must not decide who the author is: the database does. //public

use super::list::Byline; //public
use app::page::loaded;
use app::road_trips::api::DeleteRoadTrip;
use app::road_trips::model::{RoadTrip, RoadTripId};
use app::road_trips::store;
use app::ui::alert::Alert;
use app::ui::button::{ButtonKind, ButtonLink, Submit};
use app::ui::timestamp::/*times_in_details*/;
use identity::Claims; //personal
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use request::direction::isolated;
use request::session::{self, require_user}; //personal
use request::session::{self, SignedIn}; //public
use request::{AppError, FormState, form};
use rls::Db;

#[component]
pub fn RoadTripPage() -> impl IntoView {
    let (db, user, id) = (session::db(), require_user(), id_in_path()); //personal
    let (db, user, id) = (session::db(), session::viewer().user, id_in_path()); //public
    let delete = FormState::of::<DeleteRoadTrip>();
    let road_trip = async move { load(db?, user?, id?).await }; //personal
    let road_trip = async move { load(db?, user, id?).await }; //public
    loaded(road_trip, move |road_trip| view! { <Content road_trip delete /> })
}

/// Returns the id in the path, or `NotFound` if it is no number.
pub fn id_in_path() -> Result<RoadTripId, AppError> {
    let id = use_params_map().read_untracked().get("id");
    id.and_then(|id| id.parse().ok()).map(RoadTripId).ok_or(AppError::NotFound)
}

/// Loads the road trip with the rights of the user. //personal
pub async fn load(db: Db, user: Claims, id: RoadTripId) -> Result<RoadTrip, AppError> { //personal
    Ok(store::get_road_trip(&mut db.as_user(&user).await?, id).await?) //personal
} //personal
/// Loads the road trip with the rights of the user, or of an anonymous user. //public
pub async fn load(db: Db, user: SignedIn, id: RoadTripId) -> Result<RoadTrip, AppError> { //public
    Ok(match user { //public
        SignedIn::Yes(claims) => store::get_road_trip(&mut db.as_user(&claims).await?, id).await?, //public
        SignedIn::No | SignedIn::Unavailable => store::get_road_trip(&mut db.as_anonymous().await?, id).await?, //public
    }) //public
} //public

#[component]
fn Content(road_trip: RoadTrip, delete: FormState) -> impl IntoView {
    let (id, edited) = (road_trip.id, road_trip.updated_at > road_trip.created_at);
    let (created_at, updated_at) = (road_trip.created_at, road_trip.updated_at);
    let (author, mine) = (road_trip.author.clone(), road_trip.mine); //public
    let heading = road_trip./*label*/.clone(); //details
    let heading = road_trip./*label*/; //plain
    let title = isolated(&heading);
    view! {
        <Title text=title />
        <article>
            <h1 dir="auto" class="text-4xl font-semibold">
                {heading}
            </h1>
            <p class="mt-3 text-sm text-muted">
                <Byline author /> " · " //public
                <Timestamp at=created_at />
                {edited.then(|| view! { " · edited " <Timestamp at=updated_at /> })}
            </p>
            <Details road_trip /> //details
        </article>
        <Tools id delete /> //personal
        {mine.then(|| view! { <Tools id delete /> })} //public
    }
}
 //details
/// Renders what a road trip has beside its /*label_words*/. //details
#[component] //details
pub fn Details(road_trip: RoadTrip) -> impl IntoView { //details
    view! { //details
        <dl class="mt-6 space-y-4"> //details
            /*details*/
        </dl> //details
    } //details
} //details
 //details
#[component] //details
fn Detail(name: &'static str, #[prop(into)] value: String) -> impl IntoView { //details
    view! { //details
        <div> //details
            <dt class="text-sm text-muted">{name}</dt> //details
            <dd dir="auto" class="whitespace-pre-wrap [unicode-bidi:plaintext]"> //details
                {value} //details
            </dd> //details
        </div> //details
    } //details
} //details

#[component]
fn Tools(id: RoadTripId, delete: FormState) -> impl IntoView {
    let failed = delete.summary();
    view! {
        <section aria-label="Your road trip" class="mt-10 space-y-3 border-t border-line pt-4">
            <Alert message=failed />
            <div class="-ml-3 flex flex-wrap items-start gap-2">
                <ButtonLink href=id.edit_path() kind=ButtonKind::Quiet>
                    "Edit"
                </ButtonLink>
                <details>
                    <summary class=ButtonKind::Danger.class()>"Delete…"</summary>
                    <form method="post" action=form::action(DeleteRoadTrip::PATH) class="mt-2 ml-3 space-y-2 rounded-md border border-line p-4">
                        <p class="text-sm">"This deletes the road trip, and cannot be undone."</p> //personal
                        <p class="text-sm">"This deletes the road trip for everyone, and cannot be undone."</p> //public
                        <input type="hidden" name="id" value=id.0 />
                        <Submit kind=ButtonKind::Danger>"Delete this road trip"</Submit>
                    </form>
                </details>
            </div>
        </section>
    }
}
