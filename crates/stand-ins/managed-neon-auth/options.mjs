// The configuration of better-auth as Neon runs it, from the settings.
// It must not contain behaviour of its own beyond where mails go and who a provider is.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { admin, emailOTP, jwt, magicLink, organization } from './better-auth.mjs';

/** Signs cookies and encrypts keys, so it must be the same after a restart. This one is for tests, where it guards made-up people only. */
const SECRET = 'a-fixed-secret-of-a-server-that-only-tests-talk-to-7f3a91';

/** `limits` keeps the counts of better-auth's rate limiter. */
export function options({ origin, basePath, pool, settings, outbox, provider, limits, log, secret }) {
  const byLink = settings.verification_method === 'link';
  const mailed = (kind) => async ({ user, url }) => outbox.put({ to: user.email, kind, link: url });
  return {
    baseURL: origin,
    basePath,
    secret: secret ?? SECRET,
    database: pool,
    trustedOrigins: [
      ...settings.trusted_origins,
      ...(settings.allow_localhost ? ['http://localhost', 'http://localhost:*'] : []),
    ],
    advanced: {
      database: { generateId: 'uuid' },
      cookiePrefix: 'neon-auth',
      useSecureCookies: true,
      defaultCookieAttributes: { sameSite: 'none', secure: true, partitioned: true },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    emailAndPassword: {
      enabled: settings.email_and_password,
      disableSignUp: !settings.sign_up,
      requireEmailVerification: settings.require_email_verification,
      password: { hash, verify },
      sendResetPassword: mailed('reset-password'),
    },
    emailVerification: {
      sendOnSignUp: settings.require_email_verification,
      autoSignInAfterVerification: settings.auto_sign_in_after_verification,
      expiresIn: settings.code_seconds,
      ...(byLink ? { sendVerificationEmail: mailed('verify-email') } : {}),
    },
    user: { deleteUser: { enabled: settings.delete_user } },
    session: { expiresIn: settings.session_seconds, updateAge: settings.session_update_seconds },
    rateLimit: { enabled: settings.rate_limit, customStorage: limits },
    disabledPaths: settings.sign_in_by_code ? [] : ['/sign-in/email-otp'],
    plugins: [
      jwt({
        jwks: { jwksPath: '/.well-known/jwks.json' },
        jwt: {
          issuer: origin,
          audience: origin,
          definePayload: ({ user }) => ({ ...claims(user), exp: now() + settings.token_seconds }),
        },
      }),
      admin(),
      organization(),
      emailOTP({
        overrideDefaultEmailVerification: !byLink,
        expiresIn: settings.code_seconds,
        sendVerificationOTP: async ({ email, otp, type }) => {
          if (type !== 'sign-in' || settings.sign_in_by_code) outbox.put({ to: email, kind: type, code: otp });
        },
      }),
      magicLink({ sendMagicLink: async ({ email, url }) => outbox.put({ to: email, kind: 'magic-link', link: url }) }),
      provider.plugin(settings.providers),
    ],
    telemetry: { enabled: false },
    logger: { disabled: !log },
  };
}

export const now = () => Math.floor(Date.now() / 1000);

/** The role is the one in the database, not `user` or `admin` of the admin plugin. */
function claims(user) {
  const { id, email, name, image, emailVerified, createdAt, updatedAt, banned, banReason, banExpires } = user;
  return {
    ...{ id, email, name, image, emailVerified, createdAt, updatedAt, banned, banReason, banExpires },
    role: 'authenticated',
  };
}

// The same function, cost and notation as better-auth's own, whose JavaScript takes more than twice as long.
const derive = promisify(scrypt);
const COST = { N: 16384, r: 16, p: 1, maxmem: 128 * 16384 * 16 * 2 };

async function hash(password) {
  const salt = randomBytes(16).toString('hex');
  return `${salt}:${(await derive(password.normalize('NFKC'), salt, 64, COST)).toString('hex')}`;
}

async function verify({ hash, password }) {
  const [salt, key] = hash.split(':');
  return timingSafeEqual(await derive(password.normalize('NFKC'), salt, 64, COST), Buffer.from(key, 'hex'));
}
