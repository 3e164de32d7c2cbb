//! Under the policies PostgreSQL uses the indexes that were made for them, on tables large enough to matter.

use super::directory::Person;
use crate::support::{Shape, TestDatabase};
use app::db::Reads;
use sqlx::AssertSqlSafe;

async fn plan(tx: &mut impl Reads, statement: &str) -> String {
    let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("explain (costs off) {statement}")))
        .fetch_all(tx.connection())
        .await
        .unwrap();
    lines.join("\n")
}

#[tokio::test]
async fn a_page_of_a_large_table_is_read_from_its_index() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let db = database.db();
        let ada = Person::named(&database, "Ada").await;
        for _ in 0..300 {
            Person::unknown().arrives(&database, "Someone").await;
        }
        sqlx::raw_sql(
            "insert into todos (task, user_id) select 'x', id from profiles, generate_series(1, 100);
             insert into posts (title, content, author_id, created_at)
                 select 'x', 'y', id, now() - n * interval '1 minute' from profiles, generate_series(1, 100) as n;
             analyze todos; analyze posts",
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

        let posts = "select posts.id, title, left(content, 280), author.name from posts
             left join profiles as author on author.id = posts.author_id
             where (posts.created_at, posts.id) < (now(), 9223372036854775807)
             order by posts.created_at desc, posts.id desc limit 20";
        for plan in [plan(&mut tx, posts).await, plan(&mut db.as_anonymous().await.unwrap(), posts).await] {
            assert!(plan.contains("using posts_newest"), "{plan}");
            assert!(plan.contains("Index Cond: (ROW(created_at, id) <"), "{plan}");
            assert!(!plan.contains("Sort") && !plan.contains("Seq Scan on posts"), "{plan}");
        }

        let one = plan(&mut tx, "update posts set title = 'z' where id = 7 and version = 1").await;
        assert!(one.contains("using posts_pkey"), "{one}");
    }
}
