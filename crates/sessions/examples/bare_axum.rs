//! A bare axum app with sessions: log in, see where you are logged in, log out.
//!
//! `DATABASE_URL` names a database as an owner who may create roles. The example makes the role `web` and the table
//! where they are missing. Its key is a new one at each start, which ends the sessions of the last. With the server
//! running:
//!
//! ```sh
//! curl --cookie-jar jar --data 'id=ada&secret=xyzzy' http://127.0.0.1:3000/log-in
//! curl --cookie jar http://127.0.0.1:3000/
//! curl --cookie jar --request POST http://127.0.0.1:3000/log-out
//! ```

use anyhow::{Context, Result};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use rls::connect_options;
use serde::{Deserialize, Serialize};
use sessions::{Client, SessionCookie, SessionKey, Store, StoreSettings};
use sqlx::{ConnectOptions, Connection, Executor};
use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;
use std::{env, time};
use tokio::net::TcpListener;
use tower_sessions::{Expiry, Session};

const COOKIE: SessionCookie = SessionCookie::loopback("bare-axum", "session");
const LIFETIME: time::Duration = time::Duration::from_secs(24 * 3600);

const SCHEMA: &str =
    concat!("create schema if not exists web;", include_str!("../../../migrations/0004_create_sessions.sql"));

/// The contents of a session, under the name `user`.
#[derive(Serialize, Deserialize)]
struct User {
    id: String,
    /// Something that is nowhere in the clear.
    secret: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(&env::var("DATABASE_URL").context("DATABASE_URL is not set")?, listener).await
}

/// Makes the table and serves the app.
pub async fn serve(owner_url: &str, listener: TcpListener) -> Result<()> {
    make_table(owner_url).await?;
    let mut key = [0; 32];
    aws_lc_rs::rand::fill(&mut key)?;
    let store = Store::connect_lazy(StoreSettings {
        url: owner_url.into(),
        application_name: "bare_axum".to_owned(),
        max_connections: 2,
        acquire_timeout: time::Duration::from_secs(10),
        statement_cache_capacity: 100,
        key: SessionKey::parse(&hex::encode(key).into())?,
        purpose: "bare_axum session".to_owned(),
        user_id: |data| data.get("user")?.get("id")?.as_str(),
    })?;
    let app = Router::new()
        .route("/", get(home))
        .route("/log-in", post(log_in))
        .route("/log-out", post(log_out))
        .layer(from_fn_with_state(store.clone(), open_session))
        .with_state(store);
    Ok(axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?)
}

async fn make_table(owner_url: &str) -> Result<()> {
    let mut owner = connect_options(owner_url).context("DATABASE_URL")?.connect().await?;
    let (has_role, has_table): (bool, bool) =
        sqlx::query_as("select to_regrole('web') is not null, to_regclass('web.session') is not null")
            .fetch_one(&mut owner)
            .await?;
    if !has_role {
        owner.execute("create role web nologin").await?;
    }
    if !has_table {
        owner.execute(sqlx::raw_sql(SCHEMA)).await?;
    }
    Ok(owner.close().await?)
}

/// Opens the session of the cookie, and sets another cookie if the session became another one.
async fn open_session(
    State(store): State<Store>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let sent = COOKIE.read(request.headers());
    let store = store.for_client(Client::new(request.headers(), peer.ip()));
    let expiry = Expiry::OnInactivity(LIFETIME.try_into().map_err(unavailable)?);
    let session = Session::new(sent, Arc::new(store), Some(expiry));
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    let cookie = match session.id() {
        id if id == sent => None,
        Some(id) => COOKIE.set(id, LIFETIME),
        None => COOKIE.remove(),
    };
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn home(State(store): State<Store>, session: Session) -> Result<String, StatusCode> {
    let user: Option<User> = session.get("user").await.map_err(unavailable)?;
    let (Some(user), Some(id)) = (user, session.id()) else { return Ok("You are not logged in.\n".to_owned()) };
    let mut page = format!("You are {}, and your secret is {}.\n", user.id, user.secret);
    for device in store.devices(&user.id, &id).await.map_err(unavailable)? {
        let here = if device.is_current { "here" } else { "there" };
        let name = device.user_agent.as_deref().unwrap_or("an unknown browser");
        let ip_address = device.ip_address.as_deref().unwrap_or("an unknown address");
        page += &format!("{here}: {name} at {ip_address}\n");
    }
    Ok(page)
}

async fn log_in(session: Session, Form(user): Form<User>) -> Result<Redirect, StatusCode> {
    // Under a new id, so that one that was known before is worth nothing afterwards.
    session.cycle_id().await.map_err(unavailable)?;
    session.insert("user", user).await.map_err(unavailable)?;
    session.save().await.map_err(unavailable)?;
    Ok(Redirect::to("/"))
}

async fn log_out(session: Session) -> Result<Redirect, StatusCode> {
    session.flush().await.map_err(unavailable)?;
    Ok(Redirect::to("/"))
}

fn unavailable(error: impl Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::SERVICE_UNAVAILABLE
}
