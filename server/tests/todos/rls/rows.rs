//! Single todos, on each shape of the directory: one `.sqlx` has to fit them all.

use super::{not_found, todo};
use crate::rls::users::{TestUser, database_with};
use crate::support::Shape;
use app::todos::list_query::ListQuery;
use app::todos::model::{NewTodo, Task, Todo, TodoId};
use app::todos::store::{delete_todo, list_todos, rename_todo, set_todo_done};
use rls::{Db, DbError, Reads};

async fn todos(db: &Db, user: &TestUser) -> Vec<Todo> {
    list_todos(&mut db.as_user(&user.claims).await.unwrap(), &ListQuery::default(), 50).await.unwrap().todos
}

#[tokio::test]
async fn todos_are_added_listed_changed_and_deleted() {
    for shape in Shape::ALL {
        let (database, db, [ada]) = database_with(shape, ["Ada"]).await;
        let mut added = Vec::new();
        for task in ["tea", "milk 🥛", "x"] {
            added.push(db.insert_as(&ada.claims, &todo(task)).await.unwrap());
        }
        added.reverse();
        assert_eq!(todos(&db, &ada).await, added, "the newest first");

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let first = list_todos(&mut tx, &ListQuery::default(), 2).await.unwrap().todos;
        let older = ListQuery { before: Some(first[1].id), ..ListQuery::default() };
        let second = list_todos(&mut tx, &older, 2).await.unwrap().todos;
        assert_eq!([first, second].concat(), added, "page by page");

        set_todo_done(&mut tx, added[0].id, true).await.unwrap();
        rename_todo(&mut tx, added[0].id, &Task::parse("coffee").unwrap()).await.unwrap();
        delete_todo(&mut tx, added[1].id).await.unwrap();
        tx.commit().await.unwrap();
        let changed = Todo { id: added[0].id, task: "coffee".to_owned(), done: true };
        assert_eq!(todos(&db, &ada).await, [changed, added[2].clone()]);
        let edited: Vec<i64> = database.values("select id from todos where updated_at > created_at").await;
        assert_eq!(edited, [added[0].id.0], "the time of the last edit");

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        set_todo_done(&mut tx, added[0].id, false).await.unwrap();
        assert!(!list_todos(&mut tx, &ListQuery::default(), 1).await.unwrap().todos[0].done);
    }
}

#[tokio::test]
async fn another_users_todo_is_not_found() {
    for shape in Shape::ALL {
        let (_database, db, [ada, bob]) = database_with(shape, ["", ""]).await;
        let theirs = db.insert_as(&ada.claims, &todo("tea")).await.unwrap().id;
        let mut tx = db.as_user(&bob.claims).await.unwrap();
        for id in [theirs, TodoId(i64::MAX), TodoId(-1)] {
            not_found(set_todo_done(&mut tx, id, true).await);
            not_found(rename_todo(&mut tx, id, &Task::parse("mine").unwrap()).await);
            not_found(delete_todo(&mut tx, id).await);
        }
        assert_eq!(list_todos(&mut tx, &ListQuery::default(), 10).await.unwrap().todos, []);
        assert_eq!(todos(&db, &ada).await.len(), 1);
    }
}

#[tokio::test]
async fn a_repeated_form_adds_another_todo_only_with_another_task() {
    for shape in Shape::ALL {
        let (_database, db, [ada, bob]) = database_with(shape, ["", ""]).await;
        let tea = todo("tea");
        let milk = NewTodo { task: Task::parse("milk").unwrap(), ..tea.clone() };
        let (first, again) = tokio::join!(db.insert_as(&ada.claims, &tea), db.insert_as(&ada.claims, &tea));
        let first = first.unwrap();
        assert_eq!(again.unwrap(), first);
        assert_eq!(todos(&db, &ada).await.len(), 1);
        db.insert_as(&bob.claims, &tea).await.unwrap();
        assert_eq!(todos(&db, &bob).await.len(), 1, "idempotency keys belong to their user");

        let second = db.insert_as(&ada.claims, &milk).await.unwrap();
        assert_eq!(todos(&db, &ada).await, [second.clone(), first.clone()]);

        let mut tx = db.as_user(&ada.claims).await.unwrap();
        rename_todo(&mut tx, first.id, &milk.task).await.unwrap();
        set_todo_done(&mut tx, second.id, true).await.unwrap();
        delete_todo(&mut tx, second.id).await.unwrap();
        tx.commit().await.unwrap();
        let renamed = Todo { task: "milk".to_owned(), ..first };
        assert_eq!(db.insert_as(&ada.claims, &tea).await.unwrap(), renamed, "it is known by what was sent");
        let back = Todo { done: true, ..second };
        assert_eq!(db.insert_as(&ada.claims, &milk).await.unwrap(), back);
        assert_eq!(todos(&db, &ada).await, [back, renamed], "what is added again is not deleted any more");
    }
}

/// Checks the constraints of the database, which the model's checks precede.
#[tokio::test]
async fn the_database_enforces_the_limits_of_todos() {
    let (_database, db, [ada]) = database_with(Shape::SyncUuid, [""]).await;
    let add = "insert into todos (task) values ($1)";
    for (text, constraint) in [
        (String::new(), "todos_task_length"),
        ("🦀".repeat(501), "todos_task_length"),
        ("a\nb".to_owned(), "todos_task_text"),
        ("a\u{1}b".to_owned(), "todos_task_text"),
        ("a\u{85}b".to_owned(), "todos_task_text"),
    ] {
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        let refusal: DbError = sqlx::query(add).bind(&text).execute(tx.connection()).await.unwrap_err().into();
        assert!(matches!(&refusal, DbError::Constraint(name) if name == constraint), "{text:?}: {refusal:?}");
    }
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    sqlx::query(add).bind("🦀".repeat(500)).execute(tx.connection()).await.unwrap();
}
