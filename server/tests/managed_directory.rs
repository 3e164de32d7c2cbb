//! A user of Managed Neon Auth owns rows of the app, which are deleted with the user.

use crate::managed_neon_auth::{ada, post};
use crate::support::{ManagedNeonAuth, Shape, TestDatabase};
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn its_users_are_the_directory_of_the_app_and_deletions_reach_the_app() {
    let database = TestDatabase::new(Shape::Managed).await;
    let neon_auth = ManagedNeonAuth::start(&database, &json!({})).await;
    let (status, body) = post(&neon_auth, "/sign-up/email", &ada()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let id = body["user"]["id"].as_str().expect("an id");

    for insert in [
        "insert into notes (body, user_id) values ('Buy milk', $1::uuid)",
        "insert into letters (body, author_id) values ('To all', $1::uuid)",
    ] {
        sqlx::query(insert).bind(id).execute(&database.superuser).await.expect("the user is in the directory");
    }

    neon_auth.control(Method::DELETE, "/users?email=ada@example.com", &json!({})).await;
    let left = "select (select count(*) from notes), (select count(*) from letters where author_id is null)";
    let counts: (i64, i64) = sqlx::query_as(left).fetch_one(&database.superuser).await.expect("counts");
    assert_eq!(counts, (0, 1));
}
