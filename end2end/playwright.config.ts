import { defineConfig } from '@playwright/test';
import { chromium } from './tests/support/machine';
import type { Generation } from './tests/support/server';

/** They change settings of Neon Auth for everybody: nothing may run beside them. */
const ALONE = ['**/directory.spec.ts', '**/confirm.spec.ts'];
/** Of the local Stack only: it has a directory that lags behind. */
const DIRECTORY = '**/directory.spec.ts';
/** What a person does with their account is done on both generations, and so is enough of the rest to know that it works. */
const BOTH = ['**/sign-in.spec.ts', '**/reset.spec.ts', '**/account.spec.ts', '**/todos.spec.ts'];
const CODE = '**/code.spec.ts';
const WITHOUT = { javaScriptEnabled: false };

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
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'javascript', testIgnore: [...ALONE, CODE] },
    { name: 'no-javascript', testIgnore: [...ALONE, CODE], use: WITHOUT },
    { name: 'managed', testMatch: [...BOTH, CODE], use: { generation: 'managed' } },
    { name: 'managed-no-javascript', testMatch: [...BOTH, CODE], use: { ...WITHOUT, generation: 'managed' } },
    { name: 'alone', testMatch: ALONE, dependencies: ['javascript', 'no-javascript'] },
    { name: 'alone-no-javascript', testMatch: ALONE, use: WITHOUT, dependencies: ['alone'] },
    {
      name: 'alone-managed',
      testMatch: ALONE,
      testIgnore: DIRECTORY,
      use: { ...WITHOUT, generation: 'managed' },
      dependencies: ['managed', 'managed-no-javascript', 'alone-no-javascript'],
    },
  ],
});
