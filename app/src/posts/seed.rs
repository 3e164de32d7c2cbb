//! The sample posts.

use super::model::{Draft, NewPost};
use request::AppError;
use request::feature::Personas;
use rls::Db;
use uuid::Uuid;

enum Author {
    Ada,
    Grace,
}

/// The author, title and text of each post, the oldest first.
const POSTS: [(Author, &str, &str); 4] = [
    (
        Author::Grace,
        "What happens to this post when I leave",
        "A post outlives its author. When my account is deleted, this text stays, and where my name was it says that \
         the author is gone.\n\nMy account is another matter: it is mine alone, and goes with me.",
    ),
    (
        Author::Ada,
        "Who may change what",
        "Anyone may read this. Only I may edit or delete it, and that is not decided by an if in the code: each request \
         opens a transaction that carries the verified token of the user, and PostgreSQL's row-level security does \
         the rest.\n\nmigrations/1001_create_posts.sql has the policies.",
    ),
    (
        Author::Grace,
        "All of it works without JavaScript",
        "Switch it off and try: sign in, write a post. With JavaScript on, only pages with something to edit load \
         any WebAssembly, since it is the only part that answers faster for it.",
    ),
    (
        Author::Ada,
        "Welcome",
        "This is a full-stack app on Leptos, axum and Neon, running on nothing but this machine: PostgreSQL and Neon \
         Auth are local stand-ins, and everything they keep is in the folder .local.\n\nSign up with any address, or \
         sign in as ada@example.com or grace@example.com with the password local-password.",
    ),
];

/// Adds the sample posts. Safe to repeat: each post has a constant idempotency key.
pub async fn plant(db: &Db, Personas { ada, grace }: &Personas) -> Result<(), AppError> {
    for (number, (author, title, content)) in (0..).zip(POSTS) {
        let claims = match author {
            Author::Ada => ada,
            Author::Grace => grace,
        };
        let draft = Draft::parse(title, content)?;
        db.insert_as(claims, &NewPost { draft, idempotency_key: Uuid::from_u128(number) }).await?;
    }
    Ok(())
}
