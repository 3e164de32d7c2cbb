//! Access tokens: their claims, how they are signed, and how they are verified.

use super::{
    errors::ApiError,
    keys::{self, Audience},
    known_errors,
    project::Project,
    state::StandIn,
    users::User,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

/// A token that was verified. The user may be gone all the same.
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub audience: Audience,
    pub restricted_reason: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
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

#[derive(Deserialize)]
struct RestrictedReason {
    r#type: String,
}

/// Returns the audience of this user's tokens.
pub fn audience_of(project: &Project, user: &User) -> Audience {
    if user.restricted_reason(project).is_some() { Audience::Restricted } else { Audience::Normal }
}

/// Returns a token for `user` as they are now: changes show at the next refresh.
pub async fn mint(stand_in: &StandIn, project: &Project, user: &User, session: Uuid) -> Result<String, ApiError> {
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
) -> Result<String, ApiError> {
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
        "iss": audience.issuer(stand_in.origin(), project.id),
        "iat": issued_at,
        "aud": audience.claim(project.id),
        "exp": issued_at + lifetime,
    });
    let keys = keys::load(stand_in.pool(), project.id, audience).await?;
    let key = keys.first().ok_or_else(|| ApiError::internal("the project has no signing key"))?;
    let message = format!("{}.{}", encode_part(&json!({ "alg": "ES256", "kid": key.kid })), encode_part(&claims));
    let signature = key.sign(message.as_bytes()).ok_or_else(|| ApiError::internal("the signing key does not sign"))?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn encode_part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Reads a token that was sent to `project`: signature, then project, then expiry.
pub async fn verify(stand_in: &StandIn, project: &Project, token: &str) -> Result<AccessToken, ApiError> {
    let (claims, audience) = read(stand_in, token).await?.ok_or_else(known_errors::unparsable_access_token)?;
    if claims.project_id != project.id.to_string() {
        return Err(known_errors::invalid_project_for_access_token(project.id, &claims.project_id).into());
    }
    let expiry =
        OffsetDateTime::from_unix_timestamp(claims.exp).map_err(|_| known_errors::unparsable_access_token())?;
    if expiry <= OffsetDateTime::now_utc() {
        return Err(known_errors::access_token_expired(expiry).into());
    }
    Ok(AccessToken {
        user_id: claims.sub,
        session_id: claims.refresh_token_id,
        audience,
        restricted_reason: claims.restricted_reason.map(|reason| reason.r#type),
    })
}

/// Returns the claims of a token, or `None` when it was not signed by this server for one of its projects.
async fn read(stand_in: &StandIn, token: &str) -> Result<Option<(Claims, Audience)>, ApiError> {
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let (Some(head), Some(claims)) = (decode_part::<Header>(header), decode_part::<Claims>(payload)) else {
        return Ok(None);
    };
    let (Ok(signature), Ok(project)) = (URL_SAFE_NO_PAD.decode(signature), Uuid::parse_str(&claims.project_id)) else {
        return Ok(None);
    };
    if head.alg != "ES256" {
        return Ok(None);
    }
    let issued_for = Audience::ALL.into_iter().find(|audience| {
        claims.iss == audience.issuer(stand_in.origin(), project) && claims.aud == audience.claim(project)
    });
    let Some(audience) = issued_for else { return Ok(None) };
    let message = format!("{header}.{payload}");
    let keys = keys::load(stand_in.pool(), project, audience).await?;
    let signed = keys.iter().any(|key| key.kid == head.kid && key.verify(message.as_bytes(), &signature));
    Ok(signed.then_some((claims, audience)))
}

fn decode_part<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
