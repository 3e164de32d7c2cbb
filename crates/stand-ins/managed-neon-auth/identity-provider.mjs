// Google, GitHub and Vercel, made up: an authorization-code flow with PKCE, in which a person may be anyone.
// It must not know better-auth beyond what a provider has to be for it.
import { createHash, randomBytes } from 'node:crypto';
import { createAuthorizationURL, validateAuthorizationCode } from './better-auth.mjs';
import { consent } from './consent.mjs';
import { json } from './http.mjs';
import { page, style } from './page.mjs';

const CLIENT = { clientId: 'stand-in', clientSecret: 'stand-in' };

export class IdentityProvider {
  #origin;
  #forBrowsers;
  /** Sign-ins that wait for a person's decision, by state. */
  #flows = new Map();
  #codes = new Map();
  #tokens = new Map();

  /** `forBrowsers` turns an address into the one at which browsers reach it. */
  constructor(origin, forBrowsers) {
    this.#origin = origin;
    this.#forBrowsers = forBrowsers;
  }

  owns(pathname) {
    return pathname.startsWith('/local/');
  }

  /**
   * Registers the providers as better-auth's own ones are. Those have fixed addresses, and the generic plugin has other
   * callbacks than Neon: another path, and no way back to the app when a person cancels.
   */
  plugin(names) {
    const socialProviders = names.map((name) => this.#as(name));
    return { id: 'made-up-providers', init: () => ({ context: { socialProviders } }) };
  }

  #as(id) {
    const endpoint = (name) => `${this.#origin}/local/provider/${id}/${name}`;
    return {
      id,
      name: id,
      options: {},
      /** Newer versions know an account by this, older ones by the `id` of `getUserInfo`. */
      accountSubject: ({ profile }) => profile.sub,
      createAuthorizationURL: (given) =>
        createAuthorizationURL({
          id,
          options: CLIENT,
          authorizationEndpoint: this.#forBrowsers(endpoint('authorize')),
          scopes: ['openid', 'email', 'profile'],
          ...given,
        }),
      validateAuthorizationCode: (given) =>
        validateAuthorizationCode({ options: CLIENT, tokenEndpoint: endpoint('token'), ...given }),
      getUserInfo: async ({ accessToken }) => {
        const answer = await fetch(endpoint('userinfo'), { headers: { authorization: `Bearer ${accessToken}` } });
        if (!answer.ok) return null;
        const data = await answer.json();
        const { sub, name, email, email_verified: emailVerified } = data;
        return { user: { id: sub, name, email, emailVerified, image: null }, data };
      },
    };
  }

  async answer(request) {
    const { pathname, searchParams } = new URL(request.url);
    const [, provider, endpoint] = pathname.match(/^\/local\/provider\/(\w+)\/(\w+)$/) ?? [];
    switch (`${request.method} ${endpoint ?? pathname}`) {
      case 'GET authorize':
        return this.#authorize(provider, searchParams);
      case 'POST token':
        return this.#token(await form(request));
      case 'GET userinfo':
        return this.#userinfo(request.headers.get('authorization'));
      case 'GET /local/consent':
        return this.#show(searchParams.get('state'));
      case 'POST /local/consent':
        return this.#decide(await form(request));
      case 'GET /local/page.css':
        return style();
      default:
        return refuse('There is nothing here.', 404);
    }
  }

  #authorize(provider, asked) {
    const [state, redirectUri] = [asked.get('state'), asked.get('redirect_uri')];
    const begins = `${this.#origin}/`;
    if (!state || !redirectUri?.startsWith(begins) || asked.get('code_challenge_method') !== 'S256') {
      return refuse('The request is not complete.');
    }
    this.#flows.set(state, { provider, redirectUri, challenge: asked.get('code_challenge') });
    return redirect(302, `/local/consent?${new URLSearchParams({ state })}`);
  }

  #show(state) {
    const flow = this.#flows.get(state);
    if (!flow) return refuse('There is no such sign-in, or it is over. Please start again.');
    return page(`Continue with ${flow.provider}`, consent(flow.provider, state));
  }

  #decide(fields) {
    const field = (name) => fields.get(name)?.trim() || undefined;
    const [state, email] = [field('state'), field('email')?.toLowerCase()];
    const flow = this.#flows.get(state);
    if (!flow) return refuse('There is no such sign-in, or it is over. Please start again.');
    const back = new URL(flow.redirectUri);
    back.searchParams.set('state', state);
    if (field('decision') === 'approve') {
      const sub = field('account_id') ?? email;
      if (!sub) return refuse('An account needs an e-mail or an account id. Go back.');
      const email_verified = Boolean(email && field('email_verified'));
      const code = secret();
      this.#codes.set(code, { flow, identity: { sub, name: field('name'), email, email_verified } });
      back.searchParams.set('code', code);
    } else {
      back.searchParams.set('error', 'access_denied');
    }
    return redirect(303, this.#forBrowsers(back.href));
  }

  /** A code is good once, for the flow that it belongs to. */
  #token(fields) {
    const issued = this.#codes.get(fields.get('code'));
    this.#codes.delete(fields.get('code'));
    const challenge = createHash('sha256').update(fields.get('code_verifier') ?? '').digest('base64url');
    const matches = issued?.flow.challenge === challenge && issued.flow.redirectUri === fields.get('redirect_uri');
    if (!matches) return json({ error: 'invalid_grant' }, { status: 400 });
    const access_token = secret();
    this.#tokens.set(access_token, issued.identity);
    return json({ access_token, token_type: 'Bearer', expires_in: 3600 });
  }

  #userinfo(authorization) {
    const identity = this.#tokens.get(authorization?.replace(/^Bearer /, ''));
    return identity ? json(identity) : json({ error: 'invalid_token' }, { status: 401 });
  }
}

const secret = () => randomBytes(32).toString('base64url');

const form = async (request) => new URLSearchParams(await request.text());

const redirect = (status, location) => new Response(null, { status, headers: { location } });

const refuse = (text, status = 400) => new Response(text, { status });
