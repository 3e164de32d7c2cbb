//! The rights on todos of each role.

use crate::rls::matrix::Outcome::{Denied, Rows};
use crate::rls::matrix::{Rights, check};

const RIGHTS: Rights = Rights {
    table: "todos",
    row: ("$todo", "insert into todos (task) values ('tea') returning id"),
    cases: &[
        ("select * from todos", [Denied, Rows(1), Rows(1), Denied]),
        ("select * from todos where id = $todo", [Denied, Rows(1), Rows(0), Denied]),
        ("select 1 from todos where user_id::text = '$owner'", [Denied, Rows(1), Rows(0), Denied]),
        ("insert into todos (task) values ('x')", [Denied, Rows(1), Rows(1), Denied]),
        (
            "insert into todos (task, idempotency_key) values ('x', gen_random_uuid())",
            [Denied, Rows(1), Rows(1), Denied],
        ),
        ("insert into todos (task, user_id) values ('x', '$owner')", [Denied, Denied, Denied, Denied]),
        ("insert into todos (task, user_id) values ('x', current_user_id())", [Denied, Denied, Denied, Denied]),
        ("insert into todos (task, created_at) values ('x', now())", [Denied, Denied, Denied, Denied]),
        ("insert into todos (task, completed_at) values ('x', now())", [Denied, Denied, Denied, Denied]),
        ("update todos set task = 'y' where id = $todo", [Denied, Rows(1), Rows(0), Denied]),
        ("update todos set completed_at = now() where id = $todo", [Denied, Rows(1), Rows(0), Denied]),
        ("update todos set deleted_at = now() where id = $todo", [Denied, Rows(1), Rows(0), Denied]),
        ("update todos set task = 'y'", [Denied, Rows(1), Rows(1), Denied]),
        ("update todos set user_id = current_user_id() where id = $todo", [Denied, Denied, Denied, Denied]),
        ("update todos set created_at = now() where id = $todo", [Denied, Denied, Denied, Denied]),
        ("update todos set updated_at = now() where id = $todo", [Denied, Denied, Denied, Denied]),
        ("update todos set idempotency_key = gen_random_uuid() where id = $todo", [Denied, Denied, Denied, Denied]),
        ("insert into todos (task, deleted_at) values ('x', now())", [Denied, Denied, Denied, Denied]),
        // Rows are marked as deleted, and the purge deletes them.
        ("delete from todos where id = $todo", [Denied, Denied, Denied, Denied]),
        ("truncate todos", [Denied, Denied, Denied, Denied]),
        ("select purge_deleted_todos()", [Denied, Denied, Denied, Rows(1)]),
    ],
    without_column_grants: &[
        ("select * from todos where id = $todo", [Rows(0), Rows(1), Rows(0), Denied]),
        ("insert into todos (task, user_id) values ('x', '$owner')", [Denied, Rows(1), Denied, Denied]),
        ("update todos set user_id = '$owner'", [Rows(0), Rows(1), Denied, Denied]),
        ("update todos set task = 'y' where id = $todo", [Rows(0), Rows(1), Rows(0), Denied]),
        ("update todos set deleted_at = now()", [Rows(0), Rows(1), Rows(1), Denied]),
        ("delete from todos where id = $todo", [Rows(0), Rows(1), Rows(0), Denied]),
    ],
    without_claims: &[("select * from todos", Rows(0)), ("update todos set deleted_at = now()", Rows(0))],
};

#[tokio::test]
async fn every_role_may_do_exactly_what_the_matrix_says() {
    check(&[RIGHTS], &[]).await;
}
