//! The tables in which the stand-in keeps its state, in a database of its own.

use sqlx::{Executor, PgConnection};

/// The lock by which two processes that start at once make the tables one after the other.
const LOCK: &str = "select pg_advisory_xact_lock(7261094412)";

/// The tables. Refresh tokens and codes are stored as hashes, passwords by argon2. Sessions have no foreign key to
/// users: the real server lets a user whose account is gone sign out.
const TABLES: &str = r"
create schema if not exists local_neon_auth;
set local search_path to local_neon_auth;

create table if not exists project (
    id uuid primary key,
    position bigint generated always as identity unique,
    display_name text not null,
    publishable_client_key text not null,
    secret_server_key text not null,
    super_secret_admin_key text not null,
    allow_localhost boolean not null default true,
    sign_up_enabled boolean not null default true,
    credential_enabled boolean not null default true,
    client_user_deletion_enabled boolean not null default false,
    require_email_verification boolean not null default false,
    magic_link_enabled boolean not null default false,
    oauth_providers text[] not null default '{github,google}',
    access_token_seconds bigint not null default 600,
    sync_delay_millis bigint default 500
);

create table if not exists trusted_domain (
    project_id uuid not null references project (id) on delete cascade,
    domain text not null,
    primary key (project_id, domain)
);

create table if not exists signing_key (
    kid text primary key,
    project_id uuid not null references project (id) on delete cascade,
    audience text not null check (audience in ('normal', 'restricted', 'anonymous')),
    position bigint not null,
    pkcs8 bytea not null,
    point bytea not null,
    unique (project_id, audience, position)
);

create table if not exists account (
    id uuid primary key,
    project_id uuid not null references project (id) on delete cascade,
    display_name text,
    primary_email text,
    primary_email_verified boolean not null default false,
    primary_email_auth_enabled boolean not null default false,
    profile_image_url text,
    password_hash text,
    totp_secret bytea,
    client_metadata jsonb,
    client_read_only_metadata jsonb,
    server_metadata jsonb,
    signed_up_at timestamptz not null default now(),
    last_active_at timestamptz not null default now()
);
create unique index if not exists account_auth_email on account (project_id, primary_email)
    where primary_email_auth_enabled;

create table if not exists provider_account (
    project_id uuid not null references project (id) on delete cascade,
    provider text not null,
    account_id text not null,
    user_id uuid not null references account (id) on delete cascade,
    email text,
    primary key (project_id, provider, account_id)
);

create table if not exists session (
    id uuid primary key,
    project_id uuid not null references project (id) on delete cascade,
    user_id uuid not null,
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    is_impersonation boolean not null default false
);
create index if not exists session_by_user on session (user_id);

create table if not exists oauth_flow (
    state text primary key,
    project_id uuid not null references project (id) on delete cascade,
    provider text not null,
    request jsonb not null,
    identity jsonb,
    identity_code text,
    expires_at timestamptz not null
);

create table if not exists authorization_code (
    code_hash bytea primary key,
    project_id uuid not null references project (id) on delete cascade,
    user_id uuid not null,
    redirect_uri text not null,
    code_challenge text not null,
    is_new_user boolean not null,
    after_callback_redirect_url text,
    expires_at timestamptz not null
);

create table if not exists verification_code (
    code_hash bytea primary key,
    project_id uuid not null references project (id) on delete cascade,
    purpose text not null,
    user_id uuid not null,
    email text,
    nonce_hash bytea,
    attempts integer not null default 0,
    used_at timestamptz,
    expires_at timestamptz not null
);

create table if not exists outbox (
    id bigint generated always as identity primary key,
    recipient text not null,
    subject text not null,
    code text not null,
    link text not null,
    sent_at timestamptz not null default now()
);

create table if not exists sync_job (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('write', 'delete')),
    data jsonb not null,
    created_at timestamptz not null default clock_timestamp()
);

-- For tables that an earlier version has made.
alter table project add column if not exists magic_link_enabled boolean not null default false,
    add column if not exists oauth_providers text[] not null default '{github,google}';
alter table verification_code add column if not exists nonce_hash bytea,
    add column if not exists attempts integer not null default 0,
    drop constraint if exists verification_code_purpose_check;
create index if not exists verification_code_by_nonce on verification_code (nonce_hash);

delete from oauth_flow where expires_at < now() - interval '1 day';
delete from authorization_code where expires_at < now() - interval '1 day';
delete from verification_code where expires_at < now() - interval '30 days';
delete from session where expires_at < now() - interval '1 day';
";

/// Makes what is missing and keeps what is there.
pub async fn create(connection: &mut PgConnection) -> sqlx::Result<()> {
    connection.execute("begin").await?;
    connection.execute(LOCK).await?;
    connection.execute("set local client_min_messages to warning").await?;
    connection.execute(TABLES).await?;
    connection.execute("commit").await?;
    Ok(())
}
