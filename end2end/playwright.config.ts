import { defineConfig } from '@playwright/test';
import { chromium } from './tests/support/machine';

// Each project runs every flow. Tests never share people, so they may run side by side.
export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  globalSetup: './tests/support/server.ts',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    launchOptions: chromium(),
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'javascript', use: { javaScriptEnabled: true } },
    { name: 'no-javascript', use: { javaScriptEnabled: false } },
  ],
});
