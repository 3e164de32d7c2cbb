//! Transactions that know who is asking. Holding one is the proof that every statement runs under that
//! person's policies; it must not be possible to make one in any other way than through `Db`.

use super::error::DbError;
use identity::Claims;
use serde_json::json;
use sqlx::{PgConnection, Postgres, Transaction};

/// A transaction of a signed-in person. Dropping it rolls back.
#[derive(Debug)]
pub struct UserTx(pub(super) Transaction<'static, Postgres>, pub(super) Ending);

/// A transaction of somebody who is not signed in. Dropping it rolls back.
#[derive(Debug)]
pub struct AnonTx(pub(super) Transaction<'static, Postgres>, pub(super) Ending);

/// A transaction of the login itself, which may read no table of a feature. Dropping it rolls back.
#[derive(Debug)]
pub struct LoginTx(pub(super) Transaction<'static, Postgres>);

/// Says, to traces alone, that what comes next is not part of the transaction any more.
#[derive(Debug)]
pub(super) struct Ending;

impl Drop for Ending {
    fn drop(&mut self) {
        tracing::trace!("a transaction has ended");
    }
}

impl UserTx {
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }
}

impl AnonTx {
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }
}

impl LoginTx {
    /// For statements on the catalogue, and calls of functions that only the login may run.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }
}

/// Either transaction, for what anyone may read. Store functions that write, or that read what is personal, take
/// [`UserTx`] itself.
pub trait Reads: sealed::Sealed + Send {
    /// For the statements of store functions.
    fn connection(&mut self) -> &mut PgConnection;
}

impl Reads for UserTx {
    fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

impl Reads for AnonTx {
    fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::UserTx {}
    impl Sealed for super::AnonTx {}
}

/// Gives a transaction that begins its role and its identity, in the same round trip.
///
/// `begin` takes no parameters, so the claims travel as hexadecimal digits: a literal that nothing in them can end.
pub(super) fn as_user(claims: &Claims) -> String {
    let claims = hex::encode(for_postgres(claims));
    format!(
        "select set_config('request.jwt.claims', convert_from(decode('{claims}', 'hex'), 'UTF8'), true), \
         set_config('role', 'authenticated', true)"
    )
}

/// What PostgreSQL is told. Nothing that a person can choose: a `\u0000` in a name would break every cast to jsonb.
fn for_postgres(claims: &Claims) -> String {
    json!({
        "sub": claims.subject(),
        "role": "authenticated",
        "iat": claims.issued_at(),
        "exp": claims.expires_at().unix_timestamp(),
    })
    .to_string()
}

/// As above, for nobody. The claims are emptied in case the login has a default for them.
pub(super) const AS_ANONYMOUS: &str =
    "select set_config('request.jwt.claims', '', true), set_config('role', 'anonymous', true)";
