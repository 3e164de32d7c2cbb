import { defineConfig } from '@playwright/test';
import { chromium } from './tests/support/machine';

const DIRECTORY = '**/directory.spec.ts';
const WITHOUT = { javaScriptEnabled: false };

// Each flow runs with JavaScript and without. Tests never share people, so they may run side by side.
export default defineConfig({
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
  // The directory's tests change how the local Neon Auth delivers users, to everybody: nothing may run beside them.
  projects: [
    { name: 'javascript', testIgnore: DIRECTORY },
    { name: 'no-javascript', testIgnore: DIRECTORY, use: WITHOUT },
    { name: 'directory', testMatch: DIRECTORY, dependencies: ['javascript', 'no-javascript'] },
    { name: 'directory-no-javascript', testMatch: DIRECTORY, use: WITHOUT, dependencies: ['directory'] },
  ],
});
