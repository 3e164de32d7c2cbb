//! Letters: public, written only by their author, kept without a name when the account is deleted.

use leptos::prelude::server;
use leptos::server_fn::ServerFn;
use leptos_axum::redirect;
use request::codec::Json;
use request::feature::{Document, Feature, to_json};
use request::session::{db, require_user};
use request::{AppError, idempotency_key};
use rls::{Db, DbError, Insert, Reads, UserTx};
use serde_json::{Value, json};
use uuid::Uuid;

pub const PAGE: &str = "/letters";
pub const DOCUMENT: &str = "/letters.txt";

/// The number of letters that the page and the document list.
const LISTED: i64 = 100;

pub const FEATURE: Feature = Feature {
    name: "letters",
    nav: &[(PAGE, "Letters")],
    public: &[PAGE],
    forms: &[(CreateLetter::PATH, PAGE)],
    previews: &[(CreateLetter::PATH, PAGE)],
    export: Some(|tx| Box::pin(everything_own(tx))),
    on_account_deletion: Some(|tx| Box::pin(announced(tx))),
    documents: &[Document {
        path: DOCUMENT,
        content_type: "text/plain; charset=utf-8",
        render: |request| Box::pin(as_text(request.db)),
    }],
    ..Feature::NONE
};

#[server(prefix = "/api", endpoint = "create_letter", output = Json)]
#[tracing::instrument(skip_all)]
pub async fn create_letter(body: String, idempotency_key: String) -> Result<(), AppError> {
    let user = require_user()?;
    let body = super::checked(&body)?;
    db()?.insert_as(&user, &NewLetter { body, idempotency_key: idempotency_key::parse(&idempotency_key)? }).await?;
    redirect(PAGE);
    Ok(())
}

struct NewLetter {
    body: String,
    idempotency_key: Uuid,
}

impl Insert for NewLetter {
    type Row = ();

    #[tracing::instrument(level = "debug", skip_all)]
    async fn insert(&self, tx: &mut UserTx) -> Result<(), DbError> {
        let insert = "insert into letters (body, idempotency_key) values ($1, $2)
             on conflict on constraint letters_idempotency_key do nothing";
        sqlx::query(insert).bind(&self.body).bind(self.idempotency_key).execute(tx.connection()).await?;
        Ok(())
    }
}

/// Returns the newest letters, each with the name of its author while the account is there.
pub async fn list(tx: &mut impl Reads) -> Result<Vec<(String, Option<String>)>, DbError> {
    let letters = sqlx::query_as(
        "select body, nullif(name, '') from letters left join profiles on profiles.id = author_id
         order by letters.id desc limit $1",
    );
    Ok(letters.bind(LISTED).fetch_all(tx.connection()).await?)
}

async fn as_text(db: &Db) -> Result<String, AppError> {
    let letters = list(&mut db.as_anonymous().await?).await?;
    Ok(letters.into_iter().map(|(body, _)| body + "\n").collect())
}

async fn everything_own(tx: &mut UserTx) -> Result<Value, AppError> {
    let bodies: Vec<String> =
        sqlx::query_scalar("select body from letters where author_id = (select current_user_id()) order by id desc")
            .fetch_all(tx.connection())
            .await
            .map_err(DbError::from)?;
    to_json(bodies.iter().map(|body| json!({ "body": body })).collect::<Vec<_>>())
}

async fn announced(tx: &mut UserTx) -> Result<String, AppError> {
    let count: i64 = sqlx::query_scalar("select count(*) from letters where author_id = (select current_user_id())")
        .fetch_one(tx.connection())
        .await
        .map_err(DbError::from)?;
    Ok(match count {
        0 => "You have no letters.".to_owned(),
        1 => "Your 1 letter stays, without your name.".to_owned(),
        _ => format!("Your {count} letters stay, without your name."),
    })
}
