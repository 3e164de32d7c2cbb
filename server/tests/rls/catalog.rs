//! Rules for every table of a feature, and the view of users. They read the catalog, so that a new table is covered from
//! the day it is made.

use crate::support::{Shape, TestDatabase, feature};
use app::migrations::MIGRATIONS;
use rls::Reads;
use rls::inspect::{RULES, schema_objects};

#[tokio::test]
async fn every_table_follows_the_rules() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        for rule in RULES {
            let violations: Vec<String> = database.values(rule.violations).await;
            assert!(violations.is_empty(), "{}: not so for {violations:?} on {shape:?}", rule.says);
        }
    }
}

/// Checks that the doctor knows all names from the text of the migrations: it looks for missing ones by name.
#[tokio::test]
async fn the_text_of_the_migrations_names_every_policy_and_index() {
    let all = [&MIGRATIONS, &feature::MIGRATIONS].into_iter().flat_map(schema_objects);
    let mut schema_objects: Vec<String> = all.map(|object| object.name).collect();
    schema_objects.sort_unstable();
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let query = "select 'policy ' || policyname || ' on ' || tablename from pg_policies
             union all
             select 'index ' || indexname || ' on ' || tablename from pg_indexes
             where schemaname in ('public', 'web')
               and indexname not in (select conname from pg_constraint where contype in ('p', 'u', 'x'))";
        let mut found: Vec<String> = database.values(query).await;
        found.sort_unstable();
        assert_eq!(schema_objects, found, "{shape:?}");
    }
}

/// E-mail addresses, which Neon Auth stores as names for providers without names.
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

/// With a security barrier the view would be slow, and with the caller's rights closed (see migration 0005). So it runs
/// with the rights of its owner, who may read the directory.
#[tokio::test]
async fn the_only_view_has_the_rights_of_its_owner_and_shows_ids_and_names_of_users() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let columns = "select table_name || '.' || column_name from information_schema.columns
             where table_schema = 'public' and table_name in (select viewname from pg_views where schemaname = 'public')
             order by 1";
        assert_eq!(database.values::<String>(columns).await, ["profiles.id", "profiles.name"]);
        let view =
            "select pg_get_userbyid(relowner)::text, reloptions::text from pg_class where oid = 'profiles'::regclass";
        let views: Vec<(String, Option<String>)> = database.rows(view).await;
        assert_eq!(views, [("app_owner".to_owned(), None)], "{shape:?}");
    }
}
