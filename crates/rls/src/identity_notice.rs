//! Transactions that report in a notice the identity that PostgreSQL sees: for development, where a page or a log shows
//! it. The notice must contain nothing but role and claims.

use crate::db::Db;

/// The prefix of the message of the notice. The rest is JSON: `role` and `claims`.
pub const NOTICE_PREFIX: &str = "postgresql sees ";

/// A notice of this level is sent whatever a client has asked for, and sqlx emits it as a trace event with the target
/// `sqlx::postgres::notice`. It travels with the message that begins the transaction, so it costs no round trip.
const STATEMENT: &str = "; do $$ begin raise info 'postgresql sees %', json_build_object(
    'role', current_user, 'claims', nullif(current_setting('request.jwt.claims', true), '')::json); end $$";

impl Db {
    /// Returns the same database, whose transactions with an identity raise the notice.
    pub fn with_identity_notice(mut self) -> Self {
        self.identity_notice = STATEMENT;
        self
    }
}
