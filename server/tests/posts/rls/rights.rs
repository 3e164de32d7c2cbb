//! The rights on posts of each role.

use crate::rls::matrix::Outcome::{Denied, Rows};
use crate::rls::matrix::{Rights, check};

pub const RIGHTS: Rights = Rights {
    table: "posts",
    row: ("$post", "insert into posts (title, content) values ('tea', 'hot') returning id"),
    cases: &[
        ("select * from posts", [Rows(2), Rows(2), Rows(2), Denied]),
        ("select * from posts where id = $post", [Rows(1), Rows(1), Rows(1), Denied]),
        (
            "select 1 from posts where search @@ websearch_to_tsquery('english', 'tea')",
            [Rows(2), Rows(2), Rows(2), Denied],
        ),
        ("insert into posts (title, content) values ('x', 'y')", [Denied, Rows(1), Rows(1), Denied]),
        (
            "insert into posts (title, content, idempotency_key) values ('x', 'y', gen_random_uuid())",
            [Denied, Rows(1), Rows(1), Denied],
        ),
        ("insert into posts (title, content, author_id) values ('x', 'y', '$owner')", [Denied, Denied, Denied, Denied]),
        ("insert into posts (title, content, author_id) values ('x', 'y', null)", [Denied, Denied, Denied, Denied]),
        ("insert into posts (title, content, created_at) values ('x', 'y', now())", [Denied, Denied, Denied, Denied]),
        ("insert into posts (title, content, version) values ('x', 'y', 9)", [Denied, Denied, Denied, Denied]),
        ("update posts set title = 'z', content = 'z' where id = $post", [Denied, Rows(1), Rows(0), Denied]),
        ("update posts set title = 'z'", [Denied, Rows(1), Rows(1), Denied]),
        ("update posts set author_id = current_user_id() where id = $post", [Denied, Denied, Denied, Denied]),
        ("update posts set author_id = null where id = $post", [Denied, Denied, Denied, Denied]),
        ("update posts set version = 9 where id = $post", [Denied, Denied, Denied, Denied]),
        ("update posts set created_at = now() where id = $post", [Denied, Denied, Denied, Denied]),
        ("delete from posts where id = $post", [Denied, Rows(1), Rows(0), Denied]),
        ("delete from posts", [Denied, Rows(1), Rows(1), Denied]),
        ("truncate posts", [Denied, Denied, Denied, Denied]),
    ],
    without_column_grants: &[
        (
            "insert into posts (title, content, author_id) values ('x', 'y', '$owner')",
            [Denied, Rows(1), Denied, Denied],
        ),
        ("insert into posts (title, content, author_id) values ('x', 'y', null)", [Denied, Denied, Denied, Denied]),
        ("update posts set author_id = '$owner'", [Rows(0), Rows(1), Denied, Denied]),
        ("update posts set author_id = null", [Rows(0), Denied, Denied, Denied]),
        ("update posts set title = 'z' where id = $post", [Rows(0), Rows(1), Rows(0), Denied]),
        ("delete from posts where id = $post", [Rows(0), Rows(1), Rows(0), Denied]),
    ],
    without_claims: &[
        ("update posts set title = 'z'", Rows(0)),
        ("insert into posts (title, content) values ('x', 'y')", Denied),
    ],
};

#[tokio::test]
async fn every_role_may_do_exactly_what_the_matrix_says() {
    check(&[RIGHTS], &[]).await;
}
