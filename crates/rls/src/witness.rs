//! PostgreSQL's own word on whom it sees, in every transaction that has an identity: for local mode, which shows it.
//! It must not be part of a release, nor say anything but role and claims.

use super::Db;

/// How it begins, so that whoever listens can tell it from other notices. The rest is JSON: `role` and `claims`.
pub const SAYS: &str = "postgresql sees ";

/// A notice of this level is sent whatever a client has asked for, and sqlx makes a trace of it: target
/// `sqlx::postgres::notice`. It travels with the message that begins the transaction, so it costs no round trip.
const STATEMENT: &str = "; do $$ begin raise info 'postgresql sees %', json_build_object(
    'role', current_user, 'claims', nullif(current_setting('request.jwt.claims', true), '')::json); end $$";

impl Db {
    /// The same database, whose transactions say so.
    pub fn witnessed(self) -> Self {
        Self { witness: STATEMENT, ..self }
    }
}
