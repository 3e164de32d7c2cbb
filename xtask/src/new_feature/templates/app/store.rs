//! The SQL of road trips. Which rows a user sees is decided by the policies in `migrations//*migration*/`, not here. //personal
//! Queries must not name an identity: the transaction carries it. //personal
//! The SQL of road trips. Who may read and write them is decided by the policies in `migrations//*migration*/`, not here. //public
//! Queries name an identity only to tell which of the public rows are the current user's own. //public

use super::model::{Draft, NewRoadTrip, RoadTrip, RoadTripId, RoadTripSummary}; //personal
use super::model::{Author, Draft, NewRoadTrip, RoadTrip, RoadTripId, RoadTripSummary}; //public
use request::idempotency_key;
use rls::{DbError, Insert, Reads, UserTx, found};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;

/// Lists at most `limit` road trips, the newest first, starting after `before`.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list_road_trips(
    tx: &mut UserTx, //personal
    tx: &mut impl Reads, //public
    before: Option<RoadTripId>,
    limit: usize,
) -> Result<Vec<RoadTripSummary>, DbError> {
    let rows = sqlx::query!(
        r#"
        select
            road_trips.id, /*short_columns*/,
            road_trips.created_at //personal
            road_trips.created_at, author.id is not null as "has_author!", author.name as "author_name?" //public
        from road_trips
        left join profiles as author on author.id = road_trips.author_id //public
        where road_trips.id < $1
        order by road_trips.id desc
        limit $2
        "#,
        before.map_or(i64::MAX, |id| id.0),
        i64::try_from(limit).unwrap_or(i64::MAX)
    )
    .fetch_all(tx.connection())
    .await?;

    let rows = rows.into_iter().map(|row| RoadTripSummary {
        id: RoadTripId(row.id),
        /*short_of_row*/
        author: author(row.has_author, row.author_name), //public
        created_at: row.created_at,
    });
    Ok(rows.collect())
}

/// Counts the user's own road trips.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn count_own_road_trips(tx: &mut UserTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from road_trips"#) //personal
        .fetch_one(tx.connection()) //personal
        .await?; //personal
    let count = sqlx::query_scalar!( //public
        r#"select count(*) as "count!" from road_trips where author_id = (select current_user_id())"# //public
    ) //public
    .fetch_one(tx.connection()) //public
    .await?; //public
    Ok(count)
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get_road_trip(tx: &mut UserTx, id: RoadTripId) -> Result<RoadTrip, DbError> { //personal
pub async fn get_road_trip(tx: &mut impl Reads, id: RoadTripId) -> Result<RoadTrip, DbError> { //public
    let row = sqlx::query!(
        r#"
        select
            road_trips.id, /*qualified_columns*/,
            road_trips.created_at, road_trips.updated_at, road_trips.version //personal
            road_trips.created_at, road_trips.updated_at, road_trips.version, //public
            coalesce(road_trips.author_id = (select current_user_id()), false) as "mine!", //public
            author.id is not null as "has_author!", author.name as "author_name?" //public
        from road_trips
        left join profiles as author on author.id = road_trips.author_id //public
        where road_trips.id = $1
        "#,
        id.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(RoadTrip {
        id: RoadTripId(row.id),
        /*of_row*/
        author: author(row.has_author, row.author_name), //public
        mine: row.mine, //public
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}

/// The same idempotency key with the same content returns the road trip that was created the first time, even if it was
/// edited since. With other content it creates another road trip.
impl Insert for NewRoadTrip {
    type Row = RoadTripId;

    #[tracing::instrument(level = "debug", skip_all)]
    async fn insert(&self, tx: &mut UserTx) -> Result<RoadTripId, DbError> {
        let draft = &self.draft;
        let idempotency_key = idempotency_key::for_content(self.idempotency_key, [/*content*/]);
        let created = sqlx::query_scalar!(
            "insert into road_trips (/*columns*/, idempotency_key) values (/*insert_parameters*/)
             on conflict on constraint road_trips_idempotency_key do nothing
             returning id",
            /*bound_last*/,
            idempotency_key
        )
        .fetch_optional(tx.connection())
        .await?;
        if let Some(id) = created {
            return Ok(RoadTripId(id));
        }
        let first = sqlx::query_scalar!(
            "select id from road_trips where idempotency_key = $1", //personal
            "select id from road_trips where idempotency_key = $1 and author_id = (select current_user_id())", //public
            idempotency_key
        )
        .fetch_one(tx.connection())
        .await?;
        Ok(RoadTripId(first))
    }
}

/// Updates the road trip if it still has `version` (compare-and-swap). Succeeds, too, when the same content is already
/// saved: the answer to the first try may have been lost.
///
/// # Errors
/// `Stale` when the road trip has a newer version, `NotFound` when it does not exist or belongs to another user.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn update_road_trip(tx: &mut UserTx, id: RoadTripId, version: i32, draft: &Draft) -> Result<(), DbError> {
    let updated = sqlx::query!(
        "update road_trips set /*assignments*/ where id = $1 and version = $2",
        id.0,
        version,
        /*bound_last*/
    )
    .execute(tx.connection())
    .await?;
    if updated.rows_affected() > 0 {
        return Ok(());
    }
    let is_saved = sqlx::query_scalar!(
        r#"
        select (/*columns*/) is not distinct from (/*compared_parameters*/) as "is_saved!" from road_trips
        where id = $1 //personal
        where id = $1 and author_id = (select current_user_id()) //public
        "#,
        id.0,
        /*bound_last*/
    )
    .fetch_one(tx.connection())
    .await?;
    if is_saved { Ok(()) } else { Err(DbError::Stale) }
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn delete_road_trip(tx: &mut UserTx, id: RoadTripId) -> Result<(), DbError> {
    let deleted = sqlx::query!("delete from road_trips where id = $1", id.0).execute(tx.connection()).await?;
    found(&deleted)
}

/// A road trip as it is exported to its owner. //personal
/// A road trip as it is exported to its author. //public
#[derive(Debug, Serialize)]
pub struct RoadTripExport {
    id: i64,
    /*export_fields*/
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
}

/// Returns all of the user's road trips. //personal
/// Returns the user's own road trips, although all are readable. //public
#[tracing::instrument(level = "debug", skip_all)]
pub async fn export(tx: &mut UserTx) -> Result<Vec<RoadTripExport>, DbError> {
    let rows = sqlx::query_as!(
        RoadTripExport,
        r#"
        select id, /*export_columns*/, created_at, updated_at from road_trips
        where author_id = (select current_user_id()) //public
        order by id
        "#
    );
    Ok(rows.fetch_all(tx.connection()).await?)
}
 //public
fn author(exists: bool, name: Option<String>) -> Author { //public
    match name { //public
        Some(name) => Author::Named(name), //public
        None if exists => Author::Unnamed, //public
        None => Author::Gone, //public
    } //public
} //public
