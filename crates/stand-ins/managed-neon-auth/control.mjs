// Levers for tests that the real service does not have, behind a key that changes with every start.
// It must not be reachable without that key.
import { fail, json } from './http.mjs';

/** What becomes of sessions: `$1` is an e-mail address or null for everybody's, `$2` a number of seconds. */
const SESSIONS = {
  expire: `set "expiresAt" = now() - interval '1 second'`,
  /** As if the last extension were longer ago: the next call rolls the session on. */
  age: `set "expiresAt" = "expiresAt" - make_interval(secs => $2)`,
  /** As if the sign-in were longer ago. */
  backdate: `set "createdAt" = "createdAt" - make_interval(secs => $2)`,
};
const WHOSE = `where $1::text is null or "userId" = (select id from neon_auth."user" where email = lower($1))`;

export class Control {
  #parts;

  constructor(parts) {
    this.#parts = parts;
  }

  async answer(request) {
    if (request.headers.get('x-control-key') !== this.#parts.key) return fail(401, 'Unauthorized', 'UNAUTHORIZED');
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    try {
      const body = text ? JSON.parse(text) : {};
      const answer = await this.#pull(`${request.method} ${pathname.slice('/control'.length)}`, searchParams, body);
      return answer === undefined ? fail(404, 'There is no such lever', 'NOT_FOUND') : json(answer);
    } catch (error) {
      return fail(400, String(error), 'BAD_REQUEST');
    }
  }

  async #pull(lever, query, body) {
    const { settings, service, outbox, outages, calls } = this.#parts;
    switch (lever) {
      case 'GET /outbox':
        return outbox.list(query.get('to'));
      case 'DELETE /outbox':
        return done(outbox.clear());
      case 'GET /settings':
        return settings.current;
      case 'PATCH /settings':
        settings.change(body);
        await service.rebuild();
        return settings.current;
      case 'GET /outages':
        return outages.list();
      case 'POST /outages':
        return done(outages.begin(body));
      case 'DELETE /outages':
        return done(outages.end(query.get('path')));
      case 'GET /calls':
        return calls.list();
      case 'DELETE /calls':
        return done(calls.clear());
      case 'POST /keys':
        return { kid: await service.rotate(body.keep_former ?? true) };
      case 'POST /tokens':
        return { token: await service.mint(body) };
      case 'POST /sessions':
        return this.#sessions(body);
      case 'DELETE /users':
        return this.#deleteUser(query.get('email'));
      default:
        return undefined;
    }
  }

  /** Answers how many sessions it was. */
  async #sessions({ action, email = null, seconds }) {
    if (action === 'revoke') return this.#count(`delete from neon_auth.session ${WHOSE}`, [email]);
    if (!(action in SESSIONS)) throw new TypeError('action is expire, age, backdate or revoke');
    const values = action === 'expire' ? [email] : [email, seconds];
    return this.#count(`update neon_auth.session ${SESSIONS[action]} ${WHOSE}`, values);
  }

  /** The row itself, as Neon deletes. */
  async #deleteUser(email) {
    return this.#count('delete from neon_auth."user" where email = lower($1)', [email]);
  }

  async #count(statement, values) {
    const { rowCount } = await this.#parts.pool.query(statement, values);
    return { count: rowCount };
  }
}

const done = () => ({ success: true });
