//! The statements that begin every transaction, and end what an earlier one left on the connection.

/// The text of [`begin_statement`], with what only a pooler needs as `$first`.
macro_rules! begin_statement {
    ($first:literal) => {
        concat!(
            "begin; ",
            $first,
            "reset all; reset role; close all; unlisten *; discard temp; select pg_advisory_unlock_all(); commit; ",
            "begin; set local search_path = public, pg_temp; set local timezone = 'UTC'"
        )
    };
}

/// Returns the statements that begin every transaction, sent in one message.
///
/// Settings, a role, cursors with hold, temporary tables and advisory locks outlive the transaction that made them.
/// What a smuggled statement left of these ends here and not where a connection is given back, because behind a pooler
/// this is another one. It ends in a transaction of its own, because `default_transaction_read_only` and its like count
/// from the next `begin`. `reset all` restores what the login begins with. Behind a pooler that lacks what sqlx asked
/// for when it connected, of which the time zone changes answers.
///
/// sqlx names each statement that it prepares, and a pooler in transaction mode that does not keep track of them, such
/// as PgBouncer before 1.21, hands out a connection on which another client has used the same names. With a
/// `statement_cache_capacity` of 0 they are forgotten as well; until the transaction ends the connection is ours alone.
pub fn begin_statement(statement_cache_capacity: usize) -> &'static str {
    if statement_cache_capacity == 0 { begin_statement!("deallocate all; ") } else { begin_statement!("") }
}
