//! The todos of the sample.

use anyhow::anyhow;
use app::todos::model::{NewTodo, Task};
use identity::Claims;
use rls::Db;
use uuid::Uuid;

const ADAS: &[&str] = &["Read docs/architecture.md", "Change a line in pages/src/todos.rs and watch the page reload"];
const GRACES: &[&str] = &["Publish a post"];

pub async fn plant(db: &Db, ada: &Claims, grace: &Claims) -> anyhow::Result<()> {
    for (claims, todos) in [(ada, ADAS), (grace, GRACES)] {
        for (number, todo) in (0..).zip(todos) {
            let task = Task::parse(todo).map_err(|error| anyhow!("{error:?}"))?;
            db.insert_as(claims, &NewTodo { task, submission: Uuid::from_u128(number) }).await?;
        }
    }
    Ok(())
}
