//! Names of users: an e-mail address, which Neon Auth stores for providers without names, is none.

use super::directory::Person;
use crate::support::{Shape, TestDatabase};
use rls::Reads;

const ADDRESSES: [&str; 6] = [
    "ada@example.com",
    "ADA.Lovelace+posts@mail.example.co.uk",
    " ada@example.com ",
    "\tada@example.com\n",
    "a\u{200b}da@example.com",
    "άδα@παράδειγμα.ελ",
];

const NAMES: [&str; 6] = ["Ada Lovelace", "P@ul", "Ada @ home", "@ada", "Ada from example.com", "א@ב"];

async fn public_name(database: &TestDatabase, person: &Person) -> Option<String> {
    let db = database.db();
    let mut tx = db.as_anonymous().await.unwrap();
    let name = sqlx::query_scalar("select name from profiles where id::text = $1").bind(person.id());
    name.fetch_one(tx.connection()).await.expect("the person is in the view")
}

#[tokio::test]
async fn an_address_is_nobodys_public_name() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        for address in ADDRESSES {
            let person = Person::named(&database, address).await;
            assert_eq!(public_name(&database, &person).await, None, "{shape:?} {address:?}");
        }
        for name in NAMES {
            let person = Person::named(&database, name).await;
            assert_eq!(public_name(&database, &person).await.as_deref(), Some(name), "{shape:?}");
        }
    }
}

/// Checks the options of the view: with a security barrier it would be slow, and with the caller's rights closed (see
/// migration 0005).
#[tokio::test]
async fn the_view_of_users_stays_a_plain_view_of_the_owner() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let view =
            "select pg_get_userbyid(relowner)::text, reloptions::text from pg_class where oid = 'profiles'::regclass";
        let (owner, options): (String, Option<String>) =
            sqlx::query_as(view).fetch_one(&database.superuser).await.unwrap();
        assert_eq!((owner.as_str(), options), ("app_owner", None), "{shape:?}");
    }
}
