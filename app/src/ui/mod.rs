//! The building blocks of every page.

pub mod alert;
pub mod attribute;
pub mod button;
pub mod field;

#[cfg(feature = "ssr")]
pub mod ahead;
#[cfg(feature = "ssr")]
pub mod fade;
#[cfg(feature = "ssr")]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod nav;
#[cfg(feature = "ssr")]
pub mod pager;
#[cfg(feature = "ssr")]
pub mod theme;
#[cfg(feature = "ssr")]
pub mod timestamp;
