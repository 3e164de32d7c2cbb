//! Turns what the database says into the error that crosses the wire, and logs what nobody should see.
//! It must not add detail to the answer: a person gets a number, the log gets the cause.

use crate::{AppError, Field, Problem, Ref};
use rls::DbError;
use uuid::Uuid;

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Forbidden => Self::Forbidden,
            DbError::NotFound => Self::NotFound,
            DbError::Stale => Self::Stale,
            DbError::AccountNotReady => Self::AccountNotReady,
            DbError::AccountGone => Self::SignInRequired,
            DbError::Unavailable(cause) => {
                tracing::warn!(error = %cause, "the database is not available");
                Self::Unavailable
            }
            // The model refuses such text first: this is a rule that the two do not share.
            DbError::Constraint(name) => {
                tracing::warn!(constraint = name, "a constraint refused what the model accepted");
                Self::field(Field::FORM, Problem::Unreadable)
            }
            DbError::Other(cause) => internal(&cause),
        }
    }
}

/// Logs `cause` under a fresh number, and returns the error that shows that number.
pub fn internal(cause: &(dyn std::error::Error + 'static)) -> AppError {
    let reference = Ref(Uuid::new_v4().as_fields().0 % 100_000_000);
    tracing::error!(%reference, error = cause, "internal error");
    AppError::Internal(reference)
}
