// Sign-up, sign-in and sign-out with a password, and what a session cookie is.
// It must hold for the real service too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APP, address, signIn, signUp, spelled, standIn } from './support.mjs';

test('sign-up, sign-in, session and sign-out', async (t) => {
  const service = await standIn(t);
  const email = address();
  const signedUp = await signUp(service, email);
  assert.equal(signedUp.status, 200, signedUp.text);
  assert.match(signedUp.session, /^__Secure-neon-auth\.session_token=\S+; Max-Age=604800; /);
  assert.match(signedUp.session, / Path=\/; HttpOnly; Secure; SameSite=None; Partitioned$/);
  assert.equal((await signUp(service, email)).json.code, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL');

  const signedIn = await signIn(service, email);
  const who = await service.call('GET', '/get-session', { cookie: signedIn.cookie });
  assert.equal(who.json.user.id, signedUp.json.user.id);
  assert.match(who.headers['set-auth-jwt'], /^ey/);

  const out = await service.call('POST', '/sign-out', { cookie: signedIn.cookie });
  assert.deepEqual(out.json, { success: true });
  assert.equal(out.session, undefined);
  const after = await service.call('GET', '/get-session', { cookie: signedIn.cookie });
  assert.equal(after.status, 200);
  assert.equal(after.json, null);
});

test('the token in a body is no session', async (t) => {
  const service = await standIn(t);
  const { json, session } = await signUp(service);
  const [name] = session.split('=', 1);
  assert.equal((await service.call('GET', '/get-session', { cookie: `${name}=${json.token}` })).json, null);
  const headers = { authorization: `Bearer ${json.token}` };
  assert.equal((await service.call('GET', '/get-session', { headers })).json, null);
});

test('a cookie without a registered origin is refused, and the session is kept', async (t) => {
  const service = await standIn(t);
  const { cookie } = await signUp(service);
  const refused = [
    [null, 'MISSING_OR_NULL_ORIGIN'],
    ['https://elsewhere.example', 'INVALID_ORIGIN'],
    ['http://127.0.0.1:3001', 'INVALID_ORIGIN'],
  ];
  for (const [origin, code] of refused) {
    const answer = await service.call('POST', '/sign-out', { cookie, origin });
    assert.equal(answer.status, 403);
    assert.equal(answer.json.code, code);
  }
  assert.notEqual((await service.call('GET', '/get-session', { cookie })).json, null);
  const local = { cookie, origin: 'http://localhost:3999' };
  assert.equal((await service.call('POST', '/sign-out', local)).status, 200, 'localhost is allowed');
  await service.control('PATCH', '/settings', { allow_localhost: false });
  assert.equal((await service.call('POST', '/sign-out', local)).status, 403, 'localhost is not allowed any more');
});

test('a wrong password and an unknown address get the same answer', async (t) => {
  const service = await standIn(t);
  const email = address();
  await signUp(service, email);
  for (const answer of [await signIn(service, email, 'wrong password'), await signIn(service, address())]) {
    assert.equal(answer.status, 401);
    assert.equal(answer.json.code, 'INVALID_EMAIL_OR_PASSWORD');
  }
});

test('disabled methods are refused and stored in the settings', async (t) => {
  const service = await standIn(t, { sign_up: false });
  const signUpOff = spelled('EMAIL_AND_PASSWORD_SIGN_UP_IS_NOT_ENABLED', 'EMAIL_PASSWORD_SIGN_UP_DISABLED');
  assert.equal((await signUp(service)).json.code, signUpOff);
  await service.control('PATCH', '/settings', { email_and_password: false, providers: ['github'] });
  const passwordOff = spelled('EMAIL_AND_PASSWORD_IS_NOT_ENABLED', 'EMAIL_PASSWORD_DISABLED');
  assert.equal((await signIn(service, address())).json.code, passwordOff);
  const { rows } = await service.pool.query('select * from neon_auth.project_config');
  assert.equal(rows.length, 1);
  assert.equal(rows[0].email_and_password.enabled, false);
  assert.equal(rows[0].email_and_password.disableSignUp, true);
  assert.deepEqual(rows[0].social_providers, [{ id: 'github', isShared: true }]);
  assert.deepEqual(rows[0].trusted_origins, [{ domain: APP }]);
});

test('an old session is extended, and its cookie is set again', async (t) => {
  const service = await standIn(t);
  const email = address();
  const { cookie } = await signUp(service, email);
  assert.equal((await service.call('GET', '/get-session', { cookie })).session, undefined);
  assert.deepEqual(await service.control('POST', '/sessions', { action: 'age', email, seconds: 90_000 }), { count: 1 });
  const rolled = await service.call('GET', '/get-session', { cookie });
  assert.ok(rolled.session.startsWith(cookie), 'the value stays');
  await service.control('POST', '/sessions', { action: 'expire', email });
  assert.equal((await service.call('GET', '/get-session', { cookie })).json, null);
});

test('a deleted user has no session', async (t) => {
  const service = await standIn(t);
  const email = address();
  const { cookie } = await signUp(service, email);
  assert.deepEqual(await service.control('DELETE', `/users?email=${email}`), { count: 1 });
  assert.equal((await service.call('GET', '/get-session', { cookie })).json, null);
});

test('users delete their account, if the setting allows it', async (t) => {
  const service = await standIn(t, { delete_user: false });
  const { cookie } = await signUp(service);
  const refused = await service.call('POST', '/delete-user', { cookie });
  assert.equal(refused.status, 404);
  assert.deepEqual(refused.json, { message: 'Not Found', code: 'NOT_FOUND' });
  await service.control('PATCH', '/settings', { delete_user: true });
  assert.equal((await service.call('POST', '/delete-user', { cookie })).json.success, true);
  assert.equal((await service.call('GET', '/get-session', { cookie })).json, null);
});
