//! Compares a database with the migrations: which of them ran, and whether the objects that they make are there.

use super::Inspection;
use super::schema_objects::{SchemaObject, schema_objects};
use sqlx::migrate::Migrator;

/// The migrations that ran in a database, next to those of a build.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The number of migrations that ran.
    pub applied: usize,
    /// Those that did not run.
    pub missing: Vec<i64>,
    /// Those that ran and that the build does not know: it is older than the database.
    pub unknown: Vec<i64>,
    /// Those that ran with another text than they have now.
    pub changed: Vec<i64>,
}

impl Inspection {
    /// Returns the objects that these migrations make and this database does not have.
    pub async fn missing_objects(&mut self, migrations: &Migrator) -> Result<Vec<SchemaObject>, sqlx::Error> {
        let found: Vec<String> = sqlx::query_scalar(
            "
            select 'policy ' || polname || ' on ' || class.relname from pg_policy
            join pg_class class on class.oid = polrelid
            union all
            select 'index ' || class.relname || ' on ' || owner.relname from pg_index
            join pg_class class on class.oid = indexrelid
            join pg_class owner on owner.oid = indrelid
            where indisvalid
            ",
        )
        .fetch_all(&mut self.0)
        .await?;
        Ok(schema_objects(migrations).into_iter().filter(|object| !found.contains(&object.name)).collect())
    }

    /// Compares the migrations that ran with these. `None` when this login may not know: the table of sqlx belongs to
    /// the owner.
    pub async fn migration_status(&mut self, migrations: &Migrator) -> Result<Option<MigrationStatus>, sqlx::Error> {
        let (exists, is_readable): (bool, bool) = sqlx::query_as(
            "select class.oid is not null, coalesce(has_table_privilege(class.oid, 'select'), false)
             from (select to_regclass('public._sqlx_migrations')::oid) as class (oid)",
        )
        .fetch_one(&mut self.0)
        .await?;
        let known = || migrations.iter().filter(|migration| !migration.migration_type.is_down_migration());
        if !exists {
            let missing = known().map(|migration| migration.version).collect();
            return Ok(Some(MigrationStatus { missing, ..MigrationStatus::default() }));
        }
        if !is_readable {
            return Ok(None);
        }
        let ran: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("select version, checksum from public._sqlx_migrations where success order by version")
                .fetch_all(&mut self.0)
                .await?;
        let versions = || known().map(|migration| migration.version);
        let changed = ran.iter().filter(|(version, checksum)| {
            known().any(|migration| migration.version == *version && *migration.checksum != **checksum)
        });
        Ok(Some(MigrationStatus {
            applied: ran.len(),
            missing: versions().filter(|version| ran.iter().all(|(ran, _)| ran != version)).collect(),
            unknown: ran
                .iter()
                .map(|(version, _)| *version)
                .filter(|ran| versions().all(|version| version != *ran))
                .collect(),
            changed: changed.map(|(version, _)| *version).collect(),
        }))
    }
}
