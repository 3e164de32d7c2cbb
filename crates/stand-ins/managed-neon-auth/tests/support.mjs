// What the tests of the stand-in stand on: one of their own, a client that sends nothing by itself, and a browser.
// It must not assert anything.
import '../environment.mjs';
import { request as open } from 'node:http';
import pg from 'pg';
import { VERSION } from '../better-auth.mjs';
import { start } from '../server.mjs';

export const APP = 'http://127.0.0.1:3000';
export const PASSWORD = 'correct horse battery';

/** Starts a stand-in on the database of this run, and stops it after the test. `options` are those of local mode. */
export async function standIn(t, changes = {}, options = {}) {
  const databaseUrl = process.env.TEST_DATABASE_URL;
  if (!databaseUrl) throw new Error('Set TEST_DATABASE_URL: `cargo nextest run` does, with a database of its own.');
  const running = await start({ databaseUrl, changes: { trusted_origins: [APP], ...changes }, ...options });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  t.after(async () => {
    await pool.end();
    await running.stop();
  });
  const call = (method, path, options) => exchange(method, `${running.baseUrl}${path}`, options);
  const control = async (method, path, body) => {
    const headers = { 'x-control-key': running.controlKey };
    return (await exchange(method, `${running.control}${path}`, { body, headers, origin: null })).json;
  };
  return { ...running, origin: new URL(running.baseUrl).origin, pool, call, control };
}

/** What the version that runs says, where the versions differ. */
export const spelled = (older, newer) => (VERSION === '1.4' ? older : newer);

/** An address that no other test uses. */
export const address = () => `${crypto.randomUUID()}@example.test`;

/** As a browser sends a form. */
export function submit(url, fields, headers = {}) {
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return send('POST', url, form, new URLSearchParams(fields).toString());
}

/** As our server calls: JSON, a constant `Origin`, and cookies only when given. `fetch` would add `Sec-Fetch-*`. */
export async function exchange(method, url, { body, cookie, origin = APP, headers = {} } = {}) {
  const all = { ...headers };
  if (origin !== null) all.origin = origin;
  if (cookie !== undefined) all.cookie = cookie;
  const text = body === undefined && method !== 'POST' ? undefined : JSON.stringify(body ?? {});
  if (text !== undefined) all['content-type'] ??= 'application/json';
  return send(method, url, all, text);
}

function send(method, url, headers, text) {
  return new Promise((resolve, reject) => {
    const outgoing = open(url, { method, headers, agent: false }, (incoming) => {
      const parts = [];
      incoming.on('data', (part) => parts.push(part)).on('error', reject);
      incoming.on('end', () => resolve(new Answer(incoming, Buffer.concat(parts).toString())));
    });
    outgoing.once('error', reject).end(text);
  });
}

class Answer {
  constructor({ statusCode, headers }, text) {
    this.status = statusCode;
    this.headers = headers;
    this.text = text;
    this.setCookies = headers['set-cookie'] ?? [];
  }

  get json() {
    return JSON.parse(this.text);
  }

  /** The `Cookie` header that replays what was set. */
  get cookie() {
    return this.setCookies.map((cookie) => cookie.split(';', 1)[0]).join('; ');
  }

  /** The `Set-Cookie` of the session, if there is one that does not clear it. */
  get session() {
    return this.setCookies.find((cookie) => cookie.includes('.session_token=') && !/Max-Age=0\b/i.test(cookie));
  }
}

export async function signUp(service, email = address()) {
  return service.call('POST', '/sign-up/email', { body: { name: 'Ada', email, password: PASSWORD } });
}

export async function signIn(service, email, password = PASSWORD) {
  return service.call('POST', '/sign-in/email', { body: { email, password } });
}

export const START = {
  provider: 'google',
  callbackURL: `${APP}/auth/callback?state=s`,
  newUserCallbackURL: `${APP}/auth/welcome?state=s`,
  errorCallbackURL: `${APP}/sign-in?error=oauth`,
};

/** A person who follows `url` to the provider, decides there, and is sent back: where to. `reach` leads from what their browser is told to where the tests are. */
export async function visit(url, decision, reach = (address) => address) {
  const hop = await send('GET', reach(url), {});
  const consent = await send('GET', reach(hop.headers.location), {});
  const shown = new URL(consent.headers.location, reach(hop.headers.location));
  const decided = await submit(shown.href, { state: shown.searchParams.get('state'), ...decision });
  return send('GET', reach(decided.headers.location), { cookie: hop.cookie });
}
