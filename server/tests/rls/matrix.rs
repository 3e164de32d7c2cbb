//! The exact outcome of every command on every table for every role.

use super::users::{TestUser, database_with};
use crate::support::{Shape, TestDatabase};
use rls::{Db, Reads};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// The number of rows returned or changed, or SQLSTATE 42501.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Rows(u64),
    Denied,
}
use Outcome::{Denied, Rows};

/// A statement and its outcomes: for an anonymous user, the row's owner, another user, and outside a transaction of
/// `Db`. `$owner` is the id of the owner.
pub type Case = (&'static str, [Outcome; 4]);

/// The rights on one table: a row in it, and the cases.
pub struct Rights {
    pub table: &'static str,
    /// The placeholder for the id of the owner's row, and the statement that adds such a row.
    pub row: (&'static str, &'static str),
    pub cases: &'static [Case],
    /// The cases when both roles are granted everything.
    pub without_column_grants: &'static [Case],
    /// The cases of the role `authenticated` without an identity.
    pub without_claims: &'static [(&'static str, Outcome)],
}

/// The rights on the tables of the tests' own feature.
const TABLES: &[Rights] = &[
    Rights {
        table: "memos",
        row: ("$memo", "insert into memos (body) values ('tea') returning id"),
        cases: &[
            ("select * from memos", [Denied, Rows(1), Rows(1), Denied]),
            ("select * from memos where id = $memo", [Denied, Rows(1), Rows(0), Denied]),
            ("insert into memos (body) values ('x')", [Denied, Rows(1), Rows(1), Denied]),
            ("insert into memos (body, user_id) values ('x', '$owner')", [Denied, Denied, Denied, Denied]),
            ("update memos set body = 'y' where id = $memo", [Denied, Denied, Denied, Denied]),
            ("delete from memos where id = $memo", [Denied, Rows(1), Rows(0), Denied]),
            ("delete from memos", [Denied, Rows(1), Rows(1), Denied]),
            ("truncate memos", [Denied, Denied, Denied, Denied]),
            ("select purge_old_memos()", [Denied, Denied, Denied, Rows(1)]),
        ],
        without_column_grants: &[
            ("select * from memos where id = $memo", [Rows(0), Rows(1), Rows(0), Denied]),
            ("insert into memos (body, user_id) values ('x', '$owner')", [Denied, Rows(1), Denied, Denied]),
            ("update memos set user_id = '$owner'", [Rows(0), Rows(1), Denied, Denied]),
            ("update memos set body = 'y' where id = $memo", [Rows(0), Rows(1), Rows(0), Denied]),
        ],
        without_claims: &[("select * from memos", Rows(0)), ("delete from memos", Rows(0))],
    },
    Rights {
        table: "letters",
        row: ("$letter", "insert into letters (body) values ('tea') returning id"),
        cases: &[
            ("select * from letters", [Rows(2), Rows(2), Rows(2), Denied]),
            ("select * from letters where id = $letter", [Rows(1), Rows(1), Rows(1), Denied]),
            ("insert into letters (body) values ('x')", [Denied, Rows(1), Rows(1), Denied]),
            ("insert into letters (body, author_id) values ('x', '$owner')", [Denied, Denied, Denied, Denied]),
            ("insert into letters (body, author_id) values ('x', null)", [Denied, Denied, Denied, Denied]),
            ("update letters set body = 'y' where id = $letter", [Denied, Denied, Denied, Denied]),
            ("delete from letters where id = $letter", [Denied, Denied, Denied, Denied]),
            ("truncate letters", [Denied, Denied, Denied, Denied]),
        ],
        without_column_grants: &[
            ("insert into letters (body, author_id) values ('x', '$owner')", [Denied, Rows(1), Denied, Denied]),
            ("insert into letters (body, author_id) values ('x', null)", [Denied, Denied, Denied, Denied]),
            ("update letters set body = 'y'", [Rows(0), Rows(0), Rows(0), Denied]),
            ("delete from letters", [Rows(0), Rows(0), Rows(0), Denied]),
        ],
        without_claims: &[("select * from letters", Rows(2)), ("insert into letters (body) values ('x')", Denied)],
    },
];

