//! The example of the crate `rls`: it runs, and it fails where isolation does not hold.

#[path = "../../../crates/rls/examples/two_users.rs"]
#[expect(dead_code, reason = "`main` reads the environment, which all tests share")]
mod example;

use crate::support::{Shape, TestDatabase};

/// The statements that disable row-level security as soon as the example has made its policy.
const FAULT: &str = "
    create function disable_row_level_security() returns event_trigger language plpgsql as $$
    begin
      alter table two_users_notes disable row level security;
    end
    $$;
    create event trigger fault on ddl_command_end when tag in ('CREATE POLICY')
      execute function disable_row_level_security();";

/// Runs the example both ways in one test, since its login belongs to the whole cluster.
#[tokio::test]
async fn the_example_of_the_crate_succeeds_only_where_isolation_holds() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    example::run(&database.owner_url).await.expect("isolation holds");

    database.run(FAULT).await;
    let failure = example::run(&database.owner_url).await.expect_err("isolation does not hold");
    assert_eq!(failure.to_string(), "Bob deleted a note of Ada");

    let left = database.count("pg_roles where rolname = 'two_users_login'").await;
    assert_eq!(left, 0, "it leaves nothing behind");
}
