//! Todos in the database: filters, deletions with undo, and the cost of large tables.

mod plans;
mod rights;
mod rows;

use crate::rls::directory::Person;
use crate::support::{Shape, TestDatabase};
use app::todos::list_query::ListQuery;
use app::todos::model::{Counts, Filter, NewTodo, Task, Todo, TodoId, UndoToken};
use app::todos::store::{
    Listed, PURGE_DELETED, clear_done, count_todos, delete_todo, list_todos, rename_todo, restore_todos, set_todo_done,
};
use rls::{Db, DbError, Reads};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use std::path::Path;
use uuid::Uuid;

struct World {
    database: TestDatabase,
    db: Db,
    ada: Person,
    bob: Person,
}

impl World {
    /// Makes Ada's todos in this order, the first of them done, and one of Bob's, done.
    async fn new(shape: Shape, tasks: &[&str]) -> (Self, Vec<Todo>) {
        let database = TestDatabase::new(shape).await;
        let db = database.db();
        let ada = Person::named(&database, "Ada").await;
        let bob = Person::named(&database, "Bob").await;
        let mut todos = Vec::new();
        for (person, task) in tasks.iter().map(|task| (&ada, *task)).chain([(&bob, "Bob's")]) {
            let new = NewTodo { task: Task::parse(task).unwrap(), idempotency_key: Uuid::new_v4() };
            todos.push(db.insert_as(&person.claims, &new).await.unwrap());
        }
        let bobs = todos.pop().unwrap();
        todos[0].done = true;
        for (person, id) in [(&ada, todos[0].id), (&bob, bobs.id)] {
            let mut tx = db.as_user(&person.claims).await.unwrap();
            set_todo_done(&mut tx, id, true).await.unwrap();
            tx.commit().await.unwrap();
        }
        (Self { database, db, ada, bob }, todos)
    }

    async fn listed(&self, person: &Person, at: ListQuery) -> Listed {
        list_todos(&mut self.db.as_user(&person.claims).await.unwrap(), &at, 50).await.unwrap()
    }

    /// Returns the number of rows, including deleted ones.
    async fn rows(&self) -> i64 {
        sqlx::query_scalar("select count(*) from todos").fetch_one(&self.database.superuser).await.unwrap()
    }
}

fn not_found<T: std::fmt::Debug>(result: Result<T, DbError>) {
    assert!(matches!(result, Err(DbError::NotFound)), "{result:?}");
}

#[tokio::test]
async fn each_part_shows_its_own_and_counts_the_whole() {
    for shape in Shape::ALL {
        let (world, mut todos) = World::new(shape, &["tea", "milk", "bread"]).await;
        todos.reverse();
        let counts = Counts { open: 2, done: 1 };
        for (show, expected) in [(Filter::All, &todos[..]), (Filter::Open, &todos[..2]), (Filter::Done, &todos[2..])] {
            let listed = world.listed(&world.ada, ListQuery::of(show)).await;
            assert_eq!((&listed.todos[..], listed.counts), (expected, counts), "{show:?}");
        }
        // Page by page, and past the end: the counts are those of the whole list.
        let older = ListQuery { before: Some(todos[0].id), ..ListQuery::of(Filter::Open) };
        assert_eq!(world.listed(&world.ada, older).await.todos, todos[1..2]);
        for before in [todos[2].id, TodoId(i64::MIN), TodoId(0)] {
            let past = world.listed(&world.ada, ListQuery { before: Some(before), ..ListQuery::default() }).await;
            assert_eq!((past.todos.len(), past.counts), (0, counts));
        }
        assert_eq!(world.listed(&world.bob, ListQuery::default()).await.counts, Counts { open: 0, done: 1 });
    }
}

#[tokio::test]
async fn what_was_deleted_returns_as_it_was_to_its_place() {
    for shape in Shape::ALL {
        let (world, todos) = World::new(shape, &["tea", "milk"]).await;
        let before = world.listed(&world.ada, ListQuery::default()).await;
        let times = "select created_at::text || completed_at::text || updated_at::text from todos where task = 'tea'";
        let superuser = &world.database.superuser;
        let times_before: String = sqlx::query_scalar(times).fetch_one(superuser).await.unwrap();

        let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
        let deletion = delete_todo(&mut tx, todos[0].id).await.unwrap();
        assert_eq!(delete_todo(&mut tx, todos[0].id).await.unwrap(), deletion, "asked twice");
        not_found(set_todo_done(&mut tx, todos[0].id, false).await);
        not_found(rename_todo(&mut tx, todos[0].id, &Task::parse("x").unwrap()).await);
        assert_eq!(count_todos(&mut tx).await.unwrap(), 1);
        tx.commit().await.unwrap();

        let here = ListQuery::default().after(deletion);
        let listed = world.listed(&world.ada, here).await;
        assert_eq!(listed.todos, todos[1..]);
        assert_eq!(listed.counts, Counts { open: 1, done: 0 });
        assert_eq!(listed.deleted, Some((1, "tea".to_owned())));
        assert_eq!(world.listed(&world.bob, here).await.deleted, None, "somebody else's is not spoken of");

        let mut tx = world.db.as_user(&world.bob.claims).await.unwrap();
        not_found(restore_todos(&mut tx, deletion).await);
        let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
        restore_todos(&mut tx, deletion).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.listed(&world.ada, here).await, before);
        let times_after: String = sqlx::query_scalar(times).fetch_one(superuser).await.unwrap();
        assert_eq!(times_after, times_before);
    }
}

