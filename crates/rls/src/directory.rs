//! The directory of users: the table in which Neon Auth keeps the accounts.

use sqlx::FromRow;
use sqlx::postgres::PgConnection;

/// The directory of users.
#[derive(Debug, FromRow)]
pub struct Directory {
    /// The name of the table, with its schema.
    pub table: String,
    /// The type of a user's id.
    pub id_type: String,
    /// Whether deleted users are marked, and not removed.
    pub deletes_softly: bool,
    /// Whether it is that of Managed Neon Auth.
    pub is_managed: bool,
}

impl Directory {
    /// Returns the directory that is in use; `None` where there is none. Around a move both generations of Neon Auth
    /// can have one: then it is the one that the view `profiles` reads.
    pub(crate) async fn in_use(connection: &mut PgConnection) -> Result<Option<Self>, sqlx::Error> {
        let directory = sqlx::query_as(
            r#"
            select
                format('%I.%I', namespace.nspname, class.relname) as "table",
                format_type(id.atttypid, id.atttypmod) as id_type,
                exists (
                    select from pg_attribute
                    where attrelid = class.oid and attname = 'deleted_at' and not attisdropped
                ) as deletes_softly,
                class.relname = 'user' as is_managed
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
                is_managed desc
            limit 1
            "#,
        );
        directory.fetch_optional(connection).await
    }
}
