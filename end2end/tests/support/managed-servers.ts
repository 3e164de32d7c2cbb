// The servers with Managed Neon Auth: a deployment, which is the release where there is one, and local mode.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pooled } from './pgbouncer';
import { built, data, environment, freePort, program, root, serve, type Server } from './programs';

/** What `cargo xtask release` made, when the tests are to run on it; the last build otherwise. */
const release = process.env.RELEASE_FOLDER;

/** How tests reach the levers of the stand-in. */
export type Levers = { control: string; control_key: string };

/** The release as it was copied, and the variables of a deployment. */
export type Deployment = { folder: string; variables: Record<string, string> };

/** Starts all of them. */
export async function startManaged() {
  const folder = release && elsewhere(release);
  const { variables, neonAuth, managed } = await standIn('managed', folder ? join(folder, 'server') : program, '1.4');
  const next = await standIn('managed_next', program, '1.7');
  // As a deployment at Neon, which has one.
  const pooler = process.env.THROUGH_PGBOUNCER ? await pooled(variables.DATABASE_URL, await freePort()) : undefined;
  const reached = { ...variables, ...pooler?.variables };
  const servers: Server[] = [
    folder
      ? await serve('managed', join(folder, 'server'), '/', reached)
      : await serve('managed', program, root, { ...built(), ...reached }),
    await serve('managed-next', program, root, { ...built(), ...next.variables }),
  ];
  // Whatever an earlier run has switched.
  rmSync(join(data, 'managed-neon-auth'), { recursive: true, force: true });
  servers.push(await serve('managed-local', program, root, { ...built(), LOCAL_NEON_AUTH_GENERATION: 'managed' }));
  const own: Levers = JSON.parse(readFileSync(join(data, 'managed-neon-auth.json'), 'utf8'));
  const stop = async () => {
    await pooler?.stop();
    neonAuth.stdin?.end();
    next.neonAuth.stdin?.end();
    if (folder) rmSync(folder, { recursive: true });
  };
  const levers = { managed, 'managed-next': next.managed, 'managed-local': own };
  return { servers, levers, deployment: folder && { folder, variables }, stop };
}

/** A copy of the release where nothing of this clone is near. */
function elsewhere(made: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  cpSync(made, folder, { recursive: true });
  return folder;
}

/** Managed Neon Auth with a database of this name, migrated as a deployment's is; it ends with its standard input. */
async function standIn(database: string, server: string, version: '1.4' | '1.7') {
  const made = execFileSync(program, ['empty-database', database], { cwd: root, env: environment(), encoding: 'utf8' });
  const { superuser, owner, web } = JSON.parse(made);
  const neonAuth: ChildProcess = spawn('node', [join(root, 'crates/stand-ins/managed-neon-auth/main.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...environment(), DATABASE_URL: superuser, APP_OWNER: 'app_owner', BETTER_AUTH: version },
  });
  const { base_url, ...managed } = JSON.parse(await firstLine(neonAuth));
  execFileSync(server, ['migrate'], { cwd: '/', env: { DATABASE_OWNER_URL: owner, DATABASE_URL: web }, stdio: 'pipe' });
  const variables = {
    DATABASE_URL: web,
    NEON_AUTH_BASE_URL: base_url,
    SESSION_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  };
  return { variables, neonAuth, managed: managed as Levers };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the stand-in for Managed Neon Auth ended before it was ready: is `npm ci` up to date?');
}
