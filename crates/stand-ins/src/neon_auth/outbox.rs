//! The outbox: the mails that would have been sent, as a page for developers and as JSON for tests.

use super::errors::{ApiResult, json_response};
use super::{admin::Admin, page, state::StandIn};
use axum::{Router, extract::State, routing::get};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// The most mails that are shown: the latest ones.
const MAX_MAILS: i64 = 50;

#[derive(sqlx::FromRow)]
struct Mail {
    recipient: String,
    subject: String,
    code: String,
    link: String,
    sent_at: OffsetDateTime,
}

pub fn routes() -> Router<StandIn> {
    Router::new().route("/outbox", get(show)).route("/outbox.json", get(list))
}

/// Logs where the mail is that was just written.
pub fn log_new_mail(stand_in: &StandIn) {
    tracing::info!("a mail was written: it lies in {}/local/outbox", stand_in.browser_origin);
}

async fn latest(stand_in: &StandIn) -> sqlx::Result<Vec<Mail>> {
    sqlx::query_as("select recipient, subject, code, link, sent_at from outbox order by id desc limit $1")
        .bind(MAX_MAILS)
        .fetch_all(&stand_in.pool)
        .await
}

/// Answers `GET /local/outbox`, which needs no key: it shows mail of made-up users to this machine only.
async fn show(State(stand_in): State<StandIn>) -> ApiResult {
    let mails = latest(&stand_in).await?;
    let mut main = String::from("<h1>Outbox</h1><p>No mail leaves this machine. Newest first.</p>");
    if mails.is_empty() {
        main.push_str("<p>Nothing was sent yet.</p>");
    }
    for mail in mails {
        main.push_str(&format!(
            "<article><h2>{}</h2><p>To {} at {}</p><p><a href=\"{}\">Follow the link in the mail</a></p>\
             <p>Code: <code>{}</code></p></article>",
            page::escape(&mail.subject),
            page::escape(&mail.recipient),
            super::known_errors::iso(mail.sent_at),
            page::escape(&mail.link),
            page::escape(&mail.code),
        ));
    }
    Ok(page::respond("Outbox", &main, &[]))
}

async fn list(State(stand_in): State<StandIn>, _: Admin) -> ApiResult {
    let mails = latest(&stand_in).await?;
    let view = |mail: Mail| json!({ "recipient": mail.recipient, "subject": mail.subject, "code": mail.code, "link": mail.link });
    Ok(json_response(&Value::Array(mails.into_iter().map(view).collect())))
}
