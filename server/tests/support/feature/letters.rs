//! Letters: public, written only by their author, kept without a name when the account is deleted.

use super::rows::NewRow;
use leptos::prelude::server;
use leptos::server_fn::ServerFn;
use leptos_axum::redirect;
use request::codec::Postcard;
use request::feature::{Document, Feature, to_json};
use request::session::{db, require_user};
use request::{AppError, idempotency_key};
use rls::{Db, DbError, Reads, UserTx};
use serde_json::{Value, json};

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
    export: Some(|tx| Box::pin(export(tx))),
    on_account_deletion: Some(|tx| Box::pin(on_account_deletion(tx))),
    documents: &[Document {
        path: DOCUMENT,
        content_type: "text/plain; charset=utf-8",
        render: |request| Box::pin(as_text(request.db)),
    }],
    ..Feature::NONE
};

#[server(prefix = "/api", endpoint = "create_letter", output = Postcard)]
#[tracing::instrument(skip_all)]
pub async fn create_letter(body: String, idempotency_key: String) -> Result<(), AppError> {
    let user = require_user()?;
    let body = super::checked(&body)?;
    let letter = NewRow { table: "letters", body: &body, idempotency_key: idempotency_key::parse(&idempotency_key)? };
    db()?.insert_as(&user, &letter).await?;
    redirect(PAGE);
    Ok(())
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

async fn export(tx: &mut UserTx) -> Result<Value, AppError> {
    let bodies: Vec<String> =
        sqlx::query_scalar("select body from letters where author_id = (select current_user_id()) order by id desc")
            .fetch_all(tx.connection())
            .await
            .map_err(DbError::from)?;
    to_json(bodies.iter().map(|body| json!({ "body": body })).collect::<Vec<_>>())
}

async fn on_account_deletion(tx: &mut UserTx) -> Result<String, AppError> {
    let count = "select count(*) from letters where author_id = (select current_user_id())";
    Ok(match super::count(tx, count).await? {
        0 => "You have no letters.".to_owned(),
        1 => "Your 1 letter stays, without your name.".to_owned(),
        count => format!("Your {count} letters stay, without your name."),
    })
}
