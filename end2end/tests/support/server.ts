// The server of a test run: the binary that was built last, on free ports, with data of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
export const data = join(root, 'target/end2end');
const description = join(data, 'server.json');

type Server = { origin: string };

/** Starts the server, and returns how to stop it. */
export default async function start(): Promise<() => Promise<void>> {
  mkdirSync(data, { recursive: true });
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const log = openSync(join(data, 'server.log'), 'w');
  const server = spawn(join(root, 'target/debug/server'), [], {
    cwd: root,
    stdio: ['ignore', log, log],
    env: {
      ...clean(process.env),
      LOCAL_FOLDER: data,
      LEPTOS_OUTPUT_NAME: 'leptos-neon',
      LEPTOS_SITE_ROOT: join(root, 'target/site'),
      LEPTOS_SITE_PKG_DIR: 'pkg',
      LEPTOS_HASH_FILES: 'true',
      LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
      PUBLIC_ORIGIN: origin,
      // Everybody comes from the same address here.
      RATE_SIGN_IN: '10000/1',
      RATE_CODE: '10000/1',
      RATE_ACCOUNT: '10000/1',
      RATE_OTHER: '10000/1',
    },
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  try {
    await ready(origin, ended);
  } catch (error) {
    server.kill();
    throw new Error(`${error}\n${readFileSync(join(data, 'server.log'), 'utf8')}`);
  }
  writeFileSync(description, JSON.stringify({ origin } satisfies Server));
  return async () => {
    server.kill('SIGTERM');
    await ended;
  };
}

export function readServer(): Server {
  return JSON.parse(readFileSync(description, 'utf8'));
}

/** The configuration of the machine, and what cargo-leptos tells its children, must not reach this server. */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(LEPTOS_|DATABASE_|STACK_|NEXT_PUBLIC_STACK_|NEON_AUTH_|SESSION_KEY$|PUBLIC_ORIGIN$|PORT$|TRUSTED_PROXY$|RATE_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
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
