//! Queries to the catalog: the user directory, the functions that return the identity, and excessive rights.

use super::Inspection;
use crate::directory::Directory;
use sqlx::FromRow;

/// The way to take away a right.
#[derive(Debug, FromRow)]
pub struct Revocation {
    /// The role that may do it.
    pub owner: String,
    /// The statement that it runs.
    pub statement: String,
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

    /// Returns the directory of users that is in use.
    pub async fn directory(&mut self) -> Result<Option<Directory>, sqlx::Error> {
        Directory::in_use(&mut self.0).await
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
