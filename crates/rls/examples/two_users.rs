//! Two users and an anonymous one in one table: each sees and changes what its policies allow, and nothing else.
//!
//! `DATABASE_URL` names a database as an owner who may create roles. The example makes a table, a login and, where they
//! are missing, the roles `authenticated` and `anonymous`; it removes the table and the login again. It fails if
//! isolation does not hold.

use anyhow::{Context, Result, bail, ensure};
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{Algorithm, Claims, Expected, Verifier};
use jsonwebtoken::{EncodingKey, Header};
use rls::{Db, DbError, DbSettings, Reads, UserTx, connect_options};
use serde_json::json;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};
use std::env;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use url::Url;

const ISSUER: &str = "https://auth.example.com";

const CREATE_TABLE: &str = "
    create table two_users_notes (
      body text not null,
      user_id text not null default current_setting('request.jwt.claims')::jsonb ->> 'sub'
    );
    grant select, delete, insert (body) on two_users_notes to authenticated;
    alter table two_users_notes enable row level security;
    alter table two_users_notes force row level security;
    create policy two_users_notes_belong_to_their_user on two_users_notes for all to authenticated
      using (user_id = (select current_setting('request.jwt.claims')::jsonb ->> 'sub'));";

const CLEAN_UP: &str = "drop table if exists two_users_notes; drop role if exists two_users_login;";

#[tokio::main]
async fn main() -> Result<()> {
    run(&env::var("DATABASE_URL").context("DATABASE_URL is not set")?).await
}

/// Makes the table, checks it as each user, and removes it, also where isolation does not hold.
pub async fn run(owner_url: &str) -> Result<()> {
    let mut owner = connect_options(owner_url).context("DATABASE_URL")?.connect().await?;
    owner.execute(sqlx::raw_sql(CLEAN_UP)).await?;
    let outcome = match prepare(&mut owner, owner_url).await {
        Ok(db) => {
            let outcome = check_isolation(&db).await;
            db.close().await;
            outcome
        }
        Err(error) => Err(error),
    };
    owner.execute(sqlx::raw_sql(CLEAN_UP)).await?;
    owner.close().await?;
    outcome
}

/// Makes roles and table, and returns the database as a login that can do nothing but take on the two roles.
async fn prepare(owner: &mut PgConnection, owner_url: &str) -> Result<Db> {
    for role in ["authenticated", "anonymous"] {
        let exists: bool =
            sqlx::query_scalar("select to_regrole($1) is not null").bind(role).fetch_one(&mut *owner).await?;
        if !exists {
            owner.execute(AssertSqlSafe(format!("create role {role} nologin noinherit"))).await?;
        }
    }
    let mut password = [0; 16];
    fill(&mut password)?;
    let password = hex::encode(password);
    let login = "create role two_users_login login noinherit in role authenticated, anonymous password";
    owner.execute(AssertSqlSafe(format!("{login} '{password}'"))).await?;
    owner.execute(sqlx::raw_sql(CREATE_TABLE)).await?;

    let mut url = Url::parse(owner_url)?;
    let is_set = url.set_username("two_users_login").and_then(|()| url.set_password(Some(&password)));
    ensure!(is_set.is_ok(), "DATABASE_URL has no host");
    Ok(Db::connect_lazy(&DbSettings {
        url: url.into(),
        application_name: "two_users".to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_cache_capacity: 100,
    })?)
}

async fn check_isolation(db: &Db) -> Result<()> {
    let [ada, bob] = users(["ada", "bob"])?;
    for (user, body) in [(&ada, "of Ada"), (&bob, "of Bob"), (&bob, "of Bob as well")] {
        let mut tx = db.as_user(user).await?;
        sqlx::query("insert into two_users_notes (body) values ($1)").bind(body).execute(tx.connection()).await?;
        tx.commit().await?;
    }

    let mut tx = db.as_user(&bob).await?;
    let deleted = sqlx::query("delete from two_users_notes where body = 'of Ada'").execute(tx.connection()).await?;
    tx.commit().await?;
    ensure!(deleted.rows_affected() == 0, "Bob deleted a note of Ada");

    for (user, expected) in [(&ada, &["of Ada"][..]), (&bob, &["of Bob", "of Bob as well"])] {
        let seen = notes(&mut db.as_user(user).await?).await?;
        println!("{} sees {seen:?}", user.subject());
        ensure!(seen == expected, "{} should see {expected:?}", user.subject());
    }

    let mut tx = db.as_anonymous().await?;
    let refused = sqlx::query("select from two_users_notes").execute(tx.connection()).await.map_err(DbError::from);
    match refused {
        Err(DbError::Forbidden) => println!("an anonymous user is not allowed to look"),
        other => bail!("an anonymous user should not be allowed to look: {other:?}"),
    }
    Ok(())
}

/// Returns the notes that the policy lets the user see: there is no `where`.
async fn notes(tx: &mut UserTx) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar("select body from two_users_notes order by body").fetch_all(tx.connection()).await?)
}

/// Signs a token for each, as an authentication service would, and verifies it.
fn users<const COUNT: usize>(subjects: [&str; COUNT]) -> Result<[Claims; COUNT]> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())?;
    let public = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref())?;
    let public = URL_SAFE_NO_PAD.encode(public.public_key());
    let verifier = Verifier::new(Expected {
        issuer: ISSUER.to_owned(),
        audience: ISSUER.to_owned(),
        algorithm: Algorithm::EdDsa,
        project_id: None,
        branch_id: None,
    });
    let jwks = json!({"keys": [{"kid": "k1", "kty": "OKP", "crv": "Ed25519", "x": public}]});
    verifier.replace_keys(jwks.to_string().as_bytes())?;

    let key = EncodingKey::from_ed_der(pkcs8.as_ref());
    let header = Header { kid: Some("k1".to_owned()), ..Header::new(jsonwebtoken::Algorithm::EdDSA) };
    let in_a_minute = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + 60;
    let mut users = Vec::new();
    for subject in subjects {
        let claims = json!({"sub": subject, "iss": ISSUER, "aud": ISSUER, "exp": in_a_minute});
        users.push(verifier.verify(&jsonwebtoken::encode(&header, &claims, &key)?)?);
    }
    users.try_into().ok().context("one for each")
}
