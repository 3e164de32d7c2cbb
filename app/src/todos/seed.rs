//! The sample todos.

use super::model::{NewTodo, Task};
use request::AppError;
use request::feature::Personas;
use rls::Db;
use uuid::Uuid;

const ADAS: &[&str] = &["Read docs/architecture.md", "Change a line in pages/src/todos.rs and watch the page reload"];
const GRACES: &[&str] = &["Publish a post"];

/// Adds the sample todos. Safe to repeat: each todo has a constant idempotency key.
pub async fn plant(db: &Db, Personas { ada, grace }: &Personas) -> Result<(), AppError> {
    for (claims, todos) in [(ada, ADAS), (grace, GRACES)] {
        for (number, todo) in (0..).zip(todos) {
            let task = Task::parse(todo)?;
            db.insert_as(claims, &NewTodo { task, idempotency_key: Uuid::from_u128(number) }).await?;
        }
    }
    Ok(())
}
