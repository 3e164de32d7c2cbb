//! Access tokens: their claims, how they are signed, and how they are verified.

use super::errors::{ApiError, ApiResult};
use super::keys::{self, Audience};
use super::known_errors::{KnownError, RestrictedReason};
use super::{project::Project, state::StandIn, users::User};
use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::{Algorithm, Header, TokenData, Validation};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

/// A token that was verified. The user may be gone all the same.
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub audience: Audience,
    pub restricted_reason: Option<RestrictedReason>,
}

#[derive(Deserialize)]
struct Claims {
    sub: Uuid,
    aud: String,
    iss: String,
    exp: i64,
    project_id: String,
    refresh_token_id: Uuid,
    restricted_reason: Option<RestrictedReason>,
}

/// Returns the audience of this user's tokens.
pub fn audience_of(project: &Project, user: &User) -> Audience {
    if user.restricted_reason(project).is_some() { Audience::Restricted } else { Audience::Normal }
}

/// Returns a token for `user` as they are now: changes show at the next refresh.
pub async fn mint(stand_in: &StandIn, project: &Project, user: &User, session: Uuid) -> ApiResult<String> {
    mint_as(stand_in, project, user, session, audience_of(project, user), project.access_token_seconds).await
}

/// Returns a token like [`mint`], for an audience and a lifetime (in seconds, may be negative) that a test asked for.
pub async fn mint_as(
    stand_in: &StandIn,
    project: &Project,
    user: &User,
    session: Uuid,
    audience: Audience,
    lifetime: i64,
) -> ApiResult<String> {
    let issued_at = OffsetDateTime::now_utc().unix_timestamp();
    let reason = match audience {
        Audience::Normal => None,
        Audience::Restricted => Some(user.restricted_reason(project).unwrap_or("restricted_by_administrator")),
        Audience::Anonymous => Some("anonymous"),
    };
    let claims = json!({
        "sub": user.id,
        "project_id": project.id,
        "branch_id": "main",
        "refresh_token_id": session,
        "role": "authenticated",
        "name": user.display_name,
        "email": user.primary_email,
        "email_verified": user.primary_email_verified,
        "selected_team_id": null,
        "is_anonymous": audience == Audience::Anonymous,
        "is_restricted": reason.is_some(),
        "restricted_reason": reason.map(|reason| json!({ "type": reason })),
        "iss": audience.issuer(&stand_in.origin, project.id),
        "iat": issued_at,
        "aud": audience.claim(project.id),
        "exp": issued_at + lifetime,
    });
    let keys = keys::load(&stand_in.pool, project.id, audience).await?;
    let key = keys.first().ok_or_else(|| ApiError::internal("the project has no signing key"))?;
    let header = Header { typ: None, kid: Some(key.kid.clone()), ..Header::new(Algorithm::ES256) };
    jsonwebtoken::encode(&header, &claims, &key.encoding_key()).map_err(ApiError::internal)
}

/// Reads a token that was sent to `project`: signature, then project, then expiry.
pub async fn verify(stand_in: &StandIn, project: &Project, token: &str) -> ApiResult<AccessToken> {
    let (claims, audience) = read(stand_in, token).await?.ok_or(KnownError::UnparsableAccessToken)?;
    if claims.project_id != project.id.to_string() {
        return Err(KnownError::InvalidProjectForAccessToken {
            expected_project_id: project.id,
            actual_project_id: claims.project_id,
        }
        .into());
    }
    let expired_at = OffsetDateTime::from_unix_timestamp(claims.exp).map_err(|_| KnownError::UnparsableAccessToken)?;
    if expired_at <= OffsetDateTime::now_utc() {
        return Err(KnownError::AccessTokenExpired { expired_at }.into());
    }
    Ok(AccessToken {
        user_id: claims.sub,
        session_id: claims.refresh_token_id,
        audience,
        restricted_reason: claims.restricted_reason,
    })
}

/// Returns the claims of a token, or `None` when it was not signed by this server for one of its projects.
async fn read(stand_in: &StandIn, token: &str) -> ApiResult<Option<(Claims, Audience)>> {
    let Ok(TokenData { header, claims }) = insecure_decode::<Claims>(token) else { return Ok(None) };
    let Ok(project) = Uuid::parse_str(&claims.project_id) else { return Ok(None) };
    let issued_for = Audience::ALL.into_iter().find(|audience| {
        claims.iss == audience.issuer(&stand_in.origin, project) && claims.aud == audience.claim(project)
    });
    let Some(audience) = issued_for else { return Ok(None) };
    let keys = keys::load(&stand_in.pool, project, audience).await?;
    let key = keys.iter().find(|key| header.kid.as_ref() == Some(&key.kid));
    // The rest is checked here, in the order of the real server.
    let mut signature_only = Validation::new(Algorithm::ES256);
    signature_only.required_spec_claims.clear();
    (signature_only.validate_exp, signature_only.validate_aud) = (false, false);
    let verified = key.and_then(|key| jsonwebtoken::decode(token, &key.decoding_key(), &signature_only).ok());
    Ok(verified.map(|token| (token.claims, audience)))
}
