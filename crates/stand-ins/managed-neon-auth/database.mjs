// The schema `neon_auth`: better-auth's own tables, Neon's `project_config`, and what the app's owner may do there.
// It must cope with what is there already: tests make the table of users beforehand.
import pg from 'pg';
import { getMigrations } from './better-auth.mjs';

const PROJECT_CONFIG = `
  create table if not exists neon_auth.project_config (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    endpoint_id text not null unique,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp,
    trusted_origins jsonb not null,
    social_providers jsonb not null,
    email_provider jsonb,
    email_and_password jsonb,
    allow_localhost boolean not null,
    plugin_configs jsonb,
    webhook_config jsonb
  )`;

export async function open(connectionString) {
  const pool = new pg.Pool({ connectionString, options: '-c search_path=neon_auth', max: 3 });
  // The database of a finished test is dropped with whoever is still connected to it.
  pool.on('error', () => {});
  await pool.query('create schema if not exists neon_auth');
  return pool;
}

export async function migrate(pool, options, appOwner) {
  const migrations = await getMigrations(options);
  await migrations.runMigrations();
  await pool.query(PROJECT_CONFIG);
  if (appOwner) {
    const role = pg.escapeIdentifier(appOwner);
    await pool.query(`grant usage on schema neon_auth to ${role};
      grant select, references on all tables in schema neon_auth to ${role}`);
  }
}

/** The one row, in the notation of rows that Neon itself wrote. */
export async function describe(pool, settings) {
  const columns = {
    name: 'Stand-in for tests',
    endpoint_id: 'ep-stand-in-00000000',
    trusted_origins: settings.trusted_origins.map((domain) => ({ domain })),
    social_providers: settings.providers.map((id) => ({ id, isShared: true })),
    // The shared sender can only mail codes.
    email_provider: { type: settings.verification_method === 'link' ? 'standard' : 'shared' },
    email_and_password: {
      enabled: settings.email_and_password,
      disableSignUp: !settings.sign_up,
      emailVerificationMethod: settings.verification_method,
      requireEmailVerification: settings.require_email_verification,
      autoSignInAfterVerification: settings.auto_sign_in_after_verification,
      sendVerificationEmailOnSignIn: false,
      sendVerificationEmailOnSignUp: settings.require_email_verification,
    },
    allow_localhost: settings.allow_localhost,
    plugin_configs: {
      magicLink: { config: { expiresIn: 5, disableSignUp: false }, enabled: false },
      organization: {
        config: { creatorRole: 'owner', membershipLimit: 100, organizationLimit: 10, sendInvitationEmail: false },
        enabled: true,
      },
      // Neon's rows do not name it: codes are always on there. Only this notation of "off" is made up.
      ...(settings.sign_in_by_code ? {} : { emailOTP: { enabled: false } }),
    },
    webhook_config: { enabled: false, enabledEvents: [], timeoutSeconds: 5 },
  };
  const names = Object.keys(columns);
  const values = Object.values(columns).map((value) => (typeof value === 'object' ? JSON.stringify(value) : value));
  const numbers = names.map((_, index) => `$${index + 1}`);
  const updates = names.map((name) => `${name} = excluded.${name}`);
  await pool.query(
    `insert into neon_auth.project_config (${names}) values (${numbers})
     on conflict (endpoint_id) do update set ${updates}, updated_at = current_timestamp`,
    values,
  );
}
