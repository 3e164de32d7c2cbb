// What the projects of the browser tests have in common: the tests by what they need, as patterns of their files.
import type { Project } from '@playwright/test';
import type { Generation } from './server';

export type Projects = Project<{ generation: Generation }>[];

/** These change settings of Neon Auth for all users: nothing of the same server may run beside them. */
export const VERIFY_EMAIL = '**/verify-email.spec.ts';
/** Without JavaScript each change loads a page, nothing is prefetched, and no script can tell how a page came. */
export const SCRIPTED = ['**/island.spec.ts', '**/speculation-rules.spec.ts', '**/view-transitions.spec.ts'];
/** axe needs JavaScript. */
export const ACCESSIBLE = '**/accessible.spec.ts';
export const RELEASE = '**/release.spec.ts';
/** The flows of the account and of the sample, which run against a deployment as well: the release, where there is one. */
export const DEPLOYED = [
  '**/sign-in.spec.ts',
  '**/oauth.spec.ts',
  '**/reset-password.spec.ts',
  '**/account.spec.ts',
  '**/flows.spec.ts',
  '**/island.spec.ts',
  '**/keyboard.spec.ts',
  '**/theme.spec.ts',
];
export const WITHOUT = { javaScriptEnabled: false };
/** Where there is no release, there is nothing to test about it: `cargo xtask test` makes one. */
export const hasRelease = Boolean(process.env.RELEASE_FOLDER);
