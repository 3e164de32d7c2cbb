// What is deployed: a folder far from the clone, started with nothing but the variables of a deployment. Flows run on the
// same server.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from './support/deployment';
import { readServers } from './support/server';
import { expect, test as base } from './support/test';

const test = base.extend<{ deployment: Deployment }>({
  deployment: async ({ generation }, use) => use(readServers().deployments[generation]),
});

function run({ folder }: Deployment, args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(join(folder, 'server'), args, { cwd: '/', env, encoding: 'utf8', timeout: 20_000 });
  return { status, said: stdout + stderr };
}

test('the release has no stand-ins: neither as a command nor as a mode', ({ deployment }) => {
  const { said } = run(deployment, ['--help']);
  expect(said).toContain('migrate');
  for (const command of ['local-neon-auth', 'stop', 'scratch-database', 'empty-database']) {
    expect(said).not.toContain(command);
    expect(run(deployment, [command, 'x']).said).toContain('unrecognized subcommand');
  }
  const bytes = readFileSync(join(deployment.folder, 'server'), 'latin1');
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

test('an empty environment is refused with every missing variable', ({ deployment }) => {
  const { status, said } = run(deployment, []);
  expect(status).not.toBe(0);
  for (const name of ['DATABASE_URL', 'NEON_AUTH_BASE_URL', 'PUBLIC_ORIGIN', 'SESSION_KEY']) {
    expect(said).toContain(`${name} is missing`);
  }
});

test('a missing variable is refused by its name', ({ deployment }) => {
  const { variables } = deployment;
  for (const name of Object.keys(variables)) {
    const others: Record<string, string> = { ...variables, PUBLIC_ORIGIN: 'https://app.example.com' };
    delete others[name];
    const { status, said } = run(deployment, [], others);
    expect(status, name).not.toBe(0);
    expect(said).toContain(`${name} is missing`);
  }
});

test('files are hashed, precompressed and cached by browsers', async ({ deployment, request }) => {
  const site = readdirSync(join(deployment.folder, 'site/pkg'));
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

test('the health check succeeds only where a server answers', async ({ baseURL, deployment }) => {
  const address = new URL(baseURL ?? '').host.replace('localhost', '127.0.0.1');
  expect(run(deployment, ['healthcheck'], { LEPTOS_SITE_ADDR: address }).status).toBe(0);
  expect(run(deployment, ['healthcheck'], { LEPTOS_SITE_ADDR: '127.0.0.1:1' }).said).toContain('no server answers');
});
