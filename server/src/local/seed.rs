//! A first look at the product: two people with a few posts and todos, written the way everybody writes them.
//! It must not bypass sign-up or the policies: what the sample shows is what the app can do.

use super::LocalEnvironment;
use crate::neon_auth::{Credentials, Entry, Keys, Landings, NeonAuth, NeonAuthError, Problem, Stack};
use anyhow::{Context, anyhow, bail};
use app::db::{Claims, Db, DbSettings};
use app::posts::model::{Draft, NewPost};
use app::todos::model::{NewTodo, Task};
use secrecy::ExposeSecret;
use std::time::Duration;
use uuid::Uuid;

pub(super) struct Person {
    pub(super) name: &'static str,
    email: &'static str,
    todos: &'static [&'static str],
}

impl Person {
    fn credentials(&self) -> Credentials {
        Credentials { email: self.email.to_owned(), password: PASSWORD.into() }
    }
}

/// For signing in as one of them. Only on this machine.
const PASSWORD: &str = "local-password";

const ADA: Person = Person {
    name: "Ada",
    email: "ada@example.com",
    todos: &["Read docs/architecture.md", "Change a line in app/src/posts/feed.rs and watch the page reload"],
};
const GRACE: Person = Person { name: "Grace", email: "grace@example.com", todos: &["Publish a post"] };

pub(super) const PEOPLE: [&Person; 2] = [&ADA, &GRACE];

/// Author, title, text; the oldest first.
const POSTS: [(&Person, &str, &str); 4] = [
    (
        &GRACE,
        "What happens to this post when I leave",
        "A post outlives its author. When my account is deleted, this text stays, and where my name was it says that \
         the author is gone.\n\nMy todos are another matter: they are mine alone, and go with me.",
    ),
    (
        &ADA,
        "Who may change what",
        "Anyone may read this. Only I may edit or delete it, and that is not decided by an if in the code: each request \
         opens a transaction that carries the verified token of whoever asks, and PostgreSQL's row-level security \
         does the rest.\n\nmigrations/0007_create_posts.sql has the policies.",
    ),
    (
        &GRACE,
        "All of it works without JavaScript",
        "Switch it off and try: sign in, add a todo, write a post. With JavaScript on, only the list of todos loads \
         any WebAssembly, since it is the only part that answers faster for it.",
    ),
    (
        &ADA,
        "Welcome",
        "This is a full-stack app on Leptos, axum and Neon, running on nothing but this machine: PostgreSQL and Neon \
         Auth are local stand-ins, and everything they keep is in the folder .local.\n\nSign up with any address, or \
         sign in as ada@example.com or grace@example.com with the password local-password.",
    ),
];

/// Safe to repeat: people who exist sign in, and what was submitted before is not written twice.
pub async fn plant(environment: &LocalEnvironment) -> anyhow::Result<()> {
    let neon_auth = NeonAuth::Stack(Stack::new(environment.neon_auth.clone())?);
    let keys = Keys::new(neon_auth.clone());
    let db = Db::connect_lazy(&DbSettings {
        url: environment.database_url.expose_secret().to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_cache_capacity: 10,
    })?;
    let ada = enter(&neon_auth, &keys, &ADA).await?;
    let grace = enter(&neon_auth, &keys, &GRACE).await?;

    for (claims, person) in [(&ada, &ADA), (&grace, &GRACE)] {
        for (number, todo) in (0..).zip(person.todos) {
            let task = Task::parse(todo).map_err(|error| anyhow!("{error:?}"))?;
            db.insert_as(claims, &NewTodo { task, submission: Uuid::from_u128(number) }).await?;
        }
    }
    for (number, (author, title, content)) in (0..).zip(POSTS) {
        let claims = if author.name == ADA.name { &ada } else { &grace };
        let draft = Draft::parse(title, content).map_err(|error| anyhow!("{error:?}"))?;
        db.insert_as(claims, &NewPost { draft, submission: Uuid::from_u128(number) }).await?;
    }
    db.close().await;
    Ok(())
}

async fn enter(neon_auth: &NeonAuth, keys: &Keys, person: &Person) -> anyhow::Result<Claims> {
    match neon_auth.sign_up(&person.credentials(), person.name, None).await {
        Err(NeonAuthError::Problem(Problem::EmailKnown)) => sign_in(neon_auth, keys, person).await,
        entry => admitted(entry, keys, person).await,
    }
}

/// Fails for somebody who has deleted the account since, or has another password now.
pub(super) async fn sign_in(neon_auth: &NeonAuth, keys: &Keys, person: &Person) -> anyhow::Result<Claims> {
    // No address of a made-up person is ever confirmed, so no mail leads anywhere.
    let landings = Landings::on(&"http://localhost".parse()?);
    admitted(neon_auth.sign_in(&person.credentials(), &landings).await, keys, person).await
}

async fn admitted(entry: Result<Entry, NeonAuthError>, keys: &Keys, person: &Person) -> anyhow::Result<Claims> {
    match entry.with_context(|| format!("{} cannot sign in", person.email))? {
        Entry::SignedIn(tokens) => Ok(keys.verify(&tokens.access).await?),
        Entry::ConfirmEmail(_) => bail!("{} cannot sign in: the address has to be confirmed", person.email),
    }
}
