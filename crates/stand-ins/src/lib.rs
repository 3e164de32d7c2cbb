//! What a developer's machine lacks of the real thing: PostgreSQL and Neon Auth. `local` starts them.
//! It must not be part of a release, know the app, or listen on anything but loopback.

pub mod kept;
pub mod neon_auth;
pub mod port;
pub mod postgres;
