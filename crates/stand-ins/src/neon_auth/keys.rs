//! The signing keys of a project: two per audience, the first of which signs, and the JWKS that publishes them.

use super::secrets;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// The kind of user that a token is for. Each has an issuer, an audience and keys of its own, so that a verifier which
/// pins the normal ones refuses the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, sqlx::Type)]
#[strum(serialize_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Audience {
    Normal,
    Restricted,
    Anonymous,
}

impl Audience {
    pub const ALL: [Self; 3] = [Self::Normal, Self::Restricted, Self::Anonymous];

    pub fn issuer(self, origin: &str, project: Uuid) -> String {
        let segment = match self {
            Self::Normal => "projects",
            Self::Restricted => "projects-restricted-users",
            Self::Anonymous => "projects-anonymous-users",
        };
        format!("{origin}/api/v1/{segment}/{project}")
    }

    pub fn claim(self, project: Uuid) -> String {
        match self {
            Self::Normal => project.to_string(),
            Self::Restricted => format!("{project}:restricted"),
            Self::Anonymous => format!("{project}:anon"),
        }
    }
}

/// A key as stored.
#[derive(sqlx::FromRow)]
pub struct SigningKey {
    pub kid: String,
    pkcs8: Vec<u8>,
    /// Uncompressed: 4, x, y.
    point: Vec<u8>,
}

impl SigningKey {
    fn generate() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a P-256 key can be made");
        let pkcs8 = pair.to_pkcs8v1().expect("a new key can be encoded");
        Self {
            kid: secrets::base64url::<9>(),
            pkcs8: pkcs8.as_ref().to_vec(),
            point: pair.public_key().as_ref().to_vec(),
        }
    }

    /// Makes a key whose `x` has a leading zero byte: about one in 256, so a few hundred tries.
    fn generate_short() -> Self {
        loop {
            let key = Self::generate();
            if key.point[1] == 0 {
                return key;
            }
        }
    }

    pub fn encoding_key(&self) -> EncodingKey {
        EncodingKey::from_ec_der(&self.pkcs8)
    }

    pub fn decoding_key(&self) -> DecodingKey {
        DecodingKey::from_ec_der(&self.point)
    }

    /// Returns the key as it is published. As on the real server, coordinates are written without the zeros in front.
    fn to_jwk(&self) -> Value {
        let coordinate = |bytes: &[u8]| {
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            URL_SAFE_NO_PAD.encode(&bytes[zeros..])
        };
        let (x, y) = self.point[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": self.kid, "x": coordinate(x), "y": coordinate(y) })
    }
}

/// Returns the keys of one audience, the signing one first.
pub async fn load(pool: &PgPool, project: Uuid, audience: Audience) -> sqlx::Result<Vec<SigningKey>> {
    sqlx::query_as(
        "select kid, pkcs8, point from signing_key where project_id = $1 and audience = $2 order by position",
    )
    .bind(project)
    .bind(audience)
    .fetch_all(pool)
    .await
}

pub async fn jwks(pool: &PgPool, project: Uuid, audiences: &[Audience]) -> sqlx::Result<Value> {
    let mut published = Vec::new();
    for audience in audiences {
        published.extend(load(pool, project, *audience).await?.iter().map(SigningKey::to_jwk));
    }
    Ok(json!({ "keys": published }))
}

pub async fn create_all(pool: &PgPool, project: Uuid) -> sqlx::Result<()> {
    for audience in Audience::ALL {
        for position in [0, 1] {
            insert(pool, project, audience, position, &SigningKey::generate()).await?;
        }
    }
    Ok(())
}

/// Puts a new key in front of the normal ones. The former first becomes the second, or is forgotten at once.
pub async fn rotate(
    connection: &mut PgConnection,
    project: Uuid,
    short_coordinate: bool,
    keep_former: bool,
) -> sqlx::Result<String> {
    let key = if short_coordinate { SigningKey::generate_short() } else { SigningKey::generate() };
    let first: i64 = sqlx::query_scalar(
        "select coalesce(min(position), 0) from signing_key where project_id = $1 and audience = 'normal'",
    )
    .bind(project)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query("delete from signing_key where project_id = $1 and audience = 'normal' and (position > $2 or not $3)")
        .bind(project)
        .bind(first)
        .bind(keep_former)
        .execute(&mut *connection)
        .await?;
    if !keep_former {
        insert(&mut *connection, project, Audience::Normal, first, &SigningKey::generate()).await?;
    }
    insert(&mut *connection, project, Audience::Normal, first - 1, &key).await?;
    Ok(key.kid)
}

async fn insert(
    executor: impl sqlx::PgExecutor<'_>,
    project: Uuid,
    audience: Audience,
    position: i64,
    key: &SigningKey,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into signing_key (kid, project_id, audience, position, pkcs8, point) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&key.kid)
    .bind(project)
    .bind(audience)
    .bind(position)
    .bind(&key.pkcs8)
    .bind(&key.point)
    .execute(executor)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{Algorithm, Header, Validation, decode, encode};

    #[test]
    fn short_coordinate_is_published_without_padding() {
        let key = SigningKey::generate_short();
        let x = key.to_jwk()["x"].as_str().unwrap().to_owned();
        assert!(URL_SAFE_NO_PAD.decode(x).unwrap().len() < 32);
        let token = encode(&Header::new(Algorithm::ES256), &json!({ "exp": u32::MAX }), &key.encoding_key()).unwrap();
        let signature = token.rsplit('.').next().unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(signature).unwrap().len(), 64);
        let validation = Validation::new(Algorithm::ES256);
        assert!(decode::<Value>(&token, &key.decoding_key(), &validation).is_ok());
        let another = format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#), "e30");
        assert!(decode::<Value>(another, &key.decoding_key(), &validation).is_err());
    }
}
