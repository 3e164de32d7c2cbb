//! Under the policy, PostgreSQL uses the index that was made for it, on a large table.

use crate::rls::directory::Person;
use crate::rls::plans::{crowd, plan, scans};
use crate::support::{Shape, TestDatabase};
use app::todos::list_query::ListQuery;
use app::todos::model::Filter;
use app::todos::store::{count_todos, list_todos};
use rls::Reads;

#[tokio::test]
async fn a_page_of_a_large_table_is_read_from_its_index() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let db = database.db();
        let ada = Person::named(&database, "Ada").await;
        crowd(&database, 300).await;
        sqlx::raw_sql(
            "insert into todos (task, user_id) select 'x', id from profiles, generate_series(1, 100); analyze todos",
        )
        .execute(&database.superuser)
        .await
        .unwrap();

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let todos =
            plan(&mut tx, "select id, task from todos where id < 9223372036854775807 order by id desc limit 20").await;
        assert!(todos.contains("using todos_of_user"), "{todos}");
        assert!(todos.contains("InitPlan"), "the identity is evaluated once: {todos}");
        assert!(!todos.contains("Sort") && !todos.contains("Seq Scan"), "{todos}");
    }
}

#[tokio::test]
async fn nothing_that_reads_todos_reads_those_of_others() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db();
    let ada = Person::named(&database, "Ada").await;
    crowd(&database, 600).await;
    sqlx::raw_sql(
        "insert into todos (task, user_id, completed_at)
             select 'x', id, case when n % 3 = 0 then now() end from profiles, generate_series(1, 100) as n",
    )
    .execute(&database.superuser)
    .await
    .unwrap();
    sqlx::raw_sql("vacuum analyze todos").execute(&database.superuser).await.unwrap();

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
