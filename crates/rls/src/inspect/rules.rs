//! The rules for every table of a feature, as queries to the catalog: a new table is covered from the day it is made.
//! Tests run them in a fresh database, a doctor in a real one.

/// A rule, and the query for its violations.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The rule in words.
    pub says: &'static str,
    /// The query for its violations: one column of text.
    pub violations: &'static str,
    /// The statement or instruction that repairs it, for the owner of the database; `{}` stands for each violation.
    pub fix: &'static str,
}

macro_rules! rule {
    ($says:literal, $violations:literal, $fix:literal) => {
        Rule {
            says: $says,
            violations: concat!(
                "with tables as (select * from pg_class where relnamespace = 'public'::regnamespace
                   and relkind in ('r', 'p') and relname <> '_sqlx_migrations') ",
                $violations
            ),
            fix: $fix,
        }
    };
}

/// The rules for tables, views and policies in the schema `public`.
pub const RULES: [Rule; 11] = [
    rule!(
        "row-level security is on",
        "select oid::regclass::text from tables where not relrowsecurity",
        "alter table {} enable row level security"
    ),
    rule!(
        "row-level security is forced, for the owner as well",
        "select oid::regclass::text from tables where not relforcerowsecurity",
        "alter table {} force row level security"
    ),
    rule!(
        "the owner can see the rows, to forget users",
        "select oid::regclass::text from tables where not exists (
            select from pg_policy where polrelid = tables.oid and polcmd = '*'
              and polroles = array[relowner] and pg_get_expr(polqual, polrelid) = 'true')",
        "create policy maintenance on {} for all to current_user using (true) with check (true)"
    ),
    rule!(
        "each foreign key to a user is named after the shape of the directory and says what deletion does",
        r"select conrelid::regclass::text || ': ' || conname from pg_constraint
          where contype = 'f' and conrelid in (select oid from tables)
          and confrelid::regclass::text ~ '^neon_auth\.'
          and (conname !~ '_(users_sync|neon_auth_user)_fkey$' or confdeltype not in ('c', 'n'))",
        "write a migration that makes {} anew, as migrations/README.md says"
    ),
    rule!(
        "each foreign key has an index",
        "select conrelid::regclass::text || ': ' || conname from pg_constraint con
          where contype = 'f' and conrelid in (select oid from tables)
          and not exists (select from pg_index where indrelid = con.conrelid and indkey[0] = con.conkey[1])",
        "write a migration that indexes the column of {}"
    ),
    rule!(
        "policies evaluate the identity once per statement, not once per row",
        r"select polrelid::regclass::text || ': ' || polname from pg_policy,
          lateral (values (pg_get_expr(polqual, polrelid)), (pg_get_expr(polwithcheck, polrelid))) as e (expression)
          where expression ~ 'current_user_id' and expression !~ 'SELECT (\w+\.)?current_user_id\(\)'",
        "write (select current_user_id()) in {}"
    ),
    rule!(
        "policies name their roles",
        "select polrelid::regclass::text || ': ' || polname from pg_policy
          where 0 = any(polroles) and polrelid in (select oid from tables)",
        "make {} anew with `to authenticated` or `to anonymous`"
    ),
    rule!(
        "inserts and updates are granted by column, nothing to everybody or to web",
        "select oid::regclass::text || ': ' || acl.privilege_type || ' to '
            || case acl.grantee when 0 then 'public' else acl.grantee::regrole::text end
          from tables, aclexplode(relacl) as acl where acl.grantee <> relowner
          and (acl.privilege_type not in ('SELECT', 'DELETE')
               or acl.grantee not in (select oid from pg_roles where rolname in ('anonymous', 'authenticated')))",
        "revoke what is too much: {}"
    ),
    rule!(
        "views are for reading: what else they allow, they allow with the owner's rights on the directory",
        "select oid::regclass::text || ': ' || acl.privilege_type from pg_class, aclexplode(relacl) as acl
          where relnamespace = 'public'::regnamespace and relkind = 'v'
          and acl.grantee <> relowner and acl.privilege_type <> 'SELECT'",
        "revoke what is too much: {}"
    ),
    rule!(
        "who is not signed in is granted no column to write",
        "select attrelid::regclass::text || '.' || attname from pg_attribute, aclexplode(attacl) as acl
          where attrelid in (select oid from tables) and acl.privilege_type <> 'SELECT'
          and acl.grantee in (select oid from pg_roles where rolname = 'anonymous')",
        "revoke the right of anonymous on {}"
    ),
    rule!(
        "no column that says whose row it is can be written",
        r"select attrelid::regclass::text || '.' || attname from pg_attribute, aclexplode(attacl) as acl
          where attrelid in (select oid from tables) and acl.privilege_type in ('INSERT', 'UPDATE')
          and acl.grantee <> (select relowner from tables where oid = attrelid)
          and exists (select from pg_constraint where contype = 'f' and conrelid = attrelid and attnum = any(conkey)
              and confrelid::regclass::text ~ '^neon_auth\.')",
        "revoke the right to write {}"
    ),
];
