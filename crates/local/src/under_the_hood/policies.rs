//! The policies of the feature tables, as PostgreSQL's catalogue has them, and which of them apply to a statement.

use rls::{Db, DbError, Reads};

/// A policy, as the catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Policy {
    pub table: String,
    pub name: String,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    pub roles: Vec<String>,
    /// The condition on the rows that are seen.
    pub using: Option<String>,
    /// The condition on the rows that are written.
    pub check: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableAccess {
    Select,
    Insert,
    Update,
    Delete,
}

/// Reads the policies of all tables of features.
pub async fn all(db: &Db) -> Result<Vec<Policy>, DbError> {
    let policies = sqlx::query_as(
        r#"select tablename::text as "table", policyname::text as "name", cmd as "command", roles::text[] as "roles",
                  qual as "using", with_check as "check"
           from pg_policies where schemaname = 'public' order by tablename, cmd, policyname"#,
    );
    Ok(policies.fetch_all(db.as_anonymous().await?.connection()).await?)
}

/// Returns the policies that apply to this statement when `role` runs it.
pub fn applicable<'a>(policies: &'a [Policy], role: &str, sql: &str) -> Vec<&'a Policy> {
    let accesses = table_accesses(sql);
    let applies = |policy: &&Policy| {
        policy.roles.iter().any(|to| to == role || to == "public")
            && accesses.iter().any(|(table, access)| *table == policy.table && access.is_covered_by(&policy.command))
    };
    policies.iter().filter(applies).collect()
}

impl TableAccess {
    fn is_covered_by(self, command: &str) -> bool {
        match command {
            "ALL" => true,
            // What is changed by a condition is read for it, and so is what is returned.
            "SELECT" => self != Self::Insert,
            "INSERT" => self == Self::Insert,
            "UPDATE" => self == Self::Update,
            "DELETE" => self == Self::Delete,
            _ => false,
        }
    }
}

/// Returns the names in the place of a table, and how each is accessed. Statements of stores are written plainly, and a
/// name that is no table has no policies.
fn table_accesses(sql: &str) -> Vec<(&str, TableAccess)> {
    let code = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let words: Vec<&str> = code
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut accesses = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let [word, name] = pair else { continue };
        match *word {
            "from" if at > 0 && words[at - 1] == "delete" => accesses.push((*name, TableAccess::Delete)),
            "from" | "join" => accesses.push((*name, TableAccess::Select)),
            "into" => accesses.push((*name, TableAccess::Insert)),
            "update" => accesses.push((*name, TableAccess::Update)),
            _ => {}
        }
    }
    // What an insert hands back, or compares with what is there, it reads.
    if words.iter().any(|word| matches!(*word, "returning" | "conflict")) {
        let read: Vec<_> = accesses.iter().map(|(name, _)| (*name, TableAccess::Select)).collect();
        accesses.extend(read);
    }
    accesses
}

#[cfg(test)]
mod tests {
    use super::{Policy, applicable};

    fn policies() -> Vec<Policy> {
        let policy = |table: &str, name: &str, command: &str, roles: &[&str]| Policy {
            table: table.to_owned(),
            name: name.to_owned(),
            command: command.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            using: None,
            check: None,
        };
        vec![
            policy("posts", "read", "SELECT", &["anonymous", "authenticated"]),
            policy("posts", "write", "INSERT", &["authenticated"]),
            policy("posts", "edit", "UPDATE", &["authenticated"]),
            policy("posts", "delete", "DELETE", &["authenticated"]),
            policy("posts", "maintenance", "ALL", &["app_owner"]),
            policy("notes", "own", "ALL", &["authenticated"]),
        ]
    }

    #[test]
    fn policies_apply_by_table_role_and_command() {
        let policies = policies();
        let applicable = |role: &str, sql: &str| {
            applicable(&policies, role, sql).into_iter().map(|policy| policy.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(applicable("anonymous", "select id from posts"), ["read"]);
        assert_eq!(applicable("anonymous", "select id from notes"), [""; 0]);
        assert_eq!(applicable("authenticated", "insert into posts (title) values ($1)"), ["write"]);
        assert_eq!(
            applicable("authenticated", "insert into posts (title) values ($1) returning id"),
            ["read", "write"]
        );
        assert_eq!(applicable("authenticated", "update posts set title = $1 where id = $2"), ["read", "edit"]);
        assert_eq!(applicable("authenticated", "delete from posts where id = $1"), ["read", "delete"]);
        assert_eq!(
            applicable("authenticated", "select count(*) from (select 1 from notes) as t join posts on true"),
            ["read", "own"]
        );
        assert_eq!(applicable("authenticated", "select 1 -- from posts\n"), [""; 0]);
        assert_eq!(applicable("authenticated", "select title from web.session"), [""; 0]);
    }
}
