import { defineConfig } from '@playwright/test';
import { chromium } from './tests/support/chromium';
import type { Generation } from './tests/support/server';

/** These change settings of Neon Auth for all users: nothing of the same generation may run beside them. */
const DIRECTORY = '**/directory.spec.ts';
const VERIFY_EMAIL = '**/verify-email.spec.ts';
/** The flows of the account and of the sample run on both generations. The second
 * generation's server is the release, where there is one. */
const BOTH = [
  '**/sign-in.spec.ts',
  '**/oauth.spec.ts',
  '**/reset-password.spec.ts',
  '**/account.spec.ts',
  '**/flows.spec.ts',
  '**/island.spec.ts',
  '**/keyboard.spec.ts',
  '**/theme.spec.ts',
];
const CODE = '**/sign-in-code.spec.ts';
/** What only the later version of Better Auth asks for. */
const REAUTHENTICATION = '**/reauthentication.spec.ts';
/** The flows of the account on that version, by plain forms: pages behind a sign-in do not depend on it. */
const NEXT = ['sign-in', 'oauth', 'reset-password', 'account', 'sign-in-code', 'reauthentication'].map(
  (name) => `**/tests/${name}.spec.ts`,
);
/** Without JavaScript each change loads a page, nothing is prefetched, and no script can tell how a page came. */
const SCRIPTED = ['**/island.spec.ts', '**/speculation-rules.spec.ts', '**/view-transitions.spec.ts'];
/** axe needs JavaScript. */
const ACCESSIBLE = '**/accessible.spec.ts';
/** Where there is no release, there is nothing to test about it: `cargo xtask test` makes one. */
const RELEASE = '**/release.spec.ts';
/** It switches settings of a Neon Auth of its own, and there is no other test with that one. */
const LOCAL = '**/managed-local.spec.ts';
const hasRelease = Boolean(process.env.RELEASE_FOLDER);
const WITHOUT = { javaScriptEnabled: false };
const MANAGED = { generation: 'managed' as Generation };
const MANAGED_NEXT = { ...WITHOUT, generation: 'managed-next' as Generation };

// Each flow runs with JavaScript and without. Tests never share users, so they may run side by side.
export default defineConfig<{ generation: Generation }>({
  testDir: './tests',
  outputDir: './test-results',
  globalSetup: './tests/support/server.ts',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    launchOptions: chromium(),
    // What the page was at each step, without a film of it: filming takes a sixth of the time.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    // Tests go on before a page has faded in: docs/decisions/016-view-transitions.md.
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    { name: 'javascript', testIgnore: [DIRECTORY, VERIFY_EMAIL, CODE, REAUTHENTICATION, RELEASE, LOCAL] },
    { name: 'no-javascript', testIgnore: [DIRECTORY, VERIFY_EMAIL, CODE, REAUTHENTICATION, ...SCRIPTED, ACCESSIBLE, RELEASE, LOCAL], use: WITHOUT },
    { name: 'directory', testMatch: DIRECTORY, workers: 1, dependencies: ['javascript', 'no-javascript'] },
    { name: 'directory-no-javascript', testMatch: DIRECTORY, workers: 1, use: WITHOUT, dependencies: ['directory'] },
    { name: 'verify-email', testMatch: VERIFY_EMAIL, dependencies: ['directory-no-javascript'] },
    { name: 'verify-email-no-javascript', testMatch: VERIFY_EMAIL, use: WITHOUT, dependencies: ['verify-email'] },
    { name: 'managed', testMatch: [...BOTH, CODE], use: MANAGED },
    { name: 'managed-no-javascript', testMatch: [...BOTH, CODE], testIgnore: SCRIPTED, use: { ...WITHOUT, ...MANAGED } },
    { name: 'managed-verify-email', testMatch: VERIFY_EMAIL, use: MANAGED, dependencies: ['managed', 'managed-no-javascript'] },
    { name: 'managed-local', testMatch: LOCAL, use: { generation: 'managed-local' } },
    { name: 'managed-next', testMatch: NEXT, use: MANAGED_NEXT },
    { name: 'managed-next-verify-email', testMatch: VERIFY_EMAIL, use: MANAGED_NEXT, dependencies: ['managed-next'] },
    ...(hasRelease ? [{ name: 'release', testMatch: RELEASE, use: MANAGED }] : []),
    { name: 'managed-verify-email-no-javascript', testMatch: VERIFY_EMAIL, use: { ...WITHOUT, ...MANAGED }, dependencies: ['managed-verify-email'] },
  ],
});
