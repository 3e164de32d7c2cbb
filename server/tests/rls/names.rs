//! Names of users: an e-mail address, which Neon Auth stores for providers without names, is none.

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

async fn public_name(database: &TestDatabase, name: &str) -> Option<String> {
    let (id, db) = (database.add_user(name).await, database.db());
    let mut tx = db.as_anonymous().await.unwrap();
    let name = sqlx::query_scalar("select name from profiles where id::text = $1").bind(id.to_string());
    name.fetch_one(tx.connection()).await.expect("the user is in the view")
}

#[tokio::test]
async fn an_email_address_is_no_public_name() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        for address in ADDRESSES {
            assert_eq!(public_name(&database, address).await, None, "{shape:?} {address:?}");
        }
        for name in NAMES {
            assert_eq!(public_name(&database, name).await.as_deref(), Some(name), "{shape:?}");
        }
    }
}

/// Checks the options of the view: with a security barrier it would be slow, and with the caller's rights closed (see
/// migration 0005).
#[tokio::test]
async fn the_view_of_users_is_a_plain_view_of_the_owner() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let view =
            "select pg_get_userbyid(relowner)::text, reloptions::text from pg_class where oid = 'profiles'::regclass";
        let views: Vec<(String, Option<String>)> = database.rows(view).await;
        assert_eq!(views, [("app_owner".to_owned(), None)], "{shape:?}");
    }
}
