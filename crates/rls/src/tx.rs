//! Transactions with an identity. Holding one is the proof that every statement runs under the policies of that user;
//! it must not be possible to make one in any other way than through `Db`.

use crate::error::DbError;
use identity::Claims;
use serde_json::json;
use sqlx::{PgConnection, Postgres, Transaction};

/// The target of the trace event that is emitted when a transaction with an identity has ended.
pub const END_OF_TRANSACTION: &str = "rls::end_of_transaction";

/// A transaction of a signed-in user. Dropping it rolls back.
#[derive(Debug)]
pub struct UserTx(pub(crate) Transaction<'static, Postgres>, pub(crate) EndOfTransaction);

/// A transaction of an anonymous user. Dropping it rolls back.
#[derive(Debug)]
pub struct AnonTx(pub(crate) Transaction<'static, Postgres>, pub(crate) EndOfTransaction);

/// A transaction of the login itself, which has no rights on tables of features. Dropping it rolls back.
#[derive(Debug)]
pub struct LoginTx(pub(crate) Transaction<'static, Postgres>);

/// Emits a trace event when the transaction ends, so that a log of queries knows where it stops.
#[derive(Debug)]
pub(crate) struct EndOfTransaction;

impl Drop for EndOfTransaction {
    fn drop(&mut self) {
        tracing::trace!(target: END_OF_TRANSACTION, "a transaction has ended");
    }
}

impl UserTx {
    /// Commits the transaction.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }
}

impl AnonTx {
    /// Commits the transaction.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }
}

impl LoginTx {
    /// Returns the connection, for statements on the catalog and for functions that only the login may run.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }
}

/// The transactions with an identity, for what every user may read. Functions that write, or that read what is
/// personal, take [`UserTx`] itself. Sealed: nothing else is one.
pub trait Reads: sealed::Sealed + Send {
    /// Returns the connection, for the statements of the transaction.
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

/// Returns the statement that gives a transaction its role and its identity, in the round trip that begins it.
///
/// `begin` takes no parameters, so the claims travel as hexadecimal digits: a literal that nothing in them can end.
pub(crate) fn as_user(claims: &Claims) -> String {
    let claims = hex::encode(claims_json(claims));
    format!(
        "select set_config('request.jwt.claims', convert_from(decode('{claims}', 'hex'), 'UTF8'), true), \
         set_config('role', 'authenticated', true)"
    )
}

/// The same for an anonymous user. The claims are emptied in case the login has a default for them.
pub(crate) const AS_ANONYMOUS: &str =
    "select set_config('request.jwt.claims', '', true), set_config('role', 'anonymous', true)";

/// Returns the claims that PostgreSQL is given. None that a user can choose: a `\u0000` in a name would break every
/// cast to jsonb.
fn claims_json(claims: &Claims) -> String {
    json!({
        "sub": claims.subject(),
        "role": "authenticated",
        "iat": claims.issued_at(),
        "exp": claims.expires_at().unix_timestamp(),
    })
    .to_string()
}
