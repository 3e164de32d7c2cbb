//! Todos in the database: filters, and deletions with undo.

mod plans;
mod rights;
mod rows;

use crate::rls::users::{TestUser, database_with};
use crate::support::{Shape, TestDatabase};
use app::todos::list_query::ListQuery;
use app::todos::model::{Counts, Filter, NewTodo, Task, Todo, TodoId, UndoToken};
use app::todos::store::{
    Listed, PURGE_DELETED, clear_done, count_todos, delete_todo, list_todos, rename_todo, restore_todos, set_todo_done,
};
use rls::{Db, DbError, UserTx};
use uuid::Uuid;

struct Lists {
    database: TestDatabase,
    db: Db,
    ada: TestUser,
    bob: TestUser,
}

impl Lists {
    /// Makes Ada's todos in this order, the first of them done, and one of Bob's, done.
    async fn new(shape: Shape, tasks: &[&str]) -> (Self, Vec<Todo>) {
        let (database, db, [ada, bob]) = database_with(shape, ["Ada", "Bob"]).await;
        let mut todos = Vec::new();
        for task in tasks {
            todos.push(db.insert_as(&ada.claims, &todo(task)).await.unwrap());
        }
        let bobs = db.insert_as(&bob.claims, &todo("Bob's")).await.unwrap();
        todos[0].done = true;
        for (user, id) in [(&ada, todos[0].id), (&bob, bobs.id)] {
            let mut tx = db.as_user(&user.claims).await.unwrap();
            set_todo_done(&mut tx, id, true).await.unwrap();
            tx.commit().await.unwrap();
        }
        (Self { database, db, ada, bob }, todos)
    }

    async fn as_ada(&self) -> UserTx {
        self.db.as_user(&self.ada.claims).await.unwrap()
    }

    async fn as_bob(&self) -> UserTx {
        self.db.as_user(&self.bob.claims).await.unwrap()
    }
}

fn todo(task: &str) -> NewTodo {
    NewTodo { task: Task::parse(task).unwrap(), idempotency_key: Uuid::new_v4() }
}

async fn list_of(mut tx: UserTx, at: ListQuery) -> Listed {
    list_todos(&mut tx, &at, 50).await.unwrap()
}

fn not_found<T: std::fmt::Debug>(result: Result<T, DbError>) {
    assert!(matches!(result, Err(DbError::NotFound)), "{result:?}");
}

#[tokio::test]
async fn each_filter_lists_its_todos_and_counts_all() {
    for shape in Shape::ALL {
        let (lists, mut todos) = Lists::new(shape, &["tea", "milk", "bread"]).await;
        todos.reverse();
        let counts = Counts { open: 2, done: 1 };
        for (show, expected) in [(Filter::All, &todos[..]), (Filter::Open, &todos[..2]), (Filter::Done, &todos[2..])] {
            let listed = list_of(lists.as_ada().await, ListQuery::of(show)).await;
            assert_eq!((&listed.todos[..], listed.counts), (expected, counts), "{show:?}");
        }
        // Page by page, and past the end: the counts are those of the whole list.
        let older = ListQuery { before: Some(todos[0].id), ..ListQuery::of(Filter::Open) };
        assert_eq!(list_of(lists.as_ada().await, older).await.todos, todos[1..2]);
        for before in [todos[2].id, TodoId(i64::MIN), TodoId(0)] {
            let past = list_of(lists.as_ada().await, ListQuery { before: Some(before), ..ListQuery::default() }).await;
            assert_eq!((past.todos.len(), past.counts), (0, counts));
        }
        assert_eq!(list_of(lists.as_bob().await, ListQuery::default()).await.counts, Counts { open: 0, done: 1 });
    }
}

#[tokio::test]
async fn an_undone_deletion_restores_the_todo_in_its_place() {
    for shape in Shape::ALL {
        let (lists, todos) = Lists::new(shape, &["tea", "milk"]).await;
        let before = list_of(lists.as_ada().await, ListQuery::default()).await;
        let times = "select created_at::text || completed_at::text || updated_at::text from todos where task = 'tea'";
        let times_before: String = lists.database.value(times).await;

        let mut tx = lists.as_ada().await;
        let deletion = delete_todo(&mut tx, todos[0].id).await.unwrap();
        assert_eq!(delete_todo(&mut tx, todos[0].id).await.unwrap(), deletion, "asked twice");
        not_found(set_todo_done(&mut tx, todos[0].id, false).await);
        not_found(rename_todo(&mut tx, todos[0].id, &Task::parse("x").unwrap()).await);
        assert_eq!(count_todos(&mut tx).await.unwrap(), 1);
        tx.commit().await.unwrap();

        let here = ListQuery::default().after(deletion);
        let listed = list_of(lists.as_ada().await, here).await;
        assert_eq!(listed.todos, todos[1..]);
        assert_eq!(listed.counts, Counts { open: 1, done: 0 });
        assert_eq!(listed.deleted, Some((1, "tea".to_owned())));
        assert_eq!(list_of(lists.as_bob().await, here).await.deleted, None, "another user's deletion is not mentioned");

        let mut tx = lists.as_bob().await;
        not_found(restore_todos(&mut tx, deletion).await);
        let mut tx = lists.as_ada().await;
        restore_todos(&mut tx, deletion).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(list_of(lists.as_ada().await, here).await, before);
        assert_eq!(lists.database.value::<String>(times).await, times_before);
    }
}