#[tokio::test]
async fn clearing_takes_all_that_are_done_and_nobody_elses() {
    let (world, todos) = World::new(Shape::SyncUuid, &["tea", "milk", "bread"]).await;
    let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
    set_todo_done(&mut tx, todos[1].id, true).await.unwrap();
    tx.commit().await.unwrap();

    // In a transaction of its own, since what is deleted in one transaction shares a time.
    let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
    let cleared = clear_done(&mut tx).await.unwrap();
    assert_eq!((cleared.count, clear_done(&mut tx).await.unwrap().count), (2, 0));
    tx.commit().await.unwrap();
    let here = ListQuery::default().after(cleared.deletion);
    let listed = world.listed(&world.ada, here).await;
    assert_eq!((listed.todos.len(), listed.deleted.unwrap().0), (1, 2));
    assert_eq!(world.listed(&world.bob, ListQuery::default()).await.counts.done, 1);

    let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
    restore_todos(&mut tx, cleared.deletion).await.unwrap();
    not_found(restore_todos(&mut tx, cleared.deletion).await);
    tx.commit().await.unwrap();
    assert_eq!(world.listed(&world.ada, here).await.counts, Counts { open: 1, done: 2 });
}

/// Checks that browser, server and database count characters alike, as code points.
#[tokio::test]
async fn a_task_at_the_edge_of_its_limit_is_stored_as_it_was_typed() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db();
    let ada = Person::named(&database, "Ada").await;
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    let tasks =
        ["🦀".repeat(500), format!("{}abc", family.repeat(71)), "\u{202e}שלום\u{200b}".to_owned(), "é".repeat(500)];
    for task in tasks {
        let new = NewTodo { task: Task::parse(&task).unwrap(), idempotency_key: Uuid::new_v4() };
        assert_eq!(db.insert_as(&ada.claims, &new).await.unwrap().task, task);
        assert_eq!(
            list_todos(&mut db.as_user(&ada.claims).await.unwrap(), &ListQuery::default(), 1).await.unwrap().todos[0]
                .task,
            task
        );
        // With one more, both refuse it.
        assert!(task.chars().count() < 500 || Task::parse(&format!("{task}x")).is_err());
    }
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    let longer = sqlx::query("insert into todos (task) values (repeat('🦀', 501))").execute(tx.connection()).await;
    assert!(matches!(longer.map_err(DbError::from), Err(DbError::Constraint(name)) if name == "todos_task_length"));
}

#[tokio::test]
async fn a_number_that_names_no_time_takes_nothing_back() {
    let (world, _) = World::new(Shape::SyncUuid, &["tea"]).await;
    for number in [0, -1, i64::MIN, i64::MAX] {
        let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
        not_found(restore_todos(&mut tx, UndoToken(number)).await);
        let listed = world.listed(&world.ada, ListQuery::default().after(UndoToken(number))).await;
        assert_eq!((listed.todos.len(), listed.deleted), (1, None));
    }
}

#[tokio::test]
async fn what_was_deleted_is_gone_after_an_hour_or_with_its_owner() {
    for shape in Shape::ALL {
        let (world, todos) = World::new(shape, &["tea", "milk"]).await;
        let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
        for todo in &todos {
            delete_todo(&mut tx, todo.id).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(world.db.maintain(PURGE_DELETED).await.unwrap(), 0, "within the hour");

        sqlx::query("update todos set deleted_at = deleted_at - interval '61 minutes' where task = 'tea'")
            .execute(&world.database.superuser)
            .await
            .unwrap();
        assert_eq!(world.db.maintain(PURGE_DELETED).await.unwrap(), 1);
        assert_eq!(world.rows().await, 2);

        world.db.forget_user(&world.ada.id()).await.unwrap();
        assert_eq!(world.rows().await, 1, "Bob's");
    }
}

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
async fn one_persons_todos_are_found_among_everybodys() {
    for shape in Shape::ALL {
        let (world, _) = World::new(shape, &["tea"]).await;
        for _ in 0..98 {
            Person::unknown().arrives(&world.database, "Someone").await;
        }
        sqlx::raw_sql(
            "insert into todos (task, user_id, completed_at, deleted_at)
                 select 'x', id, case when n % 3 > 0 then now() end, case when n % 50 = 0 then now() - n * interval '1 s' end
                 from profiles, generate_series(1, 1500) as n;
             analyze todos",
        )
        .execute(&world.database.superuser)
        .await
        .unwrap();
        let rows: i64 = world.rows().await;
        assert!(rows > 50_000, "{rows}");

        let mut tx = world.db.as_user(&world.ada.claims).await.unwrap();
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
        let lines: Vec<String> = sqlx::query_scalar(purge).fetch_all(&world.database.superuser).await.unwrap();
        let plan = lines.join("\n");
        assert!(plan.contains("todos_deleted_of_user") && !plan.contains("Seq Scan"), "{plan}");
    }
}
