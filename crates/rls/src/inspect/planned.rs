//! What migrations make, read from their text: a policy that was dropped is missed by name, and a feature that is removed is
//! not. It does not understand SQL: it finds statements that are written as below, so compare it with a migrated database.

use sqlx::migrate::Migrator;

/// A policy or an index that migrations make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Such as `policy notes_maintenance on notes`, without schemas.
    pub name: String,
    /// The statement that makes it.
    pub statement: String,
}

/// Returns what is there after all migrations.
pub fn planned(migrations: &Migrator) -> Vec<Planned> {
    let mut planned = Vec::new();
    for migration in migrations.iter().filter(|migration| !migration.migration_type.is_down_migration()) {
        let text: String = migration.sql.as_str().lines().map(|line| line.split("--").next().unwrap_or_default()).fold(
            String::new(),
            |mut text, line| {
                text.push_str(line);
                text.push('\n');
                text
            },
        );
        text.split(';').for_each(|statement| apply(statement, &mut planned));
    }
    planned
}

fn apply(statement: &str, planned: &mut Vec<Planned>) {
    let words: Vec<&str> = statement.split_whitespace().collect();
    // A statement may stand behind the end of a function's body.
    let Some(start) = words.iter().position(|word| ["create", "drop"].contains(word)) else { return };
    let words = &words[start..];
    let rest: Vec<&str> = words[1..]
        .iter()
        .copied()
        .filter(|word| !["unique", "concurrently", "if", "not", "exists", "only"].contains(word))
        .collect();
    match (words[0], rest.as_slice()) {
        ("create", [kind @ ("policy" | "index"), name, "on", table, ..]) => {
            planned.push(Planned { name: format!("{kind} {name} on {}", bare(table)), statement: words.join(" ") })
        }
        ("drop", ["policy", name, "on", table, ..]) => {
            let name = format!("policy {name} on {}", bare(table));
            planned.retain(|planned| planned.name != name);
        }
        ("drop", ["index", name, ..]) => {
            let prefix = format!("index {} on ", bare(name));
            planned.retain(|planned| !planned.name.starts_with(&prefix));
        }
        ("drop", ["table", table, ..]) => {
            let suffix = format!(" on {}", bare(table));
            planned.retain(|planned| !planned.name.ends_with(&suffix));
        }
        _ => {}
    }
}

/// Returns a table's name without its schema and what follows it.
fn bare(name: &str) -> &str {
    let name = name.split('(').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn what_is_made_and_dropped_again_is_not_planned() {
        let mut planned = Vec::new();
        for statement in [
            "create policy a on t for all to current_user using (true)",
            "create policy b on t for select using (true)",
            "\ncreate unique index if not exists i on public.t(x)",
            "end $$ create index j on u (x)",
            "create table x (y int)",
            "drop policy if exists b on public.t",
        ] {
            apply(statement, &mut planned);
        }
        let names: Vec<&str> = planned.iter().map(|planned| planned.name.as_str()).collect();
        assert_eq!(names, ["policy a on t", "index i on t", "index j on u"]);
        assert_eq!(planned[2].statement, "create index j on u (x)");
        apply("drop index public.i", &mut planned);
        apply("drop table if exists u cascade", &mut planned);
        assert_eq!(planned.len(), 1);
    }
}
