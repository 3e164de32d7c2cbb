//! A database as its doctor sees it: how far away, of which kind, what is in its catalog. Any login may look.
//! It must not change anything, nor read a row of a feature.

mod planned;
mod rules;

pub use planned::{Planned, planned};
pub use rules::{RULES, Rule};

use crate::database_url::connect_options;
use crate::error::DbError;
use crate::login::{self, LoginProblem};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions, Connection, Executor};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// One connection of its own, for as long as the questions take.
pub struct Inspection(PgConnection);

#[derive(Debug)]
pub struct Server {
    /// Such as `17.2`.
    pub version: String,
    pub now: OffsetDateTime,
}

/// How a right is taken away.
#[derive(Debug)]
pub struct Revocation {
    /// The role that can.
    pub owner: String,
    pub statement: String,
}

/// Where the users are.
#[derive(Debug)]
pub struct Directory {
    pub table: String,
    pub id_type: String,
    pub deletes_softly: bool,
}

/// How SQL learns who is asking.
#[derive(Debug)]
pub struct Identity {
    /// Of `pg_session_jwt`, when it is installed.
    pub extension: Option<String>,
    /// Which of `auth.session()`, `auth.jwt()`, `auth.user_id()`, `auth.uid()` there are.
    pub functions: Vec<String>,
    /// What `current_user_id()` returns, when it is there.
    pub current_user_id: Option<String>,
}

/// The migrations that ran here, next to those that this build knows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Migrations {
    pub applied: usize,
    pub missing: Vec<i64>,
    /// Ran, and this build does not know them: it is older than the database.
    pub unknown: Vec<i64>,
    /// Ran with another text than they have now.
    pub changed: Vec<i64>,
}

impl Inspection {
    pub async fn open(url: &str, application_name: &str, patience: Duration) -> Result<Self, LoginProblem> {
        let options = connect_options(url).map_err(|error| login::unanswered(sqlx::Error::config(error)))?;
        let options = options.application_name(application_name).statement_cache_capacity(0);
        match tokio::time::timeout(patience, options.connect()).await {
            Ok(Ok(connection)) => Ok(Self(connection)),
            Ok(Err(error)) => Err(login::unanswered(error)),
            Err(_) => Err(LoginProblem::Unreachable(DbError::Unavailable(sqlx::Error::PoolTimedOut))),
        }
    }

    pub async fn close(self) {
        self.0.close().await.ok();
    }

    /// The middle one of a few round trips. A statement, because a pooler would answer a ping itself.
    pub async fn round_trip(&mut self) -> Result<Duration, sqlx::Error> {
        let mut times = Vec::new();
        for _ in 0..7 {
            let started = Instant::now();
            self.0.execute(sqlx::raw_sql("select 1")).await?;
            times.push(started.elapsed());
        }
        times.sort_unstable();
        Ok(times[times.len() / 2])
    }

    pub async fn server(&mut self) -> Result<Server, sqlx::Error> {
        sqlx::query_as!(
            Server,
            r#"select current_setting('server_version') as "version!", clock_timestamp() as "now!""#
        )
        .fetch_one(&mut self.0)
        .await
    }

    /// Whether this login is one under which row-level security holds.
    pub async fn check_login(&mut self) -> Result<(), LoginProblem> {
        login::check(&mut self.0).await
    }

    /// Who may take the right to make temporary tables from this login, and by which statement, where it has that right.
    pub async fn temporary_tables(&mut self) -> Result<Option<Revocation>, sqlx::Error> {
        sqlx::query_as!(
            Revocation,
            r#"
            select
                datdba::regrole::text as "owner!",
                format('revoke temporary on database %I from public, %I', datname, session_user) as "statement!"
            from pg_database
            where datname = current_database() and has_database_privilege(session_user, oid, 'temporary')
            "#
        )
        .fetch_optional(&mut self.0)
        .await
    }

    /// The one that `profiles` reads, where both generations are there.
    pub async fn directory(&mut self) -> Result<Option<Directory>, sqlx::Error> {
        sqlx::query_as!(
            Directory,
            r#"
            select
                format('%I.%I', namespace.nspname, class.relname) as "table!",
                format_type(id.atttypid, id.atttypmod) as "id_type!",
                exists (
                    select from pg_attribute
                    where attrelid = class.oid and attname = 'deleted_at' and not attisdropped
                ) as "deletes_softly!"
            from pg_class class
            join pg_namespace namespace on namespace.oid = class.relnamespace
            join pg_attribute id on id.attrelid = class.oid and id.attname = 'id' and not id.attisdropped
            where namespace.nspname = 'neon_auth' and class.relname in ('user', 'users_sync')
              and class.relkind in ('r', 'p')
            order by
                exists (
                    select from pg_depend
                    join pg_rewrite on pg_rewrite.oid = objid
                    where classid = 'pg_rewrite'::regclass and ev_class = to_regclass('public.profiles')
                      and refclassid = 'pg_class'::regclass and refobjid = class.oid
                ) desc,
                class.relname = 'user' desc
            limit 1
            "#
        )
        .fetch_optional(&mut self.0)
        .await
    }

