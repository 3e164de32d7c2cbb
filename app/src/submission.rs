//! The name that a form gives to what it adds, so that sending it twice adds it once.
//! It must not be trusted to be new, or anybody's: the database compares it within one person's rows.

use crate::error::{AppError, Field, Problem};
use uuid::Uuid;

/// A name for the form that is about to be shown.
pub fn fresh() -> String {
    Uuid::new_v4().to_string()
}

pub fn parse(raw: &str) -> Result<Uuid, AppError> {
    raw.parse().map_err(|_| AppError::field(Field::Form, Problem::Unreadable))
}
