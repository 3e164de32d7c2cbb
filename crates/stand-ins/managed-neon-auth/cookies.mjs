// The cookies of the service: their names, and reading and replacing them in headers.
// It must not know what they are for.

const PREFIX = '__Secure-neon-auth.';

export const SESSION = `${PREFIX}session_token`;
export const STATE = `${PREFIX}state`;
/** The server writes both spellings: older SDKs know only the misspelt one. */
export const CHALLENGES = [`${PREFIX}session_challange`, `${PREFIX}session_challenge`];

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=None; Partitioned';

export function setCookie(name, value, maxAge) {
  return `${name}=${value}; Max-Age=${maxAge}; ${ATTRIBUTES}`;
}

/** `[name, value]` of a `Set-Cookie` header, without its attributes. */
export function pair(setCookie) {
  const [first] = setCookie.split(';', 1);
  const at = first.indexOf('=');
  return [first.slice(0, at).trim(), first.slice(at + 1).trim()];
}

/** What a `Cookie` header holds, by name. */
export function sent(request) {
  const header = request.headers.get('cookie') ?? '';
  return new Map(header.split(';').filter((part) => part.includes('=')).map(pair));
}

export function header(cookies) {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

/** Takes the cookies that `choose` names out of a response's headers, and returns them. */
export function take(headers, choose) {
  const all = headers.getSetCookie();
  headers.delete('set-cookie');
  const taken = [];
  for (const cookie of all) {
    if (choose(pair(cookie)[0])) taken.push(cookie);
    else headers.append('set-cookie', cookie);
  }
  return taken;
}
