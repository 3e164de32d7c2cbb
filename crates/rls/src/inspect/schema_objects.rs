//! The policies and indexes that migrations make, read from their text: a policy that was dropped is missed by name,
//! and a feature that is removed is not. It does not understand SQL: it finds statements that are written as below, so
//! compare it with a migrated database.

use sqlx::migrate::Migrator;

/// A policy or an index that migrations make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaObject {
    /// The kind, name and table, such as `policy notes_maintenance on notes`, without schemas.
    pub name: String,
    /// The statement that makes it.
    pub statement: String,
}

/// Returns the policies and indexes that are there after all migrations.
pub fn schema_objects(migrations: &Migrator) -> Vec<SchemaObject> {
    let mut schema_objects = Vec::new();
    for migration in migrations.iter().filter(|migration| !migration.migration_type.is_down_migration()) {
        let lines = migration.sql.as_str().lines().map(|line| line.split("--").next().unwrap_or_default());
        let text = lines.collect::<Vec<_>>().join("\n");
        text.split(';').for_each(|statement| apply(statement, &mut schema_objects));
    }
    schema_objects
}

fn apply(statement: &str, schema_objects: &mut Vec<SchemaObject>) {
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
        ("create", [kind @ ("policy" | "index"), name, "on", table, ..]) => schema_objects.push(SchemaObject {
            name: format!("{kind} {name} on {}", unqualified(table)),
            statement: words.join(" "),
        }),
        ("drop", ["policy", name, "on", table, ..]) => {
            let name = format!("policy {name} on {}", unqualified(table));
            schema_objects.retain(|object| object.name != name);
        }
        ("drop", ["index", name, ..]) => {
            let prefix = format!("index {} on ", unqualified(name));
            schema_objects.retain(|object| !object.name.starts_with(&prefix));
        }
        ("drop", ["table", table, ..]) => {
            let suffix = format!(" on {}", unqualified(table));
            schema_objects.retain(|object| !object.name.ends_with(&suffix));
        }
        _ => {}
    }
}

/// Returns a table's name without its schema and what follows it.
fn unqualified(name: &str) -> &str {
    let name = name.split('(').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn dropped_objects_are_left_out() {
        let mut schema_objects = Vec::new();
        for statement in [
            "create policy a on t for all to current_user using (true)",
            "create policy b on t for select using (true)",
            "\ncreate unique index if not exists i on public.t(x)",
            "end $$ create index j on u (x)",
            "create table x (y int)",
            "drop policy if exists b on public.t",
        ] {
            apply(statement, &mut schema_objects);
        }
        let names: Vec<&str> = schema_objects.iter().map(|object| object.name.as_str()).collect();
        assert_eq!(names, ["policy a on t", "index i on t", "index j on u"]);
        assert_eq!(schema_objects[2].statement, "create index j on u (x)");
        apply("drop index public.i", &mut schema_objects);
        apply("drop table if exists u cascade", &mut schema_objects);
        assert_eq!(schema_objects.len(), 1);
    }
}
