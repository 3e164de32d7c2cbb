//! The building blocks of every page.

pub mod alert;
pub mod attribute;
pub mod button;
pub mod click;
pub mod field;

cfg_if::cfg_if! {
    if #[cfg(feature = "ssr")] {
        pub mod layout;
        pub mod nav;
        pub mod pager;
        mod speculation_rules;
        pub mod theme;
        pub mod timestamp;
        pub mod view_transition;
    }
}
