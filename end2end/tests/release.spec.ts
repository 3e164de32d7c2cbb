// What is deployed: a folder far from the clone, started with nothing but the variables of a deployment. The flows of the
// generation `managed` run on the same server.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './support/test';
import type { Deployment } from './support/managed-servers';
import { readServers } from './support/server';

const { folder, variables }: Deployment = readServers().deployment ?? { folder: '', variables: {} };
const program = join(folder, 'server');

function run(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: '/', env, encoding: 'utf8', timeout: 20_000 });
  return { status, said: stdout + stderr };
}

test('the release has no stand-ins: neither as a command nor as a mode', () => {
  const { said } = run(['--help']);
  expect(said).toContain('migrate');
  for (const command of ['local-neon-auth', 'stop', 'scratch-database', 'empty-database']) {
    expect(said).not.toContain(command);
    expect(run([command, 'x']).said).toContain('unrecognized subcommand');
  }
  const bytes = readFileSync(program, 'latin1');
  const built = readFileSync(join(import.meta.dirname, '../../target/debug/server'), 'latin1');
  for (const trace of ['LOCAL_FOLDER', 'DATA_FOLDER', 'local-password', 'initdb', 'argon2', 'Under the hood', 'postgresql sees']) {
    expect(built.includes(trace), `${trace} is a trace of the stand-ins`).toBe(true);
    expect(bytes.includes(trace), trace).toBe(false);
  }
});

test('the release has no page under the hood', async ({ request }) => {
  const answer = await request.get('/under-the-hood', { headers: { accept: 'text/html' } });
  expect(answer.status()).toBe(404);
  expect(await (await request.get('/')).text()).not.toContain('under-the-hood');
});

test('an empty environment is refused with every missing variable', () => {
  const { status, said } = run([]);
  expect(status).not.toBe(0);
  for (const name of ['DATABASE_URL', 'NEON_AUTH_BASE_URL', 'PUBLIC_ORIGIN', 'SESSION_KEY']) {
    expect(said).toContain(`${name} is missing`);
  }
});

test('a missing variable is refused by its name', () => {
  for (const name of Object.keys(variables)) {
    const others: Record<string, string> = { ...variables, PUBLIC_ORIGIN: 'https://app.example.com' };
    delete others[name];
    const { status, said } = run([], others);
    expect(status, name).not.toBe(0);
    expect(said).toContain(`${name} is missing`);
  }
});

test('files are hashed, precompressed and cached by browsers', async ({ request }) => {
  const site = readdirSync(join(folder, 'site/pkg'));
  const style = site.find((name) => /\.[\w-]{22}\.css$/.test(name)) ?? 'none';
  const page = await request.get('/');
  expect(await page.text()).toContain(`/pkg/${style}`);
  for (const [coding, ending] of [['br', '.br'], ['gzip', '.gz']]) {
    expect(site).toContain(style + ending);
    const file = await request.get(`/pkg/${style}`, { headers: { 'accept-encoding': coding } });
    expect(file.headers()['content-encoding']).toBe(coding);
    expect(file.headers()['cache-control']).toContain('immutable');
  }
});

test('the health check succeeds only where a server answers', async ({ baseURL }) => {
  const address = new URL(baseURL ?? '').host.replace('localhost', '127.0.0.1');
  expect(run(['healthcheck'], { LEPTOS_SITE_ADDR: address }).status).toBe(0);
  expect(run(['healthcheck'], { LEPTOS_SITE_ADDR: '127.0.0.1:1' }).said).toContain('no server answers');
});
