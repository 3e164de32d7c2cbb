//! The types of road trips, and the checks of their input.

use request::{/*request*/};
use serde::{Deserialize, Serialize};
use time::{/*time*/};
use uuid::Uuid;

/*limits*/

/// The form fields of a road trip.
/*controls*/

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoadTripId(pub i64);

impl RoadTripId {
    /// Returns the path of the road trip's page.
    pub fn path(self) -> String {
        format!("/road-trips/{}", self.0)
    }

    pub fn edit_path(self) -> String {
        format!("/road-trips/{}/edit", self.0)
    }
}

/// A road trip in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoadTripSummary {
    pub id: RoadTripId,
    /*short_fields*/
    pub author: Author, //public
    pub created_at: OffsetDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoadTrip {
    pub id: RoadTripId,
    /*fields*/
    pub author: Author, //public
    /// Whether the current user wrote it, and so may change it. //public
    pub mine: bool, //public
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    /// The number of the version, which grows by one with each edit; an edit names the version that it started from.
    pub version: i32,
}

/// The author of a road trip. //public
#[derive(Clone, Debug, PartialEq, Eq)] //public
pub enum Author { //public
    Named(String), //public
    /// An account without a display name. //public
    Unnamed, //public
    /// A deleted account (no author id), or one that is not in the directory. //public
    Gone, //public
} //public
 //public
impl Author { //public
    /// Returns the author's name, or what stands in its place. //public
    pub fn label(&self) -> &str { //public
        match self { //public
            Self::Named(name) => name, //public
            Self::Unnamed => "Unnamed author", //public
            Self::Gone => "Deleted user", //public
        } //public
    } //public
} //public
 //public
/// The fields of a road trip, which are valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /*fields*/
}

impl Draft {
    pub fn parse(/*arguments*/) -> Result<Self, AppError> {
        /*parse*/
    }
}

/// A road trip to add. The same idempotency key with the same content makes one road trip only.
#[derive(Clone, Debug)]
pub struct NewRoadTrip {
    pub draft: Draft,
    pub idempotency_key: Uuid,
}

#[cfg(test)]
mod tests {
    use super::{Draft, /*tested*/};
    use request::{AppError, FieldErrors, FieldProblem};

    #[test]
    fn every_field_of_a_draft_is_checked_at_once() {
        let expected = FieldErrors(vec![/*problems*/]);
        assert_eq!(Draft::parse(/*invalid_arguments*/), Err(AppError::Invalid(expected)));
        let longest = "é".repeat(/*LABEL*/_MAX as usize);
        assert!(Draft::parse(/*longest_arguments*/).is_ok());
    }
}