#[tokio::test]
async fn clearing_deletes_the_users_own_done_todos() {
    let (lists, todos) = Lists::new(Shape::SyncUuid, &["tea", "milk", "bread"]).await;
    let mut tx = lists.as_ada().await;
    set_todo_done(&mut tx, todos[1].id, true).await.unwrap();
    tx.commit().await.unwrap();

    // In a transaction of its own, since what is deleted in one transaction shares a time.
    let mut tx = lists.as_ada().await;
    let cleared = clear_done(&mut tx).await.unwrap();
    assert_eq!(cleared.count, 2);
    tx.commit().await.unwrap();
    let again = clear_done(&mut lists.as_ada().await).await.unwrap();
    assert_eq!((again.count, again.deletion), (2, cleared.deletion), "the first answer may have been lost");
    assert_eq!(clear_done(&mut lists.as_bob().await).await.unwrap().count, 1, "as if nothing had happened");
    let here = ListQuery::default().after(cleared.deletion);
    let listed = list_of(lists.as_ada().await, here).await;
    assert_eq!((listed.todos.len(), listed.deleted.unwrap().0), (1, 2));
    assert_eq!(list_of(lists.as_bob().await, ListQuery::default()).await.counts.done, 1);

    let mut tx = lists.as_ada().await;
    restore_todos(&mut tx, cleared.deletion).await.unwrap();
    not_found(restore_todos(&mut tx, cleared.deletion).await);
    tx.commit().await.unwrap();
    assert_eq!(list_of(lists.as_ada().await, here).await.counts, Counts { open: 1, done: 2 });
}

/// Checks that browser, server and database count characters alike, as code points.
#[tokio::test]
async fn a_task_of_the_maximum_length_is_stored_as_typed() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    let tasks =
        ["🦀".repeat(500), format!("{}abc", family.repeat(71)), "\u{202e}שלום\u{200b}".to_owned(), "é".repeat(500)];
    for task in tasks {
        assert_eq!(db.insert_as(&ada.claims, &todo(&task)).await.unwrap().task, task);
        let newest = list_of(db.as_user(&ada.claims).await.unwrap(), ListQuery::default()).await.todos.remove(0);
        assert_eq!(newest.task, task);
        // With one more, both refuse it.
        assert!(task.chars().count() < 500 || Task::parse(&format!("{task}x")).is_err());
    }
}

#[tokio::test]
async fn an_invalid_undo_token_restores_nothing() {
    let (lists, _) = Lists::new(Shape::SyncUuid, &["tea"]).await;
    for number in [0, -1, -300_000_000_000_000_000, i64::MIN, i64::MAX] {
        let mut tx = lists.as_ada().await;
        not_found(restore_todos(&mut tx, UndoToken(number)).await);
        let listed = list_of(lists.as_ada().await, ListQuery::default().after(UndoToken(number))).await;
        assert_eq!((listed.todos.len(), listed.deleted), (1, None));
    }
}

#[tokio::test]
async fn deleted_todos_are_purged_after_an_hour_or_with_their_owner() {
    for shape in Shape::ALL {
        let (lists, todos) = Lists::new(shape, &["tea", "milk"]).await;
        let mut tx = lists.as_ada().await;
        for todo in &todos {
            delete_todo(&mut tx, todo.id).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(lists.db.maintain(PURGE_DELETED).await.unwrap(), 0, "within the hour");

        let older = "update todos set deleted_at = deleted_at - interval '61 minutes' where task = 'tea'";
        lists.database.run(older).await;
        assert_eq!(lists.db.maintain(PURGE_DELETED).await.unwrap(), 1);
        assert_eq!(lists.database.count("todos").await, 2);

        lists.db.forget_user(&lists.ada.id()).await.unwrap();
        assert_eq!(lists.database.count("todos").await, 1, "Bob's");

        lists.database.delete_user(lists.bob.id).await;
        lists.db.purge_deleted_users().await.unwrap();
        assert_eq!(lists.database.count("todos").await, 0);
    }
}