    /// Whether the owner may delete users of Neon Auth, as an account ends where Neon Auth itself does not. Unknown before the
    /// migrations ran.
    pub async fn may_delete_users(&mut self) -> Result<Option<bool>, sqlx::Error> {
        sqlx::query_scalar!(
            r#"
            select has_table_privilege(function.proowner, directory.oid, 'delete') as "may!"
            from pg_proc function, pg_class directory
            where function.proname = 'delete_neon_auth_user' and function.pronamespace::regnamespace::text = 'web'
              and directory.relname = 'user' and directory.relnamespace::regnamespace::text = 'neon_auth'
            "#
        )
        .fetch_optional(&mut self.0)
        .await
    }

    pub async fn identity(&mut self) -> Result<Identity, sqlx::Error> {
        sqlx::query_as!(
            Identity,
            r#"
            select
                (select extversion from pg_extension where extname = 'pg_session_jwt') as extension,
                array(
                    select distinct proname::text from pg_proc
                    join pg_namespace namespace on namespace.oid = pronamespace
                    where nspname = 'auth' and proname in ('session', 'jwt', 'user_id', 'uid') and pronargs = 0
                    order by 1
                ) as "functions!",
                (
                    select format_type(prorettype, null) from pg_proc
                    join pg_namespace namespace on namespace.oid = pronamespace
                    where nspname = 'public' and proname = 'current_user_id' and pronargs = 0
                ) as current_user_id
            "#
        )
        .fetch_one(&mut self.0)
        .await
    }

    /// Who breaks this rule.
    pub async fn offenders(&mut self, rule: &Rule) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar(rule.offenders).fetch_all(&mut self.0).await
    }

    /// What the migrations of this build make and this database does not have.
    pub async fn missing(&mut self, migrations: &Migrator) -> Result<Vec<Planned>, sqlx::Error> {
        let there = sqlx::query!(
            r#"
            select 'policy ' || polname || ' on ' || class.relname as "name!" from pg_policy
            join pg_class class on class.oid = polrelid
            union all
            select 'index ' || class.relname || ' on ' || owner.relname from pg_index
            join pg_class class on class.oid = indexrelid
            join pg_class owner on owner.oid = indrelid
            where indisvalid
            "#
        )
        .fetch_all(&mut self.0)
        .await?;
        Ok(planned(migrations).into_iter().filter(|planned| there.iter().all(|row| row.name != planned.name)).collect())
    }

    /// `None` when this login may not know: sqlx's table belongs to the owner.
    pub async fn migrations(&mut self, migrations: &Migrator) -> Result<Option<Migrations>, sqlx::Error> {
        let table = sqlx::query!(
            r#"
            select class.oid is not null as "exists!", coalesce(has_table_privilege(class.oid, 'select'), false) as "readable!"
            from (select to_regclass('public._sqlx_migrations')::oid) as class (oid)
            "#
        )
        .fetch_one(&mut self.0)
        .await?;
        let known = || migrations.iter().filter(|migration| !migration.migration_type.is_down_migration());
        if !table.exists {
            let missing = known().map(|migration| migration.version).collect();
            return Ok(Some(Migrations { missing, ..Migrations::default() }));
        }
        if !table.readable {
            return Ok(None);
        }
        let ran = sqlx::query!("select version, checksum from public._sqlx_migrations where success order by version")
            .fetch_all(&mut self.0)
            .await?;
        let of = |version: i64| known().find(|migration| migration.version == version);
        let missing =
            known().map(|migration| migration.version).filter(|version| ran.iter().all(|row| row.version != *version));
        let changed = ran.iter().filter(|row| of(row.version).is_some_and(|known| *known.checksum != *row.checksum));
        Ok(Some(Migrations {
            applied: ran.len(),
            missing: missing.collect(),
            unknown: ran.iter().map(|row| row.version).filter(|version| of(*version).is_none()).collect(),
            changed: changed.map(|row| row.version).collect(),
        }))
    }
}
