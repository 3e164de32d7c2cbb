// better-auth, and what Neon's service does differently around it.
// It must leave everything else to better-auth.
import { betterAuth, createJwk, limits } from './better-auth.mjs';
import { describe, migrate } from './database.mjs';
import { fail, json } from './http.mjs';
import { now, options } from './options.mjs';
import { SocialSignIn } from './social.mjs';

const ANONYMOUS_SECONDS = 900;

/** better-auth answers these without a body; Neon's front does not. */
const BARE = { 401: ['Unauthorized', 'UNAUTHORIZED'], 404: ['Not Found', 'NOT_FOUND'] };

export class Service {
  #parts;
  #auth;
  #social;

  constructor(parts) {
    this.#parts = parts;
    const base = parts.forBrowsers(`${parts.origin}${parts.basePath}`);
    this.#social = new SocialSignIn(base, (request) => this.#auth.handler(request));
  }

  async prepare(appOwner) {
    this.#build();
    await migrate(this.#parts.pool, this.#auth.options, appOwner);
    await describe(this.#parts.pool, this.#parts.settings.current);
  }

  /** After the settings changed: better-auth reads most of them only once. */
  async rebuild() {
    this.#build();
    await describe(this.#parts.pool, this.#parts.settings.current);
  }

  #build() {
    this.#auth = betterAuth(options({ ...this.#parts, settings: this.#parts.settings.current, limits: limits() }));
  }

  /** `path` is the part below the base. */
  async answer(request, path) {
    if (request.method === 'GET' && path === '/token/anonymous') return this.#anonymous();
    const response = (await this.#social.answer(request, path)) ?? (await this.#auth.handler(request));
    return withBody(response);
  }

  /** A token as this service signs them, with other claims where a test wants them. */
  async mint(payload) {
    const { token } = await this.#auth.api.signJWT({ body: { payload: { iat: now(), ...payload } } });
    return token;
  }

  /** A new signing key; the former ones stay published, or are gone. Returns its `kid`. */
  async rotate(keepFormer) {
    if (!keepFormer) await this.#parts.pool.query('delete from neon_auth.jwks');
    const plugin = this.#auth.options.plugins.find(({ id }) => id === 'jwt');
    const { id } = await createJwk({ context: await this.#auth.$context }, plugin.options);
    return id;
  }

  async #anonymous() {
    const exp = now() + ANONYMOUS_SECONDS;
    return json({ token: await this.mint({ sub: 'anonymous', role: 'anonymous', exp }), expires_at: exp });
  }
}

async function withBody(response) {
  const bare = BARE[response.status];
  if (!bare) return response;
  const text = await response.text();
  if (text.startsWith('{')) return new Response(text, { status: response.status, headers: response.headers });
  const answer = fail(response.status, ...bare);
  for (const cookie of response.headers.getSetCookie()) answer.headers.append('set-cookie', cookie);
  return answer;
}
