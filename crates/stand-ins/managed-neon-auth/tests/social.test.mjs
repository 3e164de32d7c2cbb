// OAuth over Neon's bridge: the hop, the verifier, and everything that may go wrong with them.
// It must hold for the real service too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APP, START, address, signUp, spelled, standIn, visit } from './support.mjs';

const approve = (email, more) => ({ decision: 'approve', name: 'Ada', email, email_verified: 'on', ...more });

async function begin(service) {
  const begun = await service.call('POST', '/sign-in/social', { body: START });
  return { begun, url: begun.json.url, cookie: begun.cookie };
}

const verifierOf = (returned) => new URL(returned.headers.location).searchParams.get('neon_auth_session_verifier');

const exchange = (service, verifier, cookie) =>
  service.call('GET', `/get-session?neon_auth_session_verifier=${verifier}`, { cookie });

test('a social sign-in starts with a redirect of the service and the challenge in both spellings', async (t) => {
  const service = await standIn(t);
  const { begun, url } = await begin(service);
  assert.equal(begun.json.redirect, true);
  assert.ok(url.startsWith(`${service.baseUrl}/sign-in/social/init?token=`));
  assert.equal(begun.headers.location, undefined);
  const [misspelt, correct] = begun.setCookies;
  const attributes = /Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=None; Partitioned$/;
  assert.match(misspelt, /^__Secure-neon-auth\.session_challange=/);
  assert.match(correct, /^__Secure-neon-auth\.session_challenge=/);
  assert.match(misspelt, attributes);
  assert.match(correct, attributes);
  assert.equal(begun.setCookies.length, 2);
});

test('new and returning users get their own callback URLs, and a verifier works once', async (t) => {
  const service = await standIn(t);
  const email = address();
  for (const page of ['/auth/welcome', '/auth/callback']) {
    const { url, cookie } = await begin(service);
    const returned = await visit(url, approve(email));
    const target = new URL(returned.headers.location);
    assert.equal(target.origin + target.pathname, APP + page);
    assert.equal(target.searchParams.get('state'), 's', 'the query of the address is kept');
    assert.equal(returned.session, undefined, 'the session is for whoever holds the challenge');

    const verifier = verifierOf(returned);
    const signedIn = await exchange(service, verifier, cookie);
    assert.equal(signedIn.status, 200);
    assert.equal(signedIn.json.user.email, email);
    assert.match(signedIn.headers['set-auth-jwt'], /^ey/);
    const session = signedIn.session.split(';', 1)[0];
    assert.equal((await service.call('GET', '/get-session', { cookie: session })).json.user.email, email);
    assert.equal(signedIn.setCookies.filter((each) => /challenge=; Max-Age=0/.test(each)).length, 1);

    const again = await exchange(service, verifier, cookie);
    assert.equal(again.status, 400);
    assert.equal(again.json.code, 'VERIFICATION_NOT_FOUND');
  }
});

test('a verifier needs the challenge of its own sign-in', async (t) => {
  const service = await standIn(t);
  const { url, cookie } = await begin(service);
  const verifier = verifierOf(await visit(url, approve(address())));
  const without = await exchange(service, verifier);
  assert.equal(without.status, 400);
  assert.deepEqual(without.json, {
    code: 'SESSION_CHALLENGE_COOKIE_NOT_FOUND',
    error: 'Session challenge cookie not found',
  });
  const other = await begin(service);
  assert.equal((await exchange(service, verifier, other.cookie)).json.code, 'VERIFICATION_NOT_FOUND');
  const [oneSpelling] = cookie.split('; ');
  assert.equal((await exchange(service, verifier, oneSpelling)).status, 200);
});

test('the redirect works once, and the state belongs to its browser', async (t) => {
  const service = await standIn(t);
  const { url } = await begin(service);
  await visit(url, approve(address()));
  const path = url.slice(service.baseUrl.length);
  assert.equal((await service.call('GET', path)).status, 400);

  const second = await begin(service);
  const hop = await service.call('GET', second.url.slice(service.baseUrl.length));
  const state = new URL(hop.headers.location).searchParams.get('state');
  const stolen = await service.call('GET', `/callback/google?state=${state}&code=x`);
  assert.equal(stolen.status, 302);
  const told = spelled(`${service.baseUrl}/error?error=state_mismatch`, `${START.errorCallbackURL}&error=state_mismatch`);
  assert.equal(stolen.headers.location, told);
});

test('a cancelled or unverified sign-in returns with its reason', async (t) => {
  const service = await standIn(t);
  const taken = address();
  await signUp(service, taken);
  const decisions = [
    [{ decision: 'deny' }, 'access_denied'],
    [approve(undefined, { email: '', account_id: '7' }), 'email_not_found'],
    [approve(taken, { email_verified: '' }), 'account_not_linked'],
  ];
  for (const [decision, error] of decisions) {
    const { url } = await begin(service);
    const { headers } = await visit(url, decision);
    assert.equal(headers.location, `${START.errorCallbackURL}&error=${error}`);
  }
});

test('only enabled providers and registered URLs are accepted', async (t) => {
  const service = await standIn(t);
  const start = async (changes) => service.call('POST', '/sign-in/social', { body: { ...START, ...changes } });
  assert.equal((await start({ provider: 'github' })).json.code, 'PROVIDER_NOT_FOUND');
  await service.control('PATCH', '/settings', { providers: ['google', 'github'] });
  assert.equal((await start({ provider: 'github' })).status, 200);
  for (const foreign of ['https://elsewhere.example/x', `${APP}.elsewhere.example/`, '//elsewhere.example']) {
    const answer = await start({ callbackURL: foreign });
    assert.equal(answer.status, 403);
    assert.equal(answer.json.code, spelled('INVALID_CALLBACKURL', 'INVALID_CALLBACK_URL'));
  }
});
