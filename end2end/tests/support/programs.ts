// The programs of a test run: the binary that was built last, on free ports.
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Deployment } from './deployment';
import type { Generation } from './server';

export const root = join(import.meta.dirname, '../../..');
export const program = join(root, 'target/debug/server');
export const data = join(root, 'target/end2end');

/** A server that answers. One of a release has its deployment, too. */
export type Server = { generation: Generation; origin: string; deployment?: Deployment; stop: () => Promise<void> };

/** Where the last build is. A release needs none of it. */
export function built(): NodeJS.ProcessEnv {
  return {
    ...environment(),
    LEPTOS_SITE_ROOT: join(root, 'target/site'),
    LEPTOS_SITE_PKG_DIR: 'pkg',
    LEPTOS_HASH_FILES: 'true',
  };
}

/** With this program, from this folder, and with nothing in its environment but these variables. */
export async function serve(generation: Generation, server: string, cwd: string, variables: NodeJS.ProcessEnv): Promise<Server> {
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
  return { generation, origin, stop };
}

/** The configuration of the machine, and what cargo-leptos tells its children, must not reach these programs. */
export function environment(): NodeJS.ProcessEnv {
  const foreign = /^(LEPTOS_|DATABASE_|STACK_|NEXT_PUBLIC_STACK_|NEON_AUTH_|SESSION_KEY$|PUBLIC_ORIGIN$|PORT$|TRUSTED_PROXY$|RATE_)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), LOCAL_FOLDER: data };
}

/** What a stand-in says when it is ready. */
export async function firstLine(output: Readable, otherwise: string): Promise<string> {
  for await (const line of createInterface({ input: output })) return line;
  throw new Error(otherwise);
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

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
