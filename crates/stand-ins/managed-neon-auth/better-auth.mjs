// The version of better-auth that runs, and what is found elsewhere in one than in the other.
// It must hold nothing that both versions have in the same place and under the same name.
import './environment.mjs';

/** What `BETTER_AUTH` may say, and the package of package.json that it means. */
const PACKAGES = { 1.4: 'better-auth', 1.7: 'better-auth-1.7' };

export const VERSION = process.env.BETTER_AUTH || '1.4';
const name = PACKAGES[VERSION];
if (!name) throw new RangeError(`BETTER_AUTH is one of ${Object.keys(PACKAGES).join(', ')}, not ${VERSION}`);

const part = (path) => import(`${name}${path}`);

export const { betterAuth } = await part('');
export const { getMigrations } = await part(VERSION === '1.4' ? '/db' : '/db/migration');
export const { createAuthorizationURL, validateAuthorizationCode } = await part('/oauth2');
export const { admin } = await part('/plugins/admin');
export const { emailOTP } = await part('/plugins/email-otp');
export const { createJwk, jwt } = await part('/plugins/jwt');
export const { magicLink } = await part('/plugins/magic-link');
export const { organization } = await part('/plugins/organization');

/** Where better-auth counts calls: older versions with `get` and `set`, newer ones with `consume`. Without one, counts outlive a rebuild. */
export function limits() {
  const counts = new Map();
  return {
    get: async (key) => counts.get(key),
    set: async (key, value) => void counts.set(key, value),
    consume: async (key, { window, max }) => {
      const now = Date.now();
      const begun = counts.get(key);
      const { since, count } = begun && now - begun.since < window * 1000 ? begun : { since: now, count: 0 };
      if (count >= max) return { allowed: false, retryAfter: Math.ceil((since + window * 1000 - now) / 1000) };
      counts.set(key, { since, count: count + 1 });
      return { allowed: true, retryAfter: null };
    },
  };
}
