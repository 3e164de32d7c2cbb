//! What the server asks of the tables of Neon Auth itself: the settings of sign-in, and the end of an account.
//! It must not read a secret: the functions of `migrations/0007` pick by name what leaves the database.

use rls::{Db, DbError, Reads};
use serde_json::Value;

/// What a project of the second generation has switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeonAuthProject {
    /// Where people may be sent back to: origins, with `*` in the host.
    pub trusted_origins: Vec<String>,
    /// Whether every port of `http://localhost` is trusted as well.
    pub allows_localhost: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
    pub password: bool,
    pub sign_up: bool,
    /// Whether a mailed code signs people in.
    pub email_code: bool,
    /// Whether the mail that confirms an address has a link in it, and not a code.
    pub mails_links: bool,
}

/// The questions to those tables.
pub trait NeonAuthTables {
    /// Returns the settings of the project whose Neon Auth has `endpoint` as the first label of its host. `None` where they are
    /// not there or not readable.
    fn neon_auth_project(
        &self,
        endpoint: &str,
    ) -> impl Future<Output = Result<Option<NeonAuthProject>, DbError>> + Send;

    /// Whether the users are those of the second generation; unknown where there are none. Both can be there around a move: those
    /// are meant that `profiles` reads.
    fn has_managed_directory(&self) -> impl Future<Output = Result<Option<bool>, DbError>> + Send;

    /// Whether the directory has nobody of this id any more. No index serves this: it is for the end of a session.
    fn is_user_gone(&self, user_id: &str) -> impl Future<Output = Result<bool, DbError>> + Send;

    /// Deletes the row that is the account, and with it what its foreign keys say. `Forbidden` when the owner of this
    /// database may not; an id that nobody has is a success for every owner.
    fn delete_neon_auth_user(&self, user_id: &str) -> impl Future<Output = Result<(), DbError>> + Send;
}

impl NeonAuthTables for Db {
    async fn neon_auth_project(&self, endpoint: &str) -> Result<Option<NeonAuthProject>, DbError> {
        let mut tx = self.as_login().await?;
        let found =
            sqlx::query_scalar!("select web.neon_auth_project($1)", endpoint).fetch_one(tx.connection()).await?;
        Ok(found.as_ref().map(NeonAuthProject::read))
    }

    async fn has_managed_directory(&self) -> Result<Option<bool>, DbError> {
        let in_use = sqlx::query_scalar!(
            r#"
            select class.relname = 'user' as "is_managed!"
            from pg_class class
            join pg_namespace namespace on namespace.oid = class.relnamespace
            where namespace.nspname = 'neon_auth' and class.relname in ('user', 'users_sync') and class.relkind in ('r', 'p')
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
        );
        Ok(in_use.fetch_optional(self.as_login().await?.connection()).await?)
    }

    async fn is_user_gone(&self, user_id: &str) -> Result<bool, DbError> {
        let mut tx = self.as_anonymous().await?;
        let gone =
            sqlx::query_scalar!(r#"select not exists (select from profiles where id::text = $1) as "gone!""#, user_id);
        Ok(gone.fetch_one(tx.connection()).await?)
    }

    async fn delete_neon_auth_user(&self, user_id: &str) -> Result<(), DbError> {
        let mut tx = self.as_login().await?;
        sqlx::query!("select web.delete_neon_auth_user($1)", user_id).execute(tx.connection()).await?;
        tx.commit().await
    }
}

impl NeonAuthProject {
    /// What Neon leaves out, or writes in another way than today, is as in a new project.
    fn read(found: &Value) -> Self {
        let flag = |name: &str, usual: bool| found[name].as_bool().unwrap_or(usual);
        let texts = |name: &str| -> Vec<String> {
            let texts = found[name].as_array().into_iter().flatten();
            texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        Self {
            trusted_origins: texts("trusted_origins"),
            allows_localhost: flag("allow_localhost", false),
            providers: texts("providers"),
            password: flag("password", true),
            sign_up: !flag("disable_sign_up", false),
            email_code: flag("email_codes", true),
            mails_links: found["verification_method"] == "link",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NeonAuthProject;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn what_is_missing_or_strange_is_as_in_a_new_project() {
        let new = NeonAuthProject {
            trusted_origins: vec![],
            allows_localhost: false,
            providers: vec![],
            password: true,
            sign_up: true,
            email_code: true,
            mails_links: false,
        };
        assert_eq!(NeonAuthProject::read(&json!({})), new);
        let strange = json!({
            "trusted_origins": 7, "allow_localhost": "yes", "providers": {"google": {}}, "password": null,
            "disable_sign_up": 1, "email_codes": [], "verification_method": {"link": true},
        });
        assert_eq!(NeonAuthProject::read(&strange), new);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "true|link|otp|google|https://[a-z]{1,4}|\\PC{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("domain|id|enabled|link", inner, 0..3)
                    .prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn only_what_is_of_its_kind_is_read(
            fields in prop::collection::btree_map(
                "trusted_origins|providers|allow_localhost|password|disable_sign_up|email_codes|verification_method|[a-z]{1,4}",
                any_value(),
                0..8,
            ),
            strange in any_value(),
        ) {
            let found: Value = fields.into_iter().collect();
            let project = NeonAuthProject::read(&found);
            for (read, name) in [(&project.trusted_origins, "trusted_origins"), (&project.providers, "providers")] {
                let texts = match &found[name] {
                    Value::Array(values) => values.iter().filter(|value| value.is_string()).cloned().collect(),
                    _ => vec![],
                };
                prop_assert_eq!(json!(read), Value::from(texts), "{}", found);
            }
            for (read, name, wrong) in [
                (project.allows_localhost, "allow_localhost", true),
                (project.password, "password", false),
                (!project.sign_up, "disable_sign_up", true),
                (project.email_code, "email_codes", false),
            ] {
                prop_assert_eq!(read == wrong, found[name] == wrong, "{} of {}", name, found);
            }
            prop_assert_eq!(project.mails_links, found["verification_method"].as_str() == Some("link"));
            _ = NeonAuthProject::read(&strange);
        }
    }
}
