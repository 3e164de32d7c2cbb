//! Todos on the page that shows the statements of requests.

use super::whole_app::add_todo;
use crate::under_the_hood::{Local, part, shown, text};
use uuid::Uuid;

#[tokio::test]
async fn a_change_is_shown_with_its_role_claims_and_policy() {
    let local = Local::start().await;
    let mut ada = local.signed_up("Ada").await;
    add_todo(&mut ada, "Buy milk").await;
    let id: Uuid = local.app.database.value("select user_id from todos").await;

    let page = shown(&mut ada).await;
    assert!(!page.contains("Buy milk"), "{page}");
    let request = text(part(&page, "POST /todos"));
    assert!(request.contains("insert into todos (task, idempotency_key) values ($1, $2)"), "{request}");
    assert!(request.contains("Role authenticated Claims {"), "{request}");
    assert!(request.contains(&format!("\"sub\":\"{id}\"")), "{request}");
    assert!(request.contains("todos_belong_to_their_owner on todos, for all"), "{request}");
    assert!(request.contains("COMMIT"), "{request}");
    assert!(request.contains("web , the login of the server"), "the session was read before: {request}");
}

#[tokio::test]
async fn a_probe_reaches_other_rows_for_each_persona() {
    let local = Local::start().await;
    let (mut ada, mut grace) = (local.signed_up("Ada").await, local.signed_up("Grace").await);
    for task in ["One", "Two"] {
        add_todo(&mut ada, task).await;
    }
    add_todo(&mut grace, "Three").await;

    let page = shown(&mut ada).await;
    let todos = text(page.split("Read todos: outcomes").nth(1).unwrap().split("</table>").next().unwrap());
    assert!(todos.contains("Nobody anonymous permission denied for table todos"), "{todos}");
    assert!(todos.contains("Ada (you) authenticated 2 ids 2, 1 (user_id = "), "{todos}");
    assert!(todos.contains("Grace authenticated 1 ids 3"), "{todos}");
    assert!(todos.contains("user_id = $0") || todos.contains("InitPlan"), "{todos}");
}
