//! The list of road trips, newest first.

use app::page::loaded;
use app::road_trips::model::{RoadTripId, RoadTripSummary}; //personal
use app::road_trips::model::{Author, RoadTripId, RoadTripSummary}; //public
use app::road_trips::store;
use app::ui::button::ButtonLink;
use app::ui::layout::Heading;
use app::ui::pager::Pager;
use app::ui::timestamp::/*times_in_list*/;
use identity::Claims; //personal
use leptos::prelude::*;
use leptos_meta::Title;
use request::AppError;
use request::direction::without_instructions; //public
use request::session::{self, require_user}; //personal
use request::session::{self, SignedIn}; //public
use rls::Db;

const PAGE_SIZE: usize = 20;

#[component]
pub fn RoadTripsPage() -> impl IntoView {
    let before = request::query("before").and_then(|id| id.parse().ok()).map(RoadTripId);
    let can_write = matches!(session::viewer().user, SignedIn::Yes(_)); //public
    let road_trips = load(session::db(), before); //public
    let road_trips = load(session::db(), require_user(), before); //personal
    let is_first = before.is_none();
    view! {
        <Title text="Road trips" />
        <Heading text="Road trips">
            <ButtonLink href="/road-trips/new">"New road trip"</ButtonLink> //personal
            {can_write.then(|| view! { <ButtonLink href="/road-trips/new">"New road trip"</ButtonLink> })} //public
        </Heading>
        {loaded(road_trips, move |road_trips| view! { <List road_trips is_first /> })}
    }
}

/// Loads one road trip more than is shown, which tells whether there is a next page.
async fn load(
    db: Result<Db, AppError>,
    user: Result<Claims, AppError>, //personal
    before: Option<RoadTripId>,
) -> Result<Vec<RoadTripSummary>, AppError> {
    let mut tx = db?.as_user(&user?).await?; //personal
    let mut tx = db?.as_anonymous().await?; //public
    Ok(store::list_road_trips(&mut tx, before, PAGE_SIZE + 1).await?)
}

#[component]
fn List(mut road_trips: Vec<RoadTripSummary>, is_first: bool) -> impl IntoView {
    let more = road_trips.len() > PAGE_SIZE;
    road_trips.truncate(PAGE_SIZE);
    let last = road_trips.last().filter(|_| more).map(|road_trip| road_trip.id);
    let nothing = if is_first { "Nothing here yet." } else { "Nothing more on this page." };
    let empty = road_trips.is_empty().then(|| view! { <p class="text-muted">{nothing}</p> });
    let first = (!is_first).then(|| "/road-trips".to_owned());
    let next = last.map(|id| format!("/road-trips?before={}", id.0));
    view! {
        {empty}
        <div class="divide-y divide-line">
            {road_trips.into_iter().map(|road_trip| view! { <Entry road_trip /> }).collect_view()}
        </div>
        <Pager first next />
    }
}

#[component]
fn Entry(road_trip: RoadTripSummary) -> impl IntoView {
    view! {
        <article class="py-6 first:pt-0">
            <h2 dir="auto" class="text-xl font-semibold">
                <a href=road_trip.id.path() class="rounded-sm hover:text-accent hover:underline">
                    {road_trip./*label*/}
                </a>
            </h2>
            <p class="mt-1 text-sm text-muted">
                <Byline author=road_trip.author /> " · " //public
                <Timestamp at=road_trip.created_at />
                /*entry*/
            </p>
        </article>
    }
}
 //public
/// Renders the author's name, or what stands in its place. //public
#[component] //public
pub fn Byline(author: Author) -> impl IntoView { //public
    view! { <bdi>{without_instructions(author.label())}</bdi> } //public
} //public
