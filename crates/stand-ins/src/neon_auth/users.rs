//! A user as stored, and the two views of one: what a client may see, and what a server may.

use super::{keys::Audience, project::Project};
use serde_json::{Value, json};
use sqlx::{PgExecutor, PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

/// One row of `account`.
#[derive(Clone, sqlx::FromRow)]
pub struct User {
    pub id: Uuid,
    pub display_name: Option<String>,
    pub primary_email: Option<String>,
    pub primary_email_verified: bool,
    pub primary_email_auth_enabled: bool,
    pub profile_image_url: Option<String>,
    pub password_hash: Option<String>,
    pub totp_secret: Option<Vec<u8>>,
    pub client_metadata: Option<Json<Value>>,
    pub client_read_only_metadata: Option<Json<Value>>,
    pub server_metadata: Option<Json<Value>>,
    pub signed_up_at: OffsetDateTime,
    pub last_active_at: OffsetDateTime,
}

/// The fields that a new user begins with.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    pub display_name: Option<String>,
    pub primary_email: Option<String>,
    pub primary_email_verified: bool,
    pub primary_email_auth_enabled: bool,
    pub password_hash: Option<String>,
}

/// Returns the e-mail address as it is stored and compared: trimmed and in lower case. Dots and tags are kept.
pub fn normalize_email(email: &str) -> String {
    email.trim().to_lowercase()
}

impl User {
    pub async fn find(pool: &PgPool, project: Uuid, id: Uuid) -> sqlx::Result<Option<Self>> {
        sqlx::query_as("select * from account where project_id = $1 and id = $2")
            .bind(project)
            .bind(id)
            .fetch_optional(pool)
            .await
    }

    /// Returns the user who signs in with this e-mail address, which must be normalized.
    pub async fn find_by_email(
        executor: impl PgExecutor<'_>,
        project: Uuid,
        email: &str,
    ) -> sqlx::Result<Option<Self>> {
        sqlx::query_as(
            "select * from account where project_id = $1 and primary_email = $2 and primary_email_auth_enabled",
        )
        .bind(project)
        .bind(email)
        .fetch_optional(executor)
        .await
    }

    /// Makes a user. Returns `None` when another one signs in with this e-mail address already.
    pub async fn create(executor: impl PgExecutor<'_>, project: Uuid, new: &NewUser) -> sqlx::Result<Option<Self>> {
        sqlx::query_as(
            "insert into account (id, project_id, display_name, primary_email, primary_email_verified,
                primary_email_auth_enabled, password_hash)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (project_id, primary_email) where primary_email_auth_enabled do nothing
             returning *",
        )
        .bind(super::secrets::uuid())
        .bind(project)
        .bind(&new.display_name)
        .bind(&new.primary_email)
        .bind(new.primary_email_verified)
        .bind(new.primary_email_auth_enabled)
        .bind(&new.password_hash)
        .fetch_optional(executor)
        .await
    }

    /// Returns why this user's tokens are for another audience, if they are.
    pub fn restricted_reason(&self, project: &Project) -> Option<&'static str> {
        (project.require_email_verification && !self.primary_email_verified).then_some("email_not_verified")
    }

    pub async fn provider_accounts(&self, executor: impl PgExecutor<'_>) -> sqlx::Result<Value> {
        let accounts: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "select provider, account_id, email from provider_account where user_id = $1 order by provider, account_id",
        )
        .bind(self.id)
        .fetch_all(executor)
        .await?;
        let view = |(id, account_id, email)| json!({ "id": id, "account_id": account_id, "email": email });
        Ok(accounts.into_iter().map(view).collect())
    }

    /// Returns what the user and the app in the browser may see.
    pub fn client_view(&self, project: &Project, audience: Audience, oauth_providers: Value) -> Value {
        let reason = match audience {
            Audience::Anonymous => Some("anonymous"),
            Audience::Normal | Audience::Restricted => self.restricted_reason(project),
        };
        json!({
            "id": self.id,
            "primary_email": self.primary_email,
            "primary_email_verified": self.primary_email_verified,
            "display_name": self.display_name,
            "profile_image_url": self.profile_image_url,
            "signed_up_at_millis": millis(self.signed_up_at),
            "has_password": self.password_hash.is_some(),
            "auth_with_email": self.password_hash.is_some(),
            "otp_auth_enabled": false,
            "passkey_auth_enabled": false,
            "requires_totp_mfa": self.totp_secret.is_some(),
            "oauth_providers": oauth_providers,
            "client_metadata": self.client_metadata,
            "client_read_only_metadata": self.client_read_only_metadata,
            "selected_team": null,
            "selected_team_id": null,
            "is_anonymous": audience == Audience::Anonymous,
            "is_restricted": reason.is_some(),
            "restricted_reason": reason.map(|reason| json!({ "type": reason })),
        })
    }

    /// Returns what a server may see, which is also what Neon writes into the directory.
    pub fn server_view(&self, project: &Project, oauth_providers: Value) -> Value {
        let mut view = self.client_view(project, Audience::Normal, oauth_providers);
        view["primary_email_auth_enabled"] = json!(self.primary_email_auth_enabled);
        view["server_metadata"] = json!(self.server_metadata);
        view["last_active_at_millis"] = json!(millis(self.last_active_at));
        view
    }
}

pub fn millis(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
