//! The entry of road trips in the list of features: navigation, forms and hooks.

use super::api::{CreateRoadTrip, DeleteRoadTrip, UpdateRoadTrip};
use super::store;
use leptos::server_fn::ServerFn;
use request::feature::{self, Feature};

const LIST: &str = "/road-trips";
const NEW: &str = "/road-trips/new";
const ROAD_TRIP: &str = "/road-trips/{id}";
const EDIT: &str = "/road-trips/{id}/edit";

pub const FEATURE: Feature = Feature {
    name: "road_trips",
    nav: &[(LIST, "Road trips")],
    public: &[LIST, ROAD_TRIP], //public
    forms: &[(CreateRoadTrip::PATH, NEW), (UpdateRoadTrip::PATH, EDIT), (DeleteRoadTrip::PATH, ROAD_TRIP)],
    export: Some(|tx| Box::pin(async move { feature::to_json(store::export(tx).await?) })),
    on_account_deletion: Some(|tx| {
        Box::pin(async move { Ok(on_account_deletion(store::count_own_road_trips(tx).await?)) })
    }),
    ..Feature::NONE
};

/// Returns the sentence for the page that confirms the deletion of an account.
fn on_account_deletion(road_trips: i64) -> String {
    match road_trips {
        0 => "You have no road trips.".to_owned(),
        1 => "Your 1 road trip is deleted.".to_owned(), //personal
        _ => format!("Your {road_trips} road trips are deleted."), //personal
        1 => "Your 1 road trip stays, without your name. Delete it first if it should go.".to_owned(), //public
        _ => format!("Your {road_trips} road trips stay, without your name. Delete them first if they should go."), //public
    }
}

#[cfg(test)]
mod tests {
    use super::on_account_deletion;

    #[test]
    fn one_is_not_many() {
        assert_eq!(on_account_deletion(0), "You have no road trips.");
        assert_eq!(on_account_deletion(1), "Your 1 road trip is deleted."); //personal
        assert_eq!(on_account_deletion(12), "Your 12 road trips are deleted."); //personal
        assert!(on_account_deletion(1).starts_with("Your 1 road trip stays")); //public
        assert!(on_account_deletion(2).starts_with("Your 2 road trips stay")); //public
    }
}
