//! Turns an error of the database into the one that crosses the wire.
//! It must not add detail to the answer: the client gets a number, the log gets the cause.

use crate::{AppError, ErrorNumber, Field, FieldProblem};
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
                Self::field(Field::FORM, FieldProblem::Refused)
            }
            DbError::Other(cause) => internal(&cause),
        }
    }
}

/// Logs `cause` under a fresh number, and returns the error that shows that number.
pub fn internal(cause: &(dyn std::error::Error + 'static)) -> AppError {
    let number = ErrorNumber(Uuid::new_v4().as_fields().0 % 100_000_000);
    tracing::error!(reference = %number, error = cause, "internal error");
    AppError::Internal(number)
}