/// The directory is closed, except for the ids and names of users.
const USERS: &[Case] = &[
    ("select id, name from profiles where id::text = '$owner'", [Rows(1), Rows(1), Rows(1), Denied]),
    ("insert into profiles default values", [Denied, Denied, Denied, Denied]),
    // PostgreSQL refuses an update of the view's generated column before it checks the right, so this asks for the
    // right.
    ("select 1 where has_any_column_privilege('profiles', 'update')", [Rows(0), Rows(0), Rows(0), Rows(0)]),
    ("delete from profiles", [Denied, Denied, Denied, Denied]),
    ("select id from $directory", [Denied, Denied, Denied, Denied]),
    ("select email from $directory", [Denied, Denied, Denied, Denied]),
    ("insert into $directory default values", [Denied, Denied, Denied, Denied]),
    ("update $directory set $column = null", [Denied, Denied, Denied, Denied]),
    ("delete from $directory", [Denied, Denied, Denied, Denied]),
];

/// The server's own tables: only its plain login has rights on them.
const SERVER: &[Case] = &[
    ("select * from web.session", [Denied, Denied, Denied, Rows(1)]),
    (
        "insert into web.session (id_hash, ciphertext, expires_at) values (sha256('2'), 'x', now())",
        [Denied, Denied, Denied, Rows(1)],
    ),
    ("update web.session set last_seen = now() where id_hash = sha256('1')", [Denied, Denied, Denied, Rows(1)]),
    ("delete from web.session where id_hash = sha256('2')", [Denied, Denied, Denied, Rows(1)]),
    ("truncate web.session", [Denied, Denied, Denied, Denied]),
    ("select forget_user('00000000-0000-4000-8000-000000000000')", [Denied, Denied, Denied, Rows(1)]),
    ("select purge_deleted_users()", [Denied, Denied, Denied, Rows(1)]),
    ("select * from web.user_directory()", [Denied, Denied, Denied, Denied]),
    ("select * from web.references_to_users()", [Denied, Denied, Denied, Denied]),
    ("select current_user_id()", [Rows(1), Rows(1), Rows(1), Denied]),
    ("select * from _sqlx_migrations", [Denied, Denied, Denied, Denied]),
    ("delete from _sqlx_migrations", [Denied, Denied, Denied, Denied]),
    ("create table mine (id int)", [Denied, Denied, Denied, Denied]),
    ("create schema mine", [Denied, Denied, Denied, Denied]),
];

/// A database with a row of each of two users in each table.
struct Matrix {
    database: TestDatabase,
    db: Db,
    owner: TestUser,
    other: TestUser,
    /// The id of the owner's row in each table, with its placeholder.
    rows: Vec<(&'static str, i64)>,
}

impl Matrix {
    async fn new(shape: Shape, tables: &[Rights]) -> Self {
        let (database, db, [owner, other]) = database_with(shape, ["Ada", "Bob"]).await;
        let mut rows = Vec::new();
        for user in [&other, &owner] {
            let mut tx = db.as_user(&user.claims).await.unwrap();
            rows.clear();
            for &Rights { row: (placeholder, insert), .. } in tables {
                rows.push((placeholder, sqlx::query_scalar(insert).fetch_one(tx.connection()).await.unwrap()));
            }
            tx.commit().await.unwrap();
        }
        let session = "insert into web.session (id_hash, ciphertext, expires_at) values (sha256('1'), 'x', now())";
        database.run(session).await;
        Self { database, db, owner, other, rows }
    }

