// The program around it all: what it prints, and how it ends.
// It must not test the service.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { exchange } from './support.mjs';

const MAIN = join(import.meta.dirname, '../main.mjs');

async function run(variables = {}) {
  const env = { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL, ...variables };
  const program = spawn(process.execPath, [MAIN], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(program.stdout, 'data');
  return { program, ...JSON.parse(line) };
}

test('the program prints its addresses, reads settings, and ends with its input or a signal', async () => {
  const ends = [(program) => program.stdin.end(), (program) => program.kill('SIGTERM')];
  for (const end of ends) {
    const variables = { TRUSTED_ORIGINS: 'https://a.example,https://b.example', SETTINGS: '{"sign_up":false}' };
    const { program, base_url, control, control_key } = await run(variables);
    assert.match(base_url, /^http:\/\/localhost:\d+\/neondb\/auth$/);
    const headers = { 'x-control-key': control_key };
    const settings = (await exchange('GET', `${control}/settings`, { headers })).json;
    assert.deepEqual(settings.trusted_origins, ['https://a.example', 'https://b.example']);
    assert.equal(settings.sign_up, false);
    const exit = once(program, 'exit');
    end(program);
    assert.deepEqual(await exit, [0, null]);
  }
});

test('the program refuses unknown settings and versions', async () => {
  const wrong = [
    [{ SETTINGS: '{"sing_up":true}' }, /there is no setting sing_up/],
    [{ BETTER_AUTH: '1.5' }, /BETTER_AUTH is one of 1\.4, 1\.7, not 1\.5/],
  ];
  for (const [variables, reason] of wrong) {
    const env = { ...process.env, DATABASE_URL: process.env.TEST_DATABASE_URL, ...variables };
    const program = spawn(process.execPath, [MAIN], { env, stdio: ['pipe', 'ignore', 'pipe'] });
    const [complaint, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
    assert.match(complaint, reason);
    assert.equal(code, 1);
  }
});

async function text(stream) {
  return Buffer.concat(await stream.toArray()).toString();
}
