//! Two tables as features have them, for tests of what holds for every table: notes, which go with their owner, and letters,
//! which anybody reads and which stay without a name.
//! It must not be part of the schema: a test that wants them makes them.

use super::TestDatabase;
use rls::{DbError, Insert, Reads, UserTx};
use sqlx::Executor;

/// As `migrations/README.md` shows, for each shape of the directory.
const TABLES: &str = r#"
    set role app_owner;
    do $$
    declare
      directory record;
    begin
      select * into directory from web.user_directory();
      execute format(
        $sql$
          create table notes (
            id bigint generated always as identity primary key,
            body text not null,
            user_id %1$s not null default current_user_id(),
            submission_id uuid not null default gen_random_uuid(),
            constraint notes_user_id_%3$s foreign key (user_id) references %2$s (id) on delete cascade,
            constraint notes_submission_key unique (user_id, submission_id)
          );
          create table letters (
            id bigint generated always as identity primary key,
            body text not null,
            author_id %1$s default current_user_id(),
            submission_id uuid not null default gen_random_uuid(),
            constraint letters_author_id_%3$s foreign key (author_id) references %2$s (id) on delete set null,
            constraint letters_submission_key unique (author_id, submission_id)
          );
        $sql$,
        directory.id_type, directory.target, directory.label
      );
    end
    $$;
    grant select on notes, letters to authenticated;
    grant select on letters to anonymous;
    grant insert (body) on notes, letters to authenticated;
    alter table notes enable row level security;
    alter table notes force row level security;
    alter table letters enable row level security;
    alter table letters force row level security;
    create policy notes_belong_to_their_owner on notes for all to authenticated
      using (user_id = (select current_user_id())) with check (user_id = (select current_user_id()));
    create policy notes_maintenance on notes for all to current_user using (true) with check (true);
    create policy letters_are_read_by_anyone on letters for select to anonymous, authenticated using (true);
    create policy letters_are_written_by_their_author on letters for insert to authenticated
      with check (author_id = (select current_user_id()));
    create policy letters_maintenance on letters for all to current_user using (true) with check (true);
    reset role"#;

impl TestDatabase {
    /// With notes and letters.
    pub async fn with_tables(self) -> Self {
        self.superuser.execute(sqlx::raw_sql(TABLES)).await.expect("the tables are made");
        self
    }
}

pub struct Note<'a>(pub &'a str);

impl Insert for Note<'_> {
    type Row = i64;

    async fn insert(&self, tx: &mut UserTx) -> Result<i64, DbError> {
        let id = sqlx::query_scalar("insert into notes (body) values ($1) returning id");
        Ok(id.bind(self.0).fetch_one(tx.connection()).await?)
    }
}

pub struct Letter<'a>(pub &'a str);

impl Insert for Letter<'_> {
    type Row = i64;

    async fn insert(&self, tx: &mut UserTx) -> Result<i64, DbError> {
        let id = sqlx::query_scalar("insert into letters (body) values ($1) returning id");
        Ok(id.bind(self.0).fetch_one(tx.connection()).await?)
    }
}

/// What somebody sees of the notes, the newest first.
pub async fn notes(tx: &mut UserTx) -> Vec<String> {
    let bodies = sqlx::query_scalar("select body from notes order by id desc");
    bodies.fetch_all(tx.connection()).await.expect("notes")
}

/// Each letter with the name of its author.
pub async fn letters(tx: &mut impl Reads) -> Vec<(String, Option<String>)> {
    let letters = sqlx::query_as(
        "select body, nullif(name, '') from letters left join profiles on profiles.id = author_id order by body, letters.id",
    );
    letters.fetch_all(tx.connection()).await.expect("letters")
}
