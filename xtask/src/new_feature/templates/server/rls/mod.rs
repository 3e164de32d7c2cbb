//! Road trips in the database, on each shape of the directory: one `.sqlx` has to fit them all.

mod rights;

use crate::rls::users::database_with;
use crate::support::Shape;
use app::road_trips::model::{Draft, NewRoadTrip, RoadTripId}; //personal
use app::road_trips::model::{Author, Draft, NewRoadTrip, RoadTrip, RoadTripId}; //public
use app::road_trips::store::{delete_road_trip, get_road_trip, list_road_trips, update_road_trip};
use rls::{DbError, Reads};
use uuid::Uuid;

fn draft(title: &str) -> Draft {
    Draft::parse(/*draft_arguments*/).unwrap()
}

fn road_trip(title: &str) -> NewRoadTrip {
    NewRoadTrip { draft: draft(title), idempotency_key: Uuid::new_v4() }
}

fn not_found<T: std::fmt::Debug>(result: Result<T, DbError>) {
    assert!(matches!(result, Err(DbError::NotFound)), "{result:?}");
}

#[tokio::test]
async fn road_trips_are_listed_newest_first_and_page_by_page() {
    for shape in Shape::ALL {
        let (_database, db, [ada, bob]) = database_with(shape, ["Ada", ""]).await;
        for title in ["1", "2", "3", "4", "5"] {
            db.insert_as(&ada.claims, &road_trip(title)).await.unwrap();
        }
        let (mut titles, mut before) = (Vec::new(), None);
        loop {
            let mut tx = db.as_user(&ada.claims).await.unwrap(); //personal
            let mut tx = db.as_anonymous().await.unwrap(); //public
            let page = list_road_trips(&mut tx, before, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.id);
            titles.extend(page.into_iter().map(|road_trip| road_trip./*label*/));
        }
        assert_eq!(titles, ["5", "4", "3", "2", "1"]);

        let mut tx = db.as_user(&bob.claims).await.unwrap(); //personal
        assert_eq!(list_road_trips(&mut tx, None, 10).await.unwrap(), []); //personal
        db.insert_as(&bob.claims, &road_trip("6")).await.unwrap(); //public
        let all = list_road_trips(&mut db.as_user(&ada.claims).await.unwrap(), None, 10).await.unwrap(); //public
        assert_eq!((all.len(), &all[0].author), (6, &Author::Unnamed)); //public
        assert_eq!(all[1].author, Author::Named("Ada".to_owned())); //public
    }
}

#[tokio::test]
async fn a_repeated_form_adds_another_road_trip_only_with_another_text() {
    for shape in Shape::ALL {
        let (_database, db, [ada, bob]) = database_with(shape, ["", ""]).await;

        let form = road_trip("Tea");
        let first = db.insert_as(&ada.claims, &form).await.unwrap();
        assert_eq!(db.insert_as(&ada.claims, &form).await.unwrap(), first);
        assert_ne!(db.insert_as(&bob.claims, &form).await.unwrap(), first, "idempotency keys belong to their user");
        let other = NewRoadTrip { draft: draft("Milk"), ..form.clone() };
        let second = db.insert_as(&ada.claims, &other).await.unwrap();
        assert_ne!(second, first);
        assert_eq!(db.insert_as(&ada.claims, &other).await.unwrap(), second, "it is one road trip as well");

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        update_road_trip(&mut tx, first, 1, &draft("Edited")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.insert_as(&ada.claims, &form).await.unwrap(), first, "it is known by what was sent");
    }
}

