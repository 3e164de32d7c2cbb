//! The server functions of road trips. Input is checked in `model`, rights by the policies of the database.

use super::model::RoadTripId;
use leptos::prelude::server;
use request::AppError;
use request::codec::Postcard;

#[cfg(feature = "ssr")]
use {
    super::model::{Draft, NewRoadTrip},
    super::store,
    leptos_axum::redirect,
    request::idempotency_key,
    request::session::{db, require_user},
};

#[server(prefix = "/api", endpoint = "create_road_trip", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn create_road_trip(/*controls_of_form*/, idempotency_key: String) -> Result<RoadTripId, AppError> {
    let user = require_user()?;
    let draft = Draft::parse(/*passed*/)?;
    let new = NewRoadTrip { draft, idempotency_key: idempotency_key::parse(&idempotency_key)? };
    let id = db()?.insert_as(&user, &new).await?;
    redirect(&id.path());
    Ok(id)
}

#[server(prefix = "/api", endpoint = "update_road_trip", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn update_road_trip(id: RoadTripId, version: i32, /*controls_of_form*/) -> Result<(), AppError> {
    let user = require_user()?;
    let draft = Draft::parse(/*passed*/)?;
    let mut tx = db()?.as_user(&user).await?;
    store::update_road_trip(&mut tx, id, version, &draft).await?;
    tx.commit().await?;
    redirect(&id.path());
    Ok(())
}

#[server(prefix = "/api", endpoint = "delete_road_trip", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn delete_road_trip(id: RoadTripId) -> Result<(), AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    store::delete_road_trip(&mut tx, id).await?;
    tx.commit().await?;
    redirect("/road-trips");
    Ok(())
}
