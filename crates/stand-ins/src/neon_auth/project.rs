//! The project: its keys, its switches and its trusted domains.

use super::errors::ApiResult;
use super::known_errors::KnownError;
use super::{keys, redirect_allowlist, secrets, settings::Settings, state::StandIn};
use serde::Serialize;
use sqlx::PgPool;
use uuid::Uuid;

/// One row of `project`, with its keys: as JSON it is for the holder of the admin key alone.
#[derive(Clone, sqlx::FromRow, Serialize)]
pub struct Project {
    #[serde(rename = "project_id")]
    pub id: Uuid,
    pub display_name: String,
    pub publishable_client_key: String,
    pub secret_server_key: String,
    pub super_secret_admin_key: String,
    pub allow_localhost: bool,
    pub sign_up_enabled: bool,
    pub credential_enabled: bool,
    pub client_user_deletion_enabled: bool,
    pub require_email_verification: bool,
    pub magic_link_enabled: bool,
    pub oauth_providers: Vec<String>,
    pub access_token_seconds: i64,
}

impl Project {
    /// Returns the project with this id, which may be any text.
    pub async fn find(pool: &PgPool, id: &str) -> sqlx::Result<Option<Self>> {
        let Ok(id) = Uuid::parse_str(id) else { return Ok(None) };
        sqlx::query_as("select * from project where id = $1").bind(id).fetch_optional(pool).await
    }

    /// Returns the project that the application uses: the only one whose users reach the directory.
    pub async fn first(pool: &PgPool) -> sqlx::Result<Self> {
        sqlx::query_as("select * from project order by position limit 1").fetch_one(pool).await
    }

    /// Makes a project with new keys.
    pub async fn create(pool: &PgPool, display_name: &str) -> sqlx::Result<Self> {
        let project: Self = sqlx::query_as(
            "insert into project
                (id, display_name, publishable_client_key, secret_server_key, super_secret_admin_key)
             values ($1, $2, $3, $4, $5) returning *",
        )
        .bind(secrets::uuid())
        .bind(display_name)
        .bind(secrets::key("pck"))
        .bind(secrets::key("ssk"))
        .bind(secrets::key("sak"))
        .fetch_one(pool)
        .await?;
        keys::create_all(pool, project.id).await?;
        Ok(project)
    }

    /// Makes the first project where there is none, then applies what the settings say about it.
    pub async fn open(pool: &PgPool, settings: &Settings) -> sqlx::Result<Self> {
        let exists: bool = sqlx::query_scalar("select exists (select from project)").fetch_one(pool).await?;
        if !exists {
            Self::create(pool, "Local project").await?;
        }
        let project = Self::first(pool).await?;
        for domain in &settings.trusted_domains {
            project.add_trusted_domain(pool, domain).await?;
        }
        let lifetime = settings.access_token_seconds.and_then(|seconds| i64::try_from(seconds).ok());
        sqlx::query(
            "update project set
                allow_localhost = coalesce($2, allow_localhost),
                access_token_seconds = coalesce($3, access_token_seconds),
                sync_delay_millis = case when $4 then $5 else sync_delay_millis end
             where id = $1",
        )
        .bind(project.id)
        .bind(settings.allow_localhost)
        .bind(lifetime)
        .bind(settings.sync_delay.is_some())
        .bind(settings.sync_delay.and_then(super::SyncDelay::millis))
        .execute(pool)
        .await?;
        Self::first(pool).await
    }

    pub async fn trusted_domains(&self, pool: &PgPool) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar("select domain from trusted_domain where project_id = $1 order by domain")
            .bind(self.id)
            .fetch_all(pool)
            .await
    }

    /// Adds a trusted domain.
    pub async fn add_trusted_domain(&self, pool: &PgPool, domain: &str) -> sqlx::Result<()> {
        sqlx::query("insert into trusted_domain (project_id, domain) values ($1, $2) on conflict do nothing")
            .bind(self.id)
            .bind(domain)
            .execute(pool)
            .await?;
        Ok(())
    }

    /// Returns whether a browser may be redirected to `url`.
    pub async fn allows_redirect(&self, stand_in: &StandIn, url: &str) -> sqlx::Result<bool> {
        let domains = self.trusted_domains(&stand_in.pool).await?;
        Ok(redirect_allowlist::allows(url, &domains, self.allow_localhost))
    }

    /// Refuses a URL that a browser may not be redirected to.
    pub async fn require_redirect(&self, stand_in: &StandIn, url: &str) -> ApiResult<()> {
        match self.allows_redirect(stand_in, url).await? {
            true => Ok(()),
            false => Err(KnownError::RedirectUrlNotWhitelisted.into()),
        }
    }
}
