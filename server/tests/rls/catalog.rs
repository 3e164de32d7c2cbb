//! Rules for every table of a feature. They read the catalog, so that a new table is covered from the day it is made.

use crate::support::{Shape, TestDatabase, feature};
use app::migrations::MIGRATIONS;
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

/// Checks the columns of views, which run with the rights of their owner, who may read the directory.
#[tokio::test]
async fn views_show_no_more_than_ids_and_names_of_users() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let query = "select table_name || '.' || column_name from information_schema.columns
             where table_schema = 'public' and table_name in (select viewname from pg_views where schemaname = 'public')
             order by 1";
        assert_eq!(database.values::<String>(query).await, ["profiles.id", "profiles.name"]);
    }
}
