//! Links an identity of a provider with a user: the one who used it before, one with its verified e-mail, or a new one.
//! It must not trust an e-mail that either side has not verified.

use super::super::errors::ApiResult;
use super::super::known_errors::KnownError;
use super::super::users::{NewUser, User};
use super::super::{project::Project, state::StandIn, sync};
use super::flow::ProviderIdentity;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

/// Returns the id of the user, and whether the user is new.
pub async fn find_or_create(
    stand_in: &StandIn,
    project: &Project,
    provider: &str,
    identity: &ProviderIdentity,
) -> ApiResult<(Uuid, bool)> {
    let mut transaction = stand_in.begin().await?;
    lock(&mut transaction, project, provider, identity).await?;
    let known_account: Option<Uuid> = sqlx::query_scalar(
        "select user_id from provider_account where project_id = $1 and provider = $2 and account_id = $3",
    )
    .bind(project.id)
    .bind(provider)
    .bind(&identity.account_id)
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some(user) = known_account {
        transaction.commit().await?;
        return Ok((user, false));
    }
    if let Some(email) = &identity.email
        && let Some(user) = User::find_by_email(&mut *transaction, project.id, email).await?
    {
        if !(user.primary_email_verified && identity.email_verified) {
            return Err(KnownError::email_used_by_someone_else(email, !user.primary_email_verified).into());
        }
        // Like the real server, which does not tell Neon about a link.
        link_account(&mut transaction, project, provider, identity, user.id).await?;
        transaction.commit().await?;
        return Ok((user.id, false));
    }
    if !project.sign_up_enabled {
        return Err(KnownError::SignUpNotEnabled.into());
    }
    let user = sign_up(&mut transaction, project, provider, identity).await?;
    transaction.commit().await?;
    sync::wake(stand_in).await?;
    Ok((user, true))
}

/// Makes a user of the identity.
async fn sign_up(
    transaction: &mut Transaction<'static, Postgres>,
    project: &Project,
    provider: &str,
    identity: &ProviderIdentity,
) -> ApiResult<Uuid> {
    let new = NewUser {
        display_name: identity.name.clone(),
        primary_email: identity.email.clone(),
        primary_email_verified: identity.email_verified,
        primary_email_auth_enabled: identity.email.is_some(),
        password_hash: None,
    };
    let user = User::create(&mut **transaction, project.id, &new).await?;
    let email = identity.email.as_deref().unwrap_or_default();
    let user = user.ok_or_else(|| KnownError::email_used_by_someone_else(email, true))?;
    // Before the account is attached: Neon gets a user without providers.
    sync::user_written(transaction, project, &user).await?;
    link_account(transaction, project, provider, identity, user.id).await?;
    Ok(user.id)
}

/// Lets sign-ins with the same identity wait for each other, so that two with a new one make one user.
async fn lock(
    connection: &mut PgConnection,
    project: &Project,
    provider: &str,
    identity: &ProviderIdentity,
) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("{} {provider} {}", project.id, identity.account_id))
        .execute(connection)
        .await?;
    Ok(())
}

/// Links the identity with the user.
async fn link_account(
    connection: &mut PgConnection,
    project: &Project,
    provider: &str,
    identity: &ProviderIdentity,
    user: Uuid,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into provider_account (project_id, provider, account_id, user_id, email) values ($1, $2, $3, $4, $5)",
    )
    .bind(project.id)
    .bind(provider)
    .bind(&identity.account_id)
    .bind(user)
    .bind(&identity.email)
    .execute(connection)
    .await?;
    Ok(())
}
