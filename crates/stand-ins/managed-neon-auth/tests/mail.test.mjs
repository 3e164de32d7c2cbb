// Codes and links by mail: verification, sign-in, password reset.
// It must hold for the real service too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APP, PASSWORD, address, signIn, signUp, standIn } from './support.mjs';

const mail = async (service, email) => (await service.control('GET', `/outbox?to=${email}`)).at(-1);

test('an unverified address is refused, and its code signs in', async (t) => {
  const service = await standIn(t, { require_email_verification: true });
  const email = address();
  const signedUp = await signUp(service, email);
  assert.equal(signedUp.json.token, null);
  assert.equal(signedUp.session, undefined);
  const refused = await signIn(service, email);
  assert.equal(refused.status, 403);
  assert.equal(refused.json.code, 'EMAIL_NOT_VERIFIED');

  const { code, kind } = await mail(service, email);
  assert.equal(kind, 'email-verification');
  const other = code === '000000' ? '000001' : '000000';
  const wrong = await service.call('POST', '/email-otp/verify-email', { body: { email, otp: other } });
  assert.equal(wrong.json.code, 'INVALID_OTP');
  const verified = await service.call('POST', '/email-otp/verify-email', { body: { email, otp: code } });
  assert.equal(verified.json.status, true);
  assert.notEqual((await service.call('GET', '/get-session', { cookie: verified.cookie })).json, null);
});

test('a mailed link verifies an address', async (t) => {
  const service = await standIn(t, { require_email_verification: true, verification_method: 'link' });
  const email = address();
  await signUp(service, email);
  const { link, code } = await mail(service, email);
  assert.equal(code, null);
  const followed = await service.call('GET', link.slice(service.baseUrl.length), { origin: null });
  assert.equal(followed.status, 302);
  assert.equal((await signIn(service, email)).status, 200);
});

test('a code signs in once, if the setting allows it', async (t) => {
  const service = await standIn(t);
  const email = address();
  const ask = { body: { email, type: 'sign-in' } };
  assert.equal((await service.call('POST', '/email-otp/send-verification-otp', ask)).json.success, true);
  const { code: otp } = await mail(service, email);
  const signedIn = await service.call('POST', '/sign-in/email-otp', { body: { email, otp } });
  assert.ok(signedIn.session);
  assert.equal((await service.call('POST', '/sign-in/email-otp', { body: { email, otp } })).json.code, 'INVALID_OTP');
  await service.control('PATCH', '/settings', { sign_in_by_code: false });
  assert.equal((await service.call('POST', '/sign-in/email-otp', { body: { email, otp } })).status, 404);
});

test('a code or a link resets the password', async (t) => {
  const service = await standIn(t);
  const email = address();
  await signUp(service, email);
  await service.call('POST', '/email-otp/request-password-reset', { body: { email } });
  const { code: otp } = await mail(service, email);
  const reset = { body: { email, otp, password: 'another password' } };
  assert.equal((await service.call('POST', '/email-otp/reset-password', reset)).json.success, true);
  assert.equal((await signIn(service, email)).status, 401);
  assert.equal((await signIn(service, email, 'another password')).status, 200);

  const ask = { body: { email, redirectTo: `${APP}/reset-password` } };
  await service.call('POST', '/request-password-reset', ask);
  const { link } = await mail(service, email);
  const followed = await service.call('GET', link.slice(service.baseUrl.length));
  const token = new URL(followed.headers.location).searchParams.get('token');
  const again = await service.call('POST', '/reset-password', { body: { token, newPassword: PASSWORD } });
  assert.equal(again.json.status, true);
  assert.equal((await signIn(service, email)).status, 200);
});
