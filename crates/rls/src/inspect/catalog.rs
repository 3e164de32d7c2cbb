//! Queries to the catalog: the user directory, the functions that return the identity, and excessive rights.

use super::Inspection;
use sqlx::{FromRow, PgExecutor};

/// The way to take away a right.
#[derive(Debug, FromRow)]
pub struct Revocation {
    /// The role that may do it.
    pub owner: String,
    /// The statement that it runs.
    pub statement: String,
}

/// The directory of users.
#[derive(Debug, FromRow)]
pub struct Directory {
    /// The name of the table, with its schema.
    pub table: String,
    /// The type of a user's id.
    pub id_type: String,
    /// Whether deleted users are marked, and not removed.
    pub deletes_softly: bool,
}

/// The functions by which SQL reads the identity.
#[derive(Debug, FromRow)]
pub struct IdentityFunctions {
    /// The version of `pg_session_jwt`, when it is installed.
    pub extension: Option<String>,
    /// Those of `auth.session()`, `auth.jwt()`, `auth.user_id()`, `auth.uid()` that exist.
    pub functions: Vec<String>,
    /// The return type of `current_user_id()`, if it exists.
    pub current_user_id: Option<String>,
}

impl Directory {
    /// Returns the directory of users. Around a move both generations can have one: then it is the one that the view
    /// `profiles` reads.
    pub async fn find(database: impl PgExecutor<'_>) -> Result<Option<Self>, sqlx::Error> {
        sqlx::query_as(
            r#"
            select
                format('%I.%I', namespace.nspname, class.relname) as "table",
                format_type(id.atttypid, id.atttypmod) as id_type,
                exists (
                    select from pg_attribute
                    where attrelid = class.oid and attname = 'deleted_at' and not attisdropped
                ) as deletes_softly
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
            "#,
        )
        .fetch_optional(database)
        .await
    }

    /// Returns whether this is the directory of Managed Neon Auth.
    pub fn is_managed(&self) -> bool {
        self.table == r#"neon_auth."user""#
    }
}

impl Inspection {
    /// Returns who may take the right to make temporary tables from this login, and by which statement, where it has
    /// that right.
    pub async fn temporary_tables(&mut self) -> Result<Option<Revocation>, sqlx::Error> {
        sqlx::query_as(
            "
            select
                datdba::regrole::text as owner,
                format('revoke temporary on database %I from public, %I', datname, session_user) as statement
            from pg_database
            where datname = current_database() and has_database_privilege(session_user, oid, 'temporary')
            ",
        )
        .fetch_optional(&mut self.0)
        .await
    }

    /// Returns the directory of users, if there is one.
    pub async fn directory(&mut self) -> Result<Option<Directory>, sqlx::Error> {
        Directory::find(&mut self.0).await
    }

    /// Returns whether the owner may delete users of Neon Auth, as an account ends where Neon Auth itself does not.
    /// Unknown before the migrations ran.
    pub async fn may_delete_users(&mut self) -> Result<Option<bool>, sqlx::Error> {
        sqlx::query_scalar(
            "
            select has_table_privilege(function.proowner, directory.oid, 'delete') as may
            from pg_proc function, pg_class directory
            where function.proname = 'delete_neon_auth_user' and function.pronamespace::regnamespace::text = 'web'
              and directory.relname = 'user' and directory.relnamespace::regnamespace::text = 'neon_auth'
            ",
        )
        .fetch_optional(&mut self.0)
        .await
    }

    /// Returns the functions by which SQL reads the identity.
    pub async fn identity_functions(&mut self) -> Result<IdentityFunctions, sqlx::Error> {
        sqlx::query_as(
            "
            select
                (select extversion from pg_extension where extname = 'pg_session_jwt') as extension,
                array(
                    select distinct proname::text from pg_proc
                    join pg_namespace namespace on namespace.oid = pronamespace
                    where nspname = 'auth' and proname in ('session', 'jwt', 'user_id', 'uid') and pronargs = 0
                    order by 1
                ) as functions,
                (
                    select format_type(prorettype, null) from pg_proc
                    join pg_namespace namespace on namespace.oid = pronamespace
                    where nspname = 'public' and proname = 'current_user_id' and pronargs = 0
                ) as current_user_id
            ",
        )
        .fetch_one(&mut self.0)
        .await
    }
}
