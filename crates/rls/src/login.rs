//! Checks that row-level security holds under a login. It repairs nothing: it names the fix.

use crate::error::DbError;
use sqlx::{FromRow, PgExecutor};

/// The reason why a server must not use this login.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Debug, thiserror::Error)]
pub enum LoginProblem {
    /// The database does not answer yet. Trying again may help.
    #[error("the database does not answer: {0}")]
    Unreachable(DbError),
    /// A wrong password, or no such login or database.
    #[error("PostgreSQL refused the login: {0}. The runner of the migrations gives the login \"web\" its password")]
    Refused(String),
    #[error(
        "the URL logs in as \"{login}\", which {why}. Policies would not hold: use the login \"web\", which the \
         migrations create"
    )]
    TooPowerful { login: String, why: String },
    #[error("the URL logs in as \"{0}\": use the login \"web\", which the migrations create")]
    NotWeb(String),
    #[error(
        "a connection begins with an identity ({0}). Only a transaction may carry one: run `alter role web reset all` \
         and `alter role web in database … reset all` as the owner"
    )]
    CarriesIdentity(String),
    #[error("{0} Run the migrations as the owner of the database")]
    NotMigrated(&'static str),
}

#[derive(FromRow)]
struct Login {
    name: String,
    superuser: bool,
    acts_as: String,
    has_claims: bool,
    bypasses_rls: bool,
    owns_database: bool,
    owned: Option<String>,
    member_of: Option<String>,
    has_rights_on: Option<String>,
    roles_exist: bool,
    has_sessions: bool,
}

const LOGIN: &str = "
    select
        me.rolname::text as name,
        me.rolsuper as superuser,
        current_user::text as acts_as,
        nullif(current_setting('request.jwt.claims', true), '') is not null as has_claims,
        me.rolbypassrls as bypasses_rls,
        database.datdba = me.oid as owns_database,
        (
            select class.oid::regclass::text from pg_class class
            join pg_namespace namespace on namespace.oid = class.relnamespace
            where class.relowner = me.oid and namespace.nspname !~ '^pg_'
            limit 1
        ) as owned,
        (
            select role.rolname::text from pg_roles role
            where role.oid <> me.oid and role.rolname not in ('anonymous', 'authenticated')
              and pg_has_role(me.oid, role.oid, 'member')
            order by role.rolbypassrls desc, role.rolname limit 1
        ) as member_of,
        (
            select class.oid::regclass::text from pg_class class
            join pg_namespace namespace on namespace.oid = class.relnamespace
            where class.relkind in ('r', 'p', 'v', 'm', 'f')
              and namespace.nspname not in ('web', 'information_schema') and namespace.nspname !~ '^pg_'
              and (
                  has_any_column_privilege(me.oid, class.oid, 'select, insert, update, references')
                  or has_table_privilege(me.oid, class.oid, 'delete, truncate, trigger')
              )
            limit 1
        ) as has_rights_on,
        to_regrole('anonymous') is not null and to_regrole('authenticated') is not null as roles_exist,
        exists (
            select from pg_class class join pg_namespace namespace on namespace.oid = class.relnamespace
            where namespace.nspname = 'web' and class.relname = 'session'
        ) as has_sessions
    from pg_roles me, pg_database database
    where me.rolname = session_user and database.datname = current_database()
";

pub(crate) async fn check(database: impl PgExecutor<'_>) -> Result<(), LoginProblem> {
    let login: Login = sqlx::query_as(LOGIN).fetch_one(database).await.map_err(connection_problem)?;

    let reason = if login.superuser {
        Some("is a superuser".to_owned())
    } else if login.bypasses_rls {
        Some("bypasses row-level security".to_owned())
    } else if login.owns_database {
        Some("owns the database".to_owned())
    } else if let Some(table) = login.owned {
        Some(format!("owns {table}"))
    } else if let Some(role) = login.member_of {
        Some(format!("is a member of \"{role}\""))
    } else {
        login.has_rights_on.map(|table| format!("has rights of its own on {table}"))
    };
    match reason {
        Some(why) => Err(LoginProblem::TooPowerful { login: login.name, why }),
        None if login.name != "web" => Err(LoginProblem::NotWeb(login.name)),
        None if login.acts_as != login.name => Err(LoginProblem::CarriesIdentity(format!("role {}", login.acts_as))),
        None if login.has_claims => Err(LoginProblem::CarriesIdentity("request.jwt.claims".to_owned())),
        None if !login.roles_exist => Err(LoginProblem::NotMigrated("The roles of the features do not exist yet.")),
        None if !login.has_sessions => Err(LoginProblem::NotMigrated("The database has no tables yet.")),
        None => Ok(()),
    }
}

/// Returns the problem behind a connection that could not be opened.
pub(crate) fn connection_problem(error: sqlx::Error) -> LoginProblem {
    match error.as_database_error() {
        // Wrong password or no such login; no such database.
        Some(refusal) if refusal.code().is_some_and(|code| code.starts_with("28") || code.starts_with("3D")) => {
            LoginProblem::Refused(refusal.message().to_owned())
        }
        _ => LoginProblem::Unreachable(error.into()),
    }
}
