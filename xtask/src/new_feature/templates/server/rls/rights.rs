//! The rights on road trips of each role.

use crate::rls::matrix::Outcome::{Denied, Rows};
use crate::rls::matrix::{Rights, check};

pub const RIGHTS: Rights = Rights {
    table: "road_trips",
    row: ("$row", "insert into road_trips (/*required*/) values (/*required_values*/) returning id"),
    cases: &[
        ("select * from road_trips", [Denied, Rows(1), Rows(1), Denied]), //personal
        ("select * from road_trips where id = $row", [Denied, Rows(1), Rows(0), Denied]), //personal
        ("select 1 from road_trips where user_id::text = '$owner'", [Denied, Rows(1), Rows(0), Denied]), //personal
        ("select * from road_trips", [Rows(2), Rows(2), Rows(2), Denied]), //public
        ("select * from road_trips where id = $row", [Rows(1), Rows(1), Rows(1), Denied]), //public
        ("insert into road_trips (/*required*/) values (/*required_values*/)", [Denied, Rows(1), Rows(1), Denied]),
        (
            "insert into road_trips (/*required*/, idempotency_key) values (/*required_values*/, gen_random_uuid())",
            [Denied, Rows(1), Rows(1), Denied],
        ),
        ("insert into road_trips (/*required*/, user_id) values (/*required_values*/, '$owner')", [Denied, Denied, Denied, Denied]), //personal
        ("insert into road_trips (/*required*/, author_id) values (/*required_values*/, '$owner')", [Denied, Denied, Denied, Denied]), //public
        ("insert into road_trips (/*required*/, author_id) values (/*required_values*/, null)", [Denied, Denied, Denied, Denied]), //public
        ("insert into road_trips (/*required*/, created_at) values (/*required_values*/, now())", [Denied, Denied, Denied, Denied]),
        ("insert into road_trips (/*required*/, version) values (/*required_values*/, 9)", [Denied, Denied, Denied, Denied]),
        ("update road_trips set /*label*/ = 'z' where id = $row", [Denied, Rows(1), Rows(0), Denied]),
        ("update road_trips set /*label*/ = 'z'", [Denied, Rows(1), Rows(1), Denied]),
        ("update road_trips set user_id = current_user_id() where id = $row", [Denied, Denied, Denied, Denied]), //personal
        ("update road_trips set author_id = current_user_id() where id = $row", [Denied, Denied, Denied, Denied]), //public
        ("update road_trips set author_id = null where id = $row", [Denied, Denied, Denied, Denied]), //public
        ("update road_trips set version = 9 where id = $row", [Denied, Denied, Denied, Denied]),
        ("update road_trips set created_at = now() where id = $row", [Denied, Denied, Denied, Denied]),
        ("update road_trips set idempotency_key = gen_random_uuid() where id = $row", [Denied, Denied, Denied, Denied]),
        ("delete from road_trips where id = $row", [Denied, Rows(1), Rows(0), Denied]),
        ("delete from road_trips", [Denied, Rows(1), Rows(1), Denied]),
        ("truncate road_trips", [Denied, Denied, Denied, Denied]),
    ],
    without_column_grants: &[
        ("select * from road_trips where id = $row", [Rows(0), Rows(1), Rows(0), Denied]), //personal
        (
            "insert into road_trips (/*required*/, user_id) values (/*required_values*/, '$owner')", //personal
            "insert into road_trips (/*required*/, author_id) values (/*required_values*/, '$owner')", //public
            [Denied, Rows(1), Denied, Denied],
        ),
        ("insert into road_trips (/*required*/, author_id) values (/*required_values*/, null)", [Denied, Denied, Denied, Denied]), //public
        ("update road_trips set user_id = '$owner'", [Rows(0), Rows(1), Denied, Denied]), //personal
        ("update road_trips set author_id = '$owner'", [Rows(0), Rows(1), Denied, Denied]), //public
        ("update road_trips set author_id = null", [Rows(0), Denied, Denied, Denied]), //public
        ("update road_trips set /*label*/ = 'z' where id = $row", [Rows(0), Rows(1), Rows(0), Denied]),
        ("delete from road_trips where id = $row", [Rows(0), Rows(1), Rows(0), Denied]),
    ],
    without_claims: &[
        ("select * from road_trips", Rows(0)), //personal
        ("update road_trips set /*label*/ = 'z'", Rows(0)),
        ("insert into road_trips (/*required*/) values (/*required_values*/)", Denied), //public
    ],
};

#[tokio::test]
async fn every_role_may_do_exactly_what_the_matrix_says() {
    check(&[RIGHTS], &[]).await;
}
