//! The server functions of posts. Input is checked in `model`, rights by the policies of the database.

use super::markdown::SafeHtml;
use super::model::PostId;
use leptos::prelude::server;
use request::AppError;
use request::codec::Postcard;

#[cfg(feature = "ssr")]
use {
    super::markdown,
    super::model::{CONTENT, CONTENT_MAX, Draft, NewPost},
    super::store,
    leptos_axum::redirect,
    request::session::{db, require_user},
    request::{idempotency_key, text},
};

#[server(prefix = "/api", endpoint = "create_post", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn create_post(title: String, content: String, idempotency_key: String) -> Result<PostId, AppError> {
    let user = require_user()?;
    let new =
        NewPost { draft: Draft::parse(&title, &content)?, idempotency_key: idempotency_key::parse(&idempotency_key)? };
    let id = db()?.insert_as(&user, &new).await?;
    redirect(&id.path());
    Ok(id)
}

#[server(prefix = "/api", endpoint = "update_post", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn update_post(id: PostId, version: i32, title: String, content: String) -> Result<(), AppError> {
    let user = require_user()?;
    let draft = Draft::parse(&title, &content)?;
    let mut tx = db()?.as_user(&user).await?;
    store::update_post(&mut tx, id, version, &draft).await?;
    tx.commit().await?;
    redirect(&id.path());
    Ok(())
}

#[server(prefix = "/api", endpoint = "delete_post", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn delete_post(id: PostId) -> Result<(), AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    store::delete_post(&mut tx, id).await?;
    tx.commit().await?;
    redirect("/");
    Ok(())
}

#[server(prefix = "/api", endpoint = "preview_post", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn preview_post(content: String) -> Result<SafeHtml, AppError> {
    require_user()?;
    // Refuse what could not be saved either.
    let content = text::lines(&content, CONTENT_MAX).map_err(|problem| AppError::field(CONTENT, problem))?;
    Ok(markdown::render(&content))
}
