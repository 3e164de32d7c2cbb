//! What every table of a feature must have, whoever adds it. Reads the catalog, so that a new table is covered
//! from the day it is made.

use crate::support::{Shape, TestDatabase};
use sqlx::AssertSqlSafe;

/// Each of these queries names the offenders.
const RULES: [(&str, &str); 10] = [
    (
        "row-level security is on, and forced",
        "select oid::regclass::text from tables where not relrowsecurity or not relforcerowsecurity",
    ),
    (
        "the owner can see the rows, to forget users",
        "select oid::regclass::text from tables where not exists (
            select from pg_policy where polrelid = tables.oid and polcmd = '*'
              and polroles = array[relowner] and pg_get_expr(polqual, polrelid) = 'true')",
    ),
    (
        "each foreign key to a user is named after the shape of the directory and says what deletion does",
        r"select conname::text from pg_constraint where contype = 'f' and conrelid in (select oid from tables)
          and confrelid::regclass::text ~ '^neon_auth\.'
          and (conname !~ '_(users_sync|neon_auth_user)_fkey$' or confdeltype not in ('c', 'n'))",
    ),
    (
        "each foreign key has an index",
        "select conname::text from pg_constraint con where contype = 'f' and conrelid in (select oid from tables)
          and not exists (select from pg_index where indrelid = con.conrelid and indkey[0] = con.conkey[1])",
    ),
    (
        "policies evaluate the identity once per statement, not once per row",
        r"select polname::text from pg_policy,
          lateral (values (pg_get_expr(polqual, polrelid)), (pg_get_expr(polwithcheck, polrelid))) as e (expression)
          where expression ~ 'current_user_id' and expression !~ 'SELECT (\w+\.)?current_user_id\(\)'",
    ),
    ("policies name their roles", "select polname::text from pg_policy where 0 = any(polroles)"),
    (
        "inserts and updates are granted by column, nothing to everybody or to web",
        "select oid::regclass::text || ': ' || acl.privilege_type || ' to ' || acl.grantee::regrole
          from tables, aclexplode(relacl) as acl where acl.grantee <> relowner
          and (acl.privilege_type not in ('SELECT', 'DELETE')
               or acl.grantee not in (select oid from pg_roles where rolname in ('anonymous', 'authenticated')))",
    ),
    (
        "views are for reading: what else they allow, they allow with the owner's rights on the directory",
        "select oid::regclass::text || ': ' || acl.privilege_type from pg_class, aclexplode(relacl) as acl
          where relnamespace = 'public'::regnamespace and relkind = 'v'
          and acl.grantee <> relowner and acl.privilege_type <> 'SELECT'",
    ),
    (
        "who is not signed in is granted no column to write",
        "select attrelid::regclass::text || '.' || attname from pg_attribute, aclexplode(attacl) as acl
          where attrelid in (select oid from tables) and acl.grantee = 'anonymous'::regrole
          and acl.privilege_type <> 'SELECT'",
    ),
    (
        "no column that says whose row it is can be written",
        "select attrelid::regclass::text || '.' || attname from pg_attribute, aclexplode(attacl) as acl
          where attrelid in (select oid from tables) and acl.privilege_type in ('INSERT', 'UPDATE')
          and exists (select from pg_constraint where contype = 'f' and conrelid = attrelid and attnum = any(conkey))",
    ),
];

#[tokio::test]
async fn every_table_follows_the_rules() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        for (rule, offenders) in RULES {
            let offenders: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
                "with tables as (select * from pg_class where relnamespace = 'public'::regnamespace
                   and relkind in ('r', 'p') and relname <> '_sqlx_migrations') {offenders}"
            )))
            .fetch_all(&database.superuser)
            .await
            .unwrap();
            assert!(offenders.is_empty(), "{rule}: not so for {offenders:?} on {shape:?}");
        }
    }
}

/// A view runs with its owner's rights, and the owner may read the directory.
#[tokio::test]
async fn views_show_no_more_than_ids_and_names_of_people() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let columns: Vec<String> = sqlx::query_scalar(
            "select table_name || '.' || column_name from information_schema.columns
             where table_schema = 'public' and table_name in (select viewname from pg_views where schemaname = 'public')
             order by 1",
        )
        .fetch_all(&database.superuser)
        .await
        .unwrap();
        assert_eq!(columns, ["profiles.id", "profiles.name"]);
    }
}
