import { defineConfig } from '@playwright/test';
import { chromium } from './tests/support/machine';
import type { Generation } from './tests/support/server';

/** These change settings of Neon Auth for everybody: nothing of the same generation may run beside them. */
const DIRECTORY = '**/directory.spec.ts';
const CONFIRM = '**/confirm.spec.ts';
/** What a person does with their account is done on both generations, and so is what the sample does. The second
 * generation's server is the release, where there is one. */
const BOTH = [
  '**/sign-in.spec.ts',
  '**/provider.spec.ts',
  '**/reset.spec.ts',
  '**/account.spec.ts',
  '**/flows.spec.ts',
  '**/island.spec.ts',
  '**/keyboard.spec.ts',
  '**/theme.spec.ts',
];
const CODE = '**/code.spec.ts';
/** What only the later version of Better Auth asks for. */
const FRESH = '**/fresh.spec.ts';
/** Getting in and out on that version, by plain forms: what is behind a sign-in does not see it. */
const NEXT = ['sign-in', 'provider', 'reset', 'account', 'code', 'fresh'].map((name) => `**/tests/${name}.spec.ts`);
/** Without JavaScript a change is a page that is loaded: nothing is on its way, and the focus begins anew. Nor is anything
 * loaded before somebody goes there, and nobody can tell how a page came. */
const SCRIPTED = ['**/island.spec.ts', '**/ahead.spec.ts', '**/fade.spec.ts'];
/** A machine looks at pages with a script of its own. */
const ACCESSIBLE = '**/accessible.spec.ts';
/** Where there is no release, there is nothing to test about it: `cargo xtask test` makes one. */
const RELEASE = '**/release.spec.ts';
const hasRelease = Boolean(process.env.RELEASE_FOLDER);
const WITHOUT = { javaScriptEnabled: false };
const MANAGED = { generation: 'managed' as Generation };
const MANAGED_NEXT = { ...WITHOUT, generation: 'managed-next' as Generation };

// Each flow runs with JavaScript and without. Tests never share people, so they may run side by side.
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
    { name: 'javascript', testIgnore: [DIRECTORY, CONFIRM, CODE, FRESH, RELEASE] },
    { name: 'no-javascript', testIgnore: [DIRECTORY, CONFIRM, CODE, FRESH, ...SCRIPTED, ACCESSIBLE, RELEASE], use: WITHOUT },
    { name: 'directory', testMatch: DIRECTORY, workers: 1, dependencies: ['javascript', 'no-javascript'] },
    { name: 'directory-no-javascript', testMatch: DIRECTORY, workers: 1, use: WITHOUT, dependencies: ['directory'] },
    { name: 'confirm', testMatch: CONFIRM, dependencies: ['directory-no-javascript'] },
    { name: 'confirm-no-javascript', testMatch: CONFIRM, use: WITHOUT, dependencies: ['confirm'] },
    { name: 'managed', testMatch: [...BOTH, CODE], use: MANAGED },
    { name: 'managed-no-javascript', testMatch: [...BOTH, CODE], testIgnore: SCRIPTED, use: { ...WITHOUT, ...MANAGED } },
    { name: 'managed-confirm', testMatch: CONFIRM, use: MANAGED, dependencies: ['managed', 'managed-no-javascript'] },
    { name: 'managed-next', testMatch: NEXT, use: MANAGED_NEXT },
    { name: 'managed-next-confirm', testMatch: CONFIRM, use: MANAGED_NEXT, dependencies: ['managed-next'] },
    ...(hasRelease ? [{ name: 'release', testMatch: RELEASE, use: MANAGED }] : []),
    {
      name: 'managed-confirm-no-javascript',
      testMatch: CONFIRM,
      use: { ...WITHOUT, ...MANAGED },
      dependencies: ['managed-confirm'],
    },
  ],
});
