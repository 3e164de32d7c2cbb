import { defineConfig } from '@playwright/test';
import { chromium } from './tests/support/chromium';
import * as managed from './tests/support/managed-projects';
import type { Generation } from './tests/support/server';
import { ACCESSIBLE, RELEASE, SCRIPTED, VERIFY_EMAIL, WITHOUT } from './tests/support/specs';
import * as stack from './tests/support/stack-projects';

/** What has projects of its own. */
const ELSEWHERE = [VERIFY_EMAIL, RELEASE, ...stack.own, ...managed.own];

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
    { name: 'javascript', testIgnore: ELSEWHERE },
    { name: 'no-javascript', testIgnore: [...ELSEWHERE, ...SCRIPTED, ACCESSIBLE], use: WITHOUT },
    { name: 'verify-email', testMatch: VERIFY_EMAIL, dependencies: ['javascript', 'no-javascript'] },
    { name: 'verify-email-no-javascript', testMatch: VERIFY_EMAIL, use: WITHOUT, dependencies: ['verify-email'] },
    ...stack.projects,
    ...managed.projects,
  ],
});
