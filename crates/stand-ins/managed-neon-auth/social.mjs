// Neon's bridge around OAuth: the hop that plants the state cookie, and the verifier that is exchanged for the session.
// It must not talk to the provider: better-auth does.
import { randomBytes, randomUUID } from 'node:crypto';
import { CHALLENGES, SESSION, STATE, header, pair, sent, setCookie, take } from './cookies.mjs';
import { asking, json, withHeaders } from './http.mjs';

const SECONDS = 600;

/** A browser refuses names that begin with `__Secure-` on plain http, and the hop is where a browser comes by. */
const PLANTED = 'neon-auth.state';

export class SocialSignIn {
  #base;
  #upstream;
  /** One-time tokens of the hop. */
  #hops = new Map();
  /** The challenge of each OAuth state that is under way. */
  #challenges = new Map();
  /** Sessions that wait for their exchange. */
  #verifiers = new Map();

  /** `base` is where browsers reach the service. */
  constructor(base, upstream) {
    this.#base = base;
    this.#upstream = upstream;
  }

  /** Nothing when the request is not part of the bridge. */
  async answer(request, path) {
    const { searchParams } = new URL(request.url);
    if (request.method === 'POST' && path === '/sign-in/social') return this.#begin(request);
    if (request.method !== 'GET') return undefined;
    if (path === '/sign-in/social/init') return this.#hop(searchParams.get('token'));
    if (path.startsWith('/callback/')) return this.#callback(request, searchParams.get('state'));
    const verifier = searchParams.get('neon_auth_session_verifier');
    if (path === '/get-session' && verifier !== null) return this.#exchange(request, verifier);
    return undefined;
  }

  async #begin(request) {
    const response = await this.#upstream(request);
    if (!response.ok) return response;
    const { url } = await response.json();
    const headers = new Headers(response.headers);
    const [state] = take(headers, (name) => name === STATE);
    const challenge = secret();
    const token = randomUUID();
    this.#hops.set(token, { url, state: pair(state)[1] });
    this.#challenges.set(new URL(url).searchParams.get('state'), { challenge, until: inTime() });
    const answer = json({ url: `${this.#base}/sign-in/social/init?token=${token}`, redirect: true });
    for (const name of CHALLENGES) answer.headers.append('set-cookie', setCookie(name, challenge, SECONDS));
    return answer;
  }

  #hop(token) {
    const hop = this.#hops.get(token);
    if (!hop) return json({ code: 'INVALID_TOKEN', message: 'Invalid token' }, { status: 400 });
    this.#hops.delete(token);
    const cookie = `${PLANTED}=${hop.state}; Max-Age=300; Path=/; HttpOnly; SameSite=Lax`;
    return new Response(null, { status: 302, headers: { location: hop.url, 'set-cookie': cookie } });
  }

  async #callback(request, state) {
    const cookies = sent(request);
    if (cookies.has(PLANTED)) cookies.set(STATE, cookies.get(PLANTED));
    cookies.delete(PLANTED);
    const asked = asking(request, request.url, (headers) => headers.set('cookie', header(cookies)));
    const response = await this.#upstream(asked);
    const begun = this.#challenges.get(state);
    let session;
    const answer = withHeaders(response, (headers) => {
      const cleared = take(headers, (name) => name === STATE).length > 0;
      if (cleared) headers.append('set-cookie', `${PLANTED}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`);
      session = take(headers, (name) => name === SESSION);
    });
    if (session.length === 0 || !begun) return answer;
    this.#challenges.delete(state);
    const verifier = secret();
    this.#verifiers.set(verifier, { session, challenge: begun.challenge, until: begun.until });
    const target = new URL(answer.headers.get('location'));
    target.searchParams.set('neon_auth_session_verifier', verifier);
    answer.headers.set('location', target.href);
    return answer;
  }

  async #exchange(request, verifier) {
    const cookies = sent(request);
    const challenges = CHALLENGES.map((name) => cookies.get(name)).filter(Boolean);
    if (challenges.length === 0) {
      return refuse('SESSION_CHALLENGE_COOKIE_NOT_FOUND', 'Session challenge cookie not found');
    }
    const held = this.#verifiers.get(verifier);
    if (!held || held.until < Date.now() || !challenges.includes(held.challenge)) {
      return refuse('VERIFICATION_NOT_FOUND', 'Verification not found');
    }
    this.#verifiers.delete(verifier);
    const url = new URL(request.url);
    url.searchParams.delete('neon_auth_session_verifier');
    const cookie = header(held.session.map(pair));
    const response = await this.#upstream(asking(request, url, (headers) => headers.set('cookie', cookie)));
    return withHeaders(response, (headers) => {
      take(headers, (name) => name === SESSION);
      for (const each of held.session) headers.append('set-cookie', each);
      for (const name of CHALLENGES) headers.append('set-cookie', setCookie(name, '', 0));
    });
  }
}

const secret = () => randomBytes(32).toString('base64url');

const inTime = () => Date.now() + SECONDS * 1000;

/** The text is in `error` here, not in `message`. */
function refuse(code, error) {
  return json({ code, error }, { status: 400 });
}