#[tokio::test]
async fn only_the_owner_changes_a_road_trip_and_only_its_current_version() { //personal
async fn only_the_author_changes_a_road_trip_and_only_its_current_version() { //public
    for shape in Shape::ALL {
        let (_database, db, [ada, bob]) = database_with(shape, ["Ada", "Bob"]).await;
        let id = db.insert_as(&ada.claims, &road_trip("Tea")).await.unwrap();

        let mut tx = db.as_user(&bob.claims).await.unwrap();
        not_found(get_road_trip(&mut tx, id).await); //personal
        assert!(!get_road_trip(&mut tx, id).await.unwrap().mine); //public
        not_found(update_road_trip(&mut tx, id, 1, &draft("Mine")).await);
        not_found(update_road_trip(&mut tx, id, 7, &draft("Tea")).await);
        not_found(delete_road_trip(&mut tx, id).await);
        drop(tx);

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let before = get_road_trip(&mut tx, id).await.unwrap();
        assert_eq!(before.version, 1); //personal
        assert_eq!((before.mine, before.version), (true, 1)); //public
        drop(tx);
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        update_road_trip(&mut tx, id, 1, &draft("Milk")).await.unwrap();
        let after = get_road_trip(&mut tx, id).await.unwrap();
        assert_eq!((after.version, &*after./*label*/), (2, "Milk"));
        assert!(after.updated_at > before.updated_at);
        assert_eq!(after.created_at, before.created_at);
        update_road_trip(&mut tx, id, 1, &draft("Milk")).await.expect("again: its answer may have been lost");
        let stale = update_road_trip(&mut tx, id, 1, &draft("Other")).await;
        assert!(matches!(stale, Err(DbError::Stale)), "{stale:?}");
        update_road_trip(&mut tx, id, 2, &draft("Milk")).await.unwrap();
        assert_eq!(get_road_trip(&mut tx, id).await.unwrap().version, 2, "saving the same again is no edit");

        delete_road_trip(&mut tx, id).await.unwrap();
        not_found(get_road_trip(&mut tx, id).await);
        not_found(update_road_trip(&mut tx, RoadTripId(i64::MAX), 1, &draft("Tea")).await);
    }
}

/// Checks the constraints of the database, which the model's checks precede.
#[tokio::test]
async fn the_database_enforces_the_limits_of_road_trips() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, [""]).await;
    let add = "insert into road_trips (/*required*/) values (/*required_with_parameter*/)";
    for (text, constraint) in [
        (String::new(), "road_trips_/*label*/_length"),
        ("x".repeat(/*label_max*/ + 1), "road_trips_/*label*/_length"),
        ("a\tb".to_owned(), "road_trips_/*label*/_text"),
        ("a\u{85}b".to_owned(), "road_trips_/*label*/_text"),
    ] {
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let refusal: DbError = sqlx::query(add).bind(&text).execute(tx.connection()).await.unwrap_err().into();
        assert!(matches!(&refusal, DbError::Constraint(name) if name == constraint), "{text:?}: {refusal:?}");
    }
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    sqlx::query(add).bind("é".repeat(/*label_max*/)).execute(tx.connection()).await.unwrap();
}
 //public
/// Checks that forgetting the author, an update of the row, does not count as an edit. //public
#[tokio::test] //public
async fn losing_the_author_is_no_edit() { //public
    for shape in Shape::ALL { //public
        for here in [true, false] { //public
            let (database, db, [ada]) = database_with(shape, ["Ada"]).await; //public
            let id = db.insert_as(&ada.claims, &road_trip("Tea")).await.unwrap(); //public
            let before = get_road_trip(&mut db.as_anonymous().await.unwrap(), id).await.unwrap(); //public
            if here { //public
                db.forget_user(&ada.id()).await.unwrap(); //public
            } else { //public
                // By the foreign key where Neon Auth deletes rows, by the purge where it marks them. //public
                database.delete_user(ada.id).await; //public
                db.purge_deleted_users().await.unwrap(); //public
            } //public
            let after = get_road_trip(&mut db.as_anonymous().await.unwrap(), id).await.unwrap(); //public
            assert_eq!(after, RoadTrip { author: Author::Gone, ..before }, "{shape:?}, here: {here}"); //public
        } //public
    } //public
} //public
