// The servers of a test run: the binary that was built last, on free ports, once with each generation of Neon Auth.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pooled } from './pgbouncer';

const root = join(import.meta.dirname, '../../..');
const program = join(root, 'target/debug/server');
/** What `cargo xtask release` made, when the tests are to run on it; the last build otherwise. */
const release = process.env.RELEASE_FOLDER;
export const data = join(root, 'target/end2end');
const description = join(data, 'servers.json');

/** `stack` is local mode as developers run it, `managed` a deployment with the real better-auth, in Neon's version, and
 * `managed-next` the same with a later one. */
export type Generation = 'stack' | 'managed' | 'managed-next';

/** How tests reach the levers of the stand-in for Managed Neon Auth. */
export type Managed = { control: string; control_key: string };

/** The release as it was copied, and the variables of a deployment. */
export type Deployment = { folder: string; variables: Record<string, string> };

type Servers = {
  origins: Record<Generation, string>;
  levers: Record<'managed' | 'managed-next', Managed>;
  deployment?: Deployment;
};

/** Starts all of them, and returns how to stop them. */
export default async function start(): Promise<() => Promise<void>> {
  mkdirSync(data, { recursive: true });
  const stack = await serve('stack', program, root, built());
  const folder = release && elsewhere(release);
  // The others use the PostgreSQL that the first one has started.
  const { variables, neonAuth, managed } = await standIn(folder ? join(folder, 'server') : program, '1.4');
  const next = await standIn(program, '1.7');
  // As a deployment at Neon, which has one.
  const pooler = process.env.THROUGH_PGBOUNCER ? await pooled(variables.DATABASE_URL, await freePort()) : undefined;
  const reached = { ...variables, ...pooler?.variables };
  const second = folder
    ? await serve('managed', join(folder, 'server'), '/', reached)
    : await serve('managed', program, root, { ...built(), ...reached });
  const third = await serve('managed-next', program, root, { ...built(), ...next.variables });
  const deployment = folder && { folder, variables };
  const origins = { stack: stack.origin, managed: second.origin, 'managed-next': third.origin };
  const levers = { managed, 'managed-next': next.managed };
  writeFileSync(description, JSON.stringify({ origins, levers, deployment }));
  return async () => {
    await Promise.all([stack.stop(), second.stop(), third.stop()]);
    await pooler?.stop();
    neonAuth.stdin?.end();
    next.neonAuth.stdin?.end();
    if (folder) rmSync(folder, { recursive: true });
  };
}

export function readServers(): Servers {
  return JSON.parse(readFileSync(description, 'utf8'));
}

/** A copy of the release where nothing of this clone is near. */
function elsewhere(made: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  cpSync(made, folder, { recursive: true });
  return folder;
}

/** Where the last build is. A release needs none of it. */
function built(): NodeJS.ProcessEnv {
  return {
    ...environment(),
    LEPTOS_SITE_ROOT: join(root, 'target/site'),
    LEPTOS_SITE_PKG_DIR: 'pkg',
    LEPTOS_HASH_FILES: 'true',
  };
}

/** With this program, from this folder, and with nothing in its environment but these variables. */
async function serve(generation: Generation, server: string, cwd: string, variables: NodeJS.ProcessEnv) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const file = join(data, `${generation}.log`);
  const log = openSync(file, 'w');
  const child = spawn(server, [], {
    cwd,
    stdio: ['ignore', log, log],
    env: {
      LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
      PUBLIC_ORIGIN: origin,
      // Everybody comes from the same address here.
      RATE_SIGN_IN: '10000/1',
      RATE_CODE: '10000/1',
      RATE_ACCOUNT: '10000/1',
      RATE_OTHER: '10000/1',
      RATE_FORM: '10000/1',
      ...variables,
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await ready(origin, ended);
  } catch (error) {
    child.kill();
    throw new Error(`${error}\n${readFileSync(file, 'utf8')}`);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { origin, stop };
}

/** Managed Neon Auth with a database of its own, migrated as a deployment's is; it ends with its standard input. */
async function standIn(server: string, version: '1.4' | '1.7') {
  const made = execFileSync(program, ['empty-database', 'managed'], { cwd: root, env: environment(), encoding: 'utf8' });
  const { superuser, owner, web } = JSON.parse(made);
  const neonAuth: ChildProcess = spawn('node', [join(root, 'end2end/managed-neon-auth/main.mjs')], {
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
  return { variables, neonAuth, managed: managed as Managed };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the stand-in for Managed Neon Auth ended before it was ready: is `npm ci` up to date?');
}

/** The configuration of the machine, and what cargo-leptos tells its children, must not reach these programs. */
function environment(): NodeJS.ProcessEnv {
  const foreign = /^(LEPTOS_|DATABASE_|STACK_|NEXT_PUBLIC_STACK_|NEON_AUTH_|SESSION_KEY$|PUBLIC_ORIGIN$|PORT$|TRUSTED_PROXY$|RATE_)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), LOCAL_FOLDER: data };
}

async function ready(origin: string, ended: Promise<void>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    if (over) throw new Error('the server ended before it was ready');
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server was not ready after two minutes');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
