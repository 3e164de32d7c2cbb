// The projects of the browser tests that only the Managed generation has: a deployment, a later Better Auth, local mode.
import { DEPLOYED, hasRelease, RELEASE, SCRIPTED, VERIFY_EMAIL, WITHOUT, type Projects } from './specs';

const CODE = '**/sign-in-code.spec.ts';
/** What only the later version of Better Auth asks for. */
const REAUTHENTICATION = '**/reauthentication.spec.ts';
/** The flows of the account on that version, by plain forms: pages behind a sign-in do not depend on it. */
const NEXT = ['sign-in', 'oauth', 'reset-password', 'account', 'sign-in-code', 'reauthentication'].map(
  (name) => `**/tests/${name}.spec.ts`,
);
/** It changes settings for all users: nothing of the same server may run beside it. */
const LOCAL = '**/managed-local.spec.ts';
const MANAGED = { generation: 'managed' as const };
const MANAGED_NEXT = { ...WITHOUT, generation: 'managed-next' as const };

/** What runs in these projects only. */
export const own = [CODE, REAUTHENTICATION, LOCAL];

export const projects: Projects = [
  { name: 'managed', testMatch: [...DEPLOYED, CODE], use: MANAGED },
  { name: 'managed-no-javascript', testMatch: [...DEPLOYED, CODE], testIgnore: SCRIPTED, use: { ...WITHOUT, ...MANAGED } },
  { name: 'managed-verify-email', testMatch: VERIFY_EMAIL, use: MANAGED, dependencies: ['managed', 'managed-no-javascript'] },
  { name: 'managed-verify-email-no-javascript', testMatch: VERIFY_EMAIL, use: { ...WITHOUT, ...MANAGED }, dependencies: ['managed-verify-email'] },
  { name: 'managed-local', testMatch: LOCAL, use: { generation: 'managed-local' } },
  { name: 'managed-next', testMatch: NEXT, use: MANAGED_NEXT },
  { name: 'managed-next-verify-email', testMatch: VERIFY_EMAIL, use: MANAGED_NEXT, dependencies: ['managed-next'] },
  ...(hasRelease ? [{ name: 'release', testMatch: RELEASE, use: MANAGED }] : []),
];
