// Tokens and their keys, limits, outages, and what of the service is Neon's own.
// It must hold for the real service too, but for the levers.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { address, exchange, signIn, signUp, spelled, standIn } from './support.mjs';

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

async function keys(service) {
  return (await service.call('GET', '/.well-known/jwks.json', { origin: null })).json.keys;
}

test('a token is signed with a published key and has only the expected claims', async (t) => {
  const service = await standIn(t);
  const { cookie, json } = await signUp(service);
  const { token } = (await service.call('GET', '/token', { cookie })).json;
  const [header, payload, signature] = token.split('.');
  const { alg, kid, ...others } = decode(header);
  assert.equal(alg, 'EdDSA');
  assert.deepEqual(others, {});
  const key = (await keys(service)).find((each) => each.kid === kid);
  assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'x']);
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(verify(null, signed, createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url')));
  const claims = decode(payload);
  assert.equal(claims.iss, service.origin);
  assert.equal(claims.aud, service.origin);
  assert.equal(claims.sub, json.user.id);
  assert.equal(claims.id, json.user.id);
  assert.equal(claims.role, 'authenticated');
  assert.equal(claims.exp - claims.iat, 900);
  for (const absent of ['jti', 'nbf', 'sid']) assert.equal(claims[absent], undefined);
});

test('keys rotate with and without overlap, and tokens have the lifetime of the settings', async (t) => {
  const service = await standIn(t, { token_seconds: -5 });
  const { cookie } = await signUp(service);
  const sign = async () => (await service.call('GET', '/token', { cookie })).json.token.split('.');
  const [header, payload] = await sign();
  assert.equal(decode(payload).exp - decode(payload).iat, -5);
  const before = decode(header).kid;
  const { kid } = await service.control('POST', '/keys', { keep_former: true });
  assert.equal(decode((await sign())[0]).kid, kid);
  assert.ok((await keys(service)).some((key) => key.kid === before));
  const { kid: last } = await service.control('POST', '/keys', { keep_former: false });
  assert.deepEqual((await keys(service)).map((key) => key.kid), [last]);
});

test('empty answers of better-auth become JSON, and the keys have their own path', async (t) => {
  const service = await standIn(t);
  assert.deepEqual((await service.call('GET', '/ok')).json, { ok: true });
  assert.equal((await service.call('GET', '/jwks')).status, 404);
  for (const path of ['/list-sessions', '/token']) {
    const refused = await service.call('GET', path);
    assert.equal(refused.status, 401);
    assert.deepEqual(refused.json, { message: 'Unauthorized', code: 'UNAUTHORIZED' });
  }
  const { token, expires_at } = (await service.call('GET', '/token/anonymous')).json;
  const claims = decode(token.split('.')[1]);
  assert.equal(claims.role, 'anonymous');
  assert.equal(claims.exp, expires_at);
});

test('too many sign-ins are refused without an error code', async (t) => {
  const service = await standIn(t, { rate_limit: true });
  const email = address();
  for (let count = 0; count < 3; count += 1) assert.equal((await signIn(service, email)).status, 401);
  const limited = await signIn(service, email);
  assert.equal(limited.status, 429);
  assert.match(limited.headers['content-type'], spelled(/^text\/plain/, /^application\/json/));
  assert.deepEqual(limited.json, { message: 'Too many requests. Please try again later.' });
  assert.match(limited.headers['x-retry-after'], /^\d+$/);
  assert.equal(limited.headers['retry-after'], undefined);
});

test('outages affect one path or all, and have no side effects', async (t) => {
  const service = await standIn(t);
  const begin = (outage) => service.control('POST', '/outages', outage);
  await begin({ mode: 'unavailable', path: '/get-session' });
  assert.equal((await service.call('GET', '/get-session')).status, 503);
  assert.equal((await service.call('GET', '/ok')).status, 200);
  await service.control('DELETE', '/outages');
  assert.equal((await service.call('GET', '/get-session')).status, 200);

  await begin({ mode: 'close' });
  await assert.rejects(service.call('GET', '/ok'));
  await begin({ mode: 'html' });
  assert.match((await service.call('GET', '/ok')).headers['content-type'], /html/);
  await begin({ mode: 'huge' });
  assert.ok((await service.call('GET', '/ok')).text.length > 10_000_000);
  await begin({ mode: 'deep' });
  assert.ok((await service.call('GET', '/ok')).text.startsWith('[[[['));
  await begin({ mode: 'redirect' });
  assert.equal((await service.call('GET', '/ok')).headers.location, 'https://elsewhere.example/');
  await begin({ mode: 'answer', status: 418, headers: [['set-cookie', 'a=b']], body: '{"keys":[]}' });
  assert.deepEqual((await service.call('GET', '/ok')).setCookies, ['a=b']);

  await begin({ mode: 'hang' });
  const waiting = service.call('GET', '/ok');
  // It arrives before this is answered, since both take the same way and it went first.
  while (!(await service.control('GET', '/calls'))['GET /ok']) continue;
  await service.control('DELETE', '/outages');
  assert.equal((await waiting).status, 200);
});

test('calls are counted with their headers, and the control endpoints need the key', async (t) => {
  const service = await standIn(t);
  await service.call('POST', '/sign-out');
  await service.call('POST', '/sign-out', { headers: { 'x-test': 'last' } });
  const { count, headers } = (await service.control('GET', '/calls'))['POST /sign-out'];
  assert.equal(count, 2);
  assert.equal(headers['x-test'], 'last');
  assert.equal(headers['sec-fetch-mode'], undefined);
  assert.equal((await exchange('GET', `${service.origin}/control/outbox`)).status, 401);
});
