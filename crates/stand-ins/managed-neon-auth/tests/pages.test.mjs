// What local mode needs beyond the service: pages for a person, data that outlives a restart, and other addresses.
// It must not test what Neon has.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PASSWORD, START, address, exchange, signIn, signUp, standIn, submit, visit } from './support.mjs';

const SAME_SITE = { 'sec-fetch-site': 'same-origin' };

const shown = async (service, path, headers) =>
  exchange('GET', `${service.origin}${path}`, { origin: null, headers });

function folder(t) {
  const made = mkdtempSync(join(tmpdir(), 'managed-neon-auth-'));
  t.after(() => rmSync(made, { recursive: true }));
  return join(made, 'data');
}

test('the pages list people and mails, as text', async (t) => {
  const email = address();
  const service = await standIn(t, {}, { people: [{ email, password: PASSWORD }] });
  await service.call('POST', '/sign-up/email', { body: { name: '<b>Ada</b>', email, password: PASSWORD } });
  await service.call('POST', '/email-otp/send-verification-otp', { body: { email, type: 'sign-in' } });
  const people = await shown(service, '/local');
  assert.match(people.text, new RegExp(`<h2>&#60;b&#62;Ada&#60;/b&#62;</h2><p>${email}, not confirmed. .*<code>${PASSWORD}</code>`));
  assert.match(people.headers['content-security-policy'], /^default-src 'none'/);
  const [mail] = await service.control('GET', `/outbox?to=${email}`);
  const outbox = await shown(service, '/local/outbox');
  assert.match(outbox.text, new RegExp(`<h2>Sign in</h2><p>To ${email} at [^<]+</p><p>Code: <code>${mail.code}</code>`));
});

test('the settings are changed on their page, and by no other site', async (t) => {
  const service = await standIn(t);
  const url = `${service.origin}/local/settings`;
  const form = { email_and_password: 'on', links: 'on', github: 'on' };
  for (const site of [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
    assert.equal((await submit(url, form, site)).status, 403);
  }
  assert.equal((await signUp(service)).status, 200);

  const saved = await submit(url, form, SAME_SITE);
  assert.deepEqual([saved.status, saved.headers.location], [303, '/local/settings?saved']);
  assert.equal((await signUp(service)).status, 400);
  const settings = await service.control('GET', '/settings');
  assert.deepEqual([settings.sign_up, settings.verification_method, settings.providers], [false, 'link', ['github']]);
  const page = (await shown(service, '/local/settings?saved')).text;
  assert.match(page, /<p role="status">Saved\.<\/p>/);
  assert.match(page, /name="links" checked>/);
  assert.match(page, /name="sign_up">/);
  const { rows } = await service.pool.query('select email_and_password, social_providers from neon_auth.project_config');
  assert.equal(rows[0].email_and_password.disableSignUp, true);
  assert.deepEqual(rows[0].social_providers, [{ id: 'github', isShared: true }]);
});

test('names of other machines are refused', async (t) => {
  const service = await standIn(t, {}, { browserOrigin: 'https://fluffy-1234.app.github.dev' });
  const { port } = new URL(service.origin);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'fluffy-1234.app.github.dev']) {
    assert.equal((await shown(service, '/local/outbox', { host })).status, 200, host);
  }
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', 'fluffy-1.app.github.dev']) {
    for (const path of ['/local/outbox', '/neondb/auth/ok', '/control/settings']) {
      assert.equal((await shown(service, path, { host })).status, 403, host);
    }
  }
  assert.equal((await shown(service, '//evil.example/local')).status, 404, 'a path names no machine');
});

test('users, sessions, keys, settings and mails outlive a restart', async (t) => {
  const local = { dataFolder: folder(t) };
  const email = address();
  const first = await standIn(t, {}, local);
  const { cookie } = await signUp(first, email);
  const { token } = (await first.call('GET', '/token', { cookie })).json;
  await first.call('POST', '/email-otp/send-verification-otp', { body: { email, type: 'sign-in' } });
  await submit(`${first.origin}/local/settings`, { email_and_password: 'on', sign_in_by_code: 'on' }, SAME_SITE);
  const keys = (await first.call('GET', '/.well-known/jwks.json')).json;
  await first.stop();

  const second = await standIn(t, {}, local);
  assert.equal((await second.call('GET', '/get-session', { cookie })).json.user.email, email);
  assert.deepEqual((await second.call('GET', '/.well-known/jwks.json')).json, keys);
  const again = (await second.call('GET', '/token', { cookie })).json.token;
  assert.equal(again.split('.')[0], token.split('.')[0], 'signed with the same key');
  // Before the code: the newer version takes its password from an account whose address a code has confirmed.
  assert.equal((await signIn(second, email)).status, 200);
  const [mail] = await second.control('GET', `/outbox?to=${email}`);
  const byCode = await second.call('POST', '/sign-in/email-otp', { body: { email, otp: mail.code } });
  assert.ok(byCode.session);
  assert.equal((await signUp(second)).status, 400, 'sign-up stays off');
  assert.equal(statSync(join(local.dataFolder, 'outbox.json')).mode & 0o777, 0o600);
});

test('a damaged file is named', async (t) => {
  const dataFolder = folder(t);
  const service = await standIn(t, {}, { dataFolder });
  await submit(`${service.origin}/local/settings`, {}, SAME_SITE);
  writeFileSync(join(dataFolder, 'settings.json'), '{"sign_up": tr');
  await assert.rejects(standIn(t, {}, { dataFolder }), /settings\.json is damaged .*; delete it to start afresh/);
});

test('browsers that are forwarded stay at the address that they know', async (t) => {
  const forwarded = 'https://fluffy-1234.app.github.dev';
  const service = await standIn(t, { require_email_verification: true, verification_method: 'link' }, { browserOrigin: forwarded });
  const email = address();
  await signUp(service, email);
  const { link } = (await service.control('GET', `/outbox?to=${email}`)).at(-1);
  assert.ok(link.startsWith(`${forwarded}/neondb/auth/verify-email?`), link);

  const begun = await service.call('POST', '/sign-in/social', { body: START });
  const { url } = begun.json;
  assert.ok(url.startsWith(`${forwarded}/neondb/auth/sign-in/social/init?`), url);
  const told = [];
  const reach = (address) => {
    told.push(new URL(address).origin);
    return address.replace(forwarded, service.origin);
  };
  const back = await visit(url, { decision: 'approve', email: address(), name: 'Ada', email_verified: 'on' }, reach);
  assert.deepEqual(told.filter((origin) => origin !== forwarded), []);
  const target = new URL(back.headers.location);
  assert.equal(target.pathname, '/auth/welcome');
  const verifier = target.searchParams.get('neon_auth_session_verifier');
  const exchanged = await service.call('GET', `/get-session?neon_auth_session_verifier=${verifier}`, { cookie: begun.cookie });
  assert.ok(exchanged.session);
});
