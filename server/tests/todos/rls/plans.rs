//! Under the policy, PostgreSQL uses the index that was made for it, on a large table.

use crate::rls::plans::{add_users, plan, scans};
use crate::rls::users::database_with;
use crate::support::Shape;
use app::todos::list_query::ListQuery;
use app::todos::model::Filter;
use app::todos::store::{count_todos, list_todos};
use rls::Reads;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use std::path::Path;

/// Returns the statement of the store that contains these words, from `.sqlx`.
fn statement(words: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.sqlx");
    let mut found = std::fs::read_dir(folder).unwrap().filter_map(|file| {
        let file: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        file["query"].as_str().filter(|query| query.contains(words)).map(str::to_owned)
    });
    let query = found.next().unwrap_or_else(|| panic!("no statement with {words}"));
    assert_eq!(found.next(), None, "{words} stands in two statements");
    query
}

/// Returns PostgreSQL's custom plan for these arguments, and its generic plan.
async fn plans(tx: &mut impl Reads, words: &str, arguments: &str) -> [String; 2] {
    let mut plans = Vec::new();
    for mode in ["force_custom_plan", "force_generic_plan"] {
        let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        for step in [format!("set local plan_cache_mode = {mode}"), format!("prepare it as {}", statement(words))] {
            sqlx::raw_sql(AssertSqlSafe(step)).execute(tx.connection()).await.unwrap();
        }
        let explain = AssertSqlSafe(format!("explain (costs off) execute it{arguments}"));
        let lines: Vec<String> =
            sqlx::query_scalar(explain).persistent(false).fetch_all(tx.connection()).await.unwrap();
        sqlx::raw_sql("deallocate it").execute(tx.connection()).await.unwrap();
        plans.push(lines.join("\n"));
    }
    [plans.remove(0), plans.remove(0)]
}

#[tokio::test]
async fn every_statement_uses_the_index_made_for_it() {
    // Of the shapes with a UUID one: their ids are the same.
    for shape in [Shape::Managed, Shape::SyncText] {
        let (database, db, [ada]) = database_with(shape, ["Ada"]).await;
        add_users(&database, 99).await;
        let fill = "insert into todos (task, user_id, completed_at, deleted_at)
                 select 'x', id, case when n % 3 > 0 then now() end, case when n % 50 = 0 then now() - n * interval '1 s' end
                 from profiles, generate_series(1, 1500) as n;
             analyze todos";
        database.run(fill).await;
        assert_eq!(database.count("todos").await, 150_000);

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let page =
            plan(&mut tx, "select id, task from todos where id < 9223372036854775807 order by id desc limit 20").await;
        assert!(page.contains("using todos_of_user"), "{page}");
        assert!(page.contains("InitPlan"), "the identity is evaluated once: {page}");
        assert!(!page.contains("Sort") && !page.contains("Seq Scan"), "{page}");
        for (show, index) in [("all", "todos_of_user"), ("open", "todos_open_of_user"), ("done", "todos_done_of_user")]
        {
            for plan in plans(&mut tx, "page.is_done", &format!("null, '{show}', 9223372036854775807, 101")).await {
                assert!(!plan.contains("Seq Scan"), "{plan}");
                // In the order of the index, so that reading ends with the page.
                assert!(plan.contains(&format!("Index Scan using {index} on")), "{show}: {plan}");
                for counted in ["todos_open_of_user", "todos_done_of_user"] {
                    assert!(plan.contains(counted), "{show}: {plan}");
                }
                assert!(plan.contains("InitPlan"), "the identity is evaluated once: {plan}");
            }
        }
        // A todo is found by its id in either of two indexes.
        for (words, arguments, index) in [
            ("with cleared as", "", "todos_done_of_user"),
            ("set deleted_at = null where deleted_at", "now()", "todos_deleted_of_user"),
            ("set deleted_at = null where idempotency_key", "gen_random_uuid()", "todos_idempotency_key"),
            ("coalesce(deleted_at, now())", "7", "(id = "),
            ("set task = $2", "7, 'y'", "(id = "),
        ] {
            for plan in plans(&mut tx, words, arguments).await {
                assert!(!plan.contains("Seq Scan"), "{plan}");
                assert!(plan.contains(index), "{plan}");
            }
        }
        drop(tx);

        let purge = "explain (costs off) delete from todos where deleted_at < now() - interval '1 hour'";
        let plan = database.values::<String>(purge).await.join("\n");
        assert!(plan.contains("todos_deleted_of_user") && !plan.contains("Seq Scan"), "{plan}");
    }
}

#[tokio::test]
async fn no_query_reads_the_todos_of_other_users() {
    let (database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    add_users(&database, 600).await;
    let fill = "insert into todos (task, user_id, completed_at)
             select 'x', id, case when n % 3 = 0 then now() end from profiles, generate_series(1, 100) as n";
    database.run(fill).await;
    database.run("vacuum analyze todos").await;

    let mut tx = db.as_user(&ada.claims).await.unwrap();
    for _ in 0..8 {
        for show in [Filter::All, Filter::Open, Filter::Done] {
            let listed = list_todos(&mut tx, &ListQuery::of(show), 101).await.unwrap();
            assert_eq!((listed.counts.open, listed.counts.done), (67, 33));
        }
        count_todos(&mut tx).await.unwrap();
    }
    assert_eq!(scans(&mut tx, "todos").await, (0, true));
    let read: i64 = sqlx::query_scalar("select idx_tup_fetch from pg_stat_xact_user_tables where relname = 'todos'")
        .fetch_one(tx.connection())
        .await
        .unwrap();
    assert!(read < 8 * 4 * 400, "{read} rows were read of the 100 that are hers");
}
