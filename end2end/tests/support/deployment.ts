// A deployment: the release, far from the clone, with nothing but the variables of a deployment. Without a release, the
// last build with the same variables.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pooled } from './pgbouncer';
import { built, environment, freePort, program, root, serve, type Server } from './programs';
import type { Generation } from './server';

/** What `cargo xtask release` made, when the tests are to run on it. */
const release = process.env.RELEASE_FOLDER;

/** The URLs of a database, one for each login. */
export type Logins = { superuser: string; owner: string; web: string };

type Variables = Record<string, string>;

/** The release as it was copied, and the variables that it needs. */
export type Deployment = { folder: string; variables: Variables };

/** An empty database of this name, in the PostgreSQL of local mode. */
export function emptyDatabase(name: string): Logins {
  return JSON.parse(execFileSync(program, ['empty-database', name], { cwd: root, env: environment(), encoding: 'utf8' }));
}

/** Brings a database to its schema with this program, and returns the variables of a server that uses it. */
export function migrated({ owner, web }: Logins, server = program): Variables {
  execFileSync(server, ['migrate'], { cwd: '/', env: { DATABASE_OWNER_URL: owner, DATABASE_URL: web }, stdio: 'pipe' });
  return { DATABASE_URL: web, SESSION_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f' };
}

/** Deploys the app with a migrated database, and the variables of its Neon Auth: those it needs, and others. */
export async function deploy(generation: Generation, logins: Logins, needed: Variables, others: Variables = {}): Promise<Server> {
  const folder = release && elsewhere(release);
  const server = folder ? join(folder, 'server') : program;
  const variables = { ...migrated(logins, server), ...needed };
  // As a deployment at Neon, which has one.
  const pooler = process.env.THROUGH_PGBOUNCER ? await pooled(variables.DATABASE_URL, await freePort()) : undefined;
  const reached = { ...variables, ...others, ...pooler?.variables };
  const served = folder
    ? await serve(generation, server, '/', reached)
    : await serve(generation, server, root, { ...built(), ...reached });
  const stop = async () => {
    await served.stop();
    await pooler?.stop();
    if (folder) rmSync(folder, { recursive: true });
  };
  return { ...served, deployment: folder ? { folder, variables } : undefined, stop };
}

/** A copy of the release where nothing of this clone is near. */
function elsewhere(made: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  cpSync(made, folder, { recursive: true });
  return folder;
}