    fn statement(&self, template: &str) -> String {
        let (directory, column) = match self.database.shape {
            Shape::Managed => (r#"neon_auth."user""#, "image"),
            Shape::SyncUuid | Shape::SyncText => ("neon_auth.users_sync", "deleted_at"),
        };
        self.rows
            .iter()
            .fold(template.to_owned(), |statement, (placeholder, id)| statement.replace(placeholder, &id.to_string()))
            .replace("$owner", &self.owner.id())
            .replace("$directory", directory)
            .replace("$column", column)
    }

    /// Runs a statement as each of the four, and rolls transactions back.
    async fn outcomes(&self, statement: &str) -> [Outcome; 4] {
        let mut anonymous = self.db.as_anonymous().await.unwrap();
        let mut owner = self.db.as_user(&self.owner.claims).await.unwrap();
        let anonymous = outcome(anonymous.connection(), statement).await;
        let owners = outcome(owner.connection(), statement).await;
        drop(owner);
        let mut other = self.db.as_user(&self.other.claims).await.unwrap();
        let others = outcome(other.connection(), statement).await;
        drop(other);
        let mut plain = PgConnection::connect(&self.database.direct_url).await.unwrap();
        [anonymous, owners, others, outcome(&mut plain, statement).await]
    }

    async fn assert_outcomes<'a>(&self, cases: impl Iterator<Item = &'a Case>) {
        let mut wrong = Vec::new();
        for (template, expected) in cases {
            let outcomes = self.outcomes(&self.statement(template)).await;
            if outcomes != *expected {
                wrong.push(format!("{template}\n  expected {expected:?}\n  found    {outcomes:?}"));
            }
        }
        assert!(wrong.is_empty(), "{:?}:\n{}", self.database.shape, wrong.join("\n"));
    }

    async fn assert_no_rights_without_claims(&self, tables: &[Rights]) {
        let mut web = PgConnection::connect(&self.database.direct_url).await.unwrap();
        web.execute("set role authenticated").await.unwrap();
        for claims in ["", "{}", r#"{"sub":null}"#, r#"{"sub":7}"#] {
            let set = sqlx::query("select set_config('request.jwt.claims', $1, false)").bind(claims);
            set.execute(&mut web).await.unwrap();
            for (statement, expected) in tables.iter().flat_map(|table| table.without_claims) {
                assert_eq!(outcome(&mut web, statement).await, *expected, "{statement}");
            }
            for &Rights { row: (_, insert), .. } in tables {
                web.execute(insert).await.unwrap_err();
            }
        }
    }
}

async fn outcome(connection: &mut PgConnection, statement: &str) -> Outcome {
    let statement = AssertSqlSafe(statement.to_owned());
    let result = if statement.0.starts_with("select") {
        connection.fetch_all(sqlx::query(statement)).await.map(|rows| rows.len() as u64)
    } else {
        connection.execute(sqlx::query(statement)).await.map(|done| done.rows_affected())
    };
    match result {
        Ok(rows) => Rows(rows),
        Err(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some("42501") => Denied,
        Err(error) => panic!("{error}"),
    }
}

/// Tests the rights on these tables, whose rows are added in this order, and `more` cases.
pub async fn check(tables: &'static [Rights], more: &[Case]) {
    for shape in Shape::ALL {
        let matrix = Matrix::new(shape, tables).await;
        matrix.assert_outcomes(tables.iter().flat_map(|table| table.cases).chain(more)).await;
        matrix.assert_no_rights_without_claims(tables).await;

        // The policies have to hold without column grants, too.
        for Rights { table, .. } in tables {
            let grant = format!("grant select, insert, update, delete on {table} to authenticated, anonymous");
            matrix.database.run(&grant).await;
        }
        matrix.assert_outcomes(tables.iter().flat_map(|table| table.without_column_grants)).await;
    }
}

#[tokio::test]
async fn every_role_may_do_exactly_what_the_matrix_says() {
    check(TABLES, &[USERS, SERVER].concat()).await;
}
