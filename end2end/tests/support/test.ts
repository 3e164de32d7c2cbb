// The `test` of this project: fails when the page reports an unexpected error.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { readServers, type Generation } from './server';

type Watch = (page: Page) => void;

export type NewPage = () => Promise<Page>;

export const test = base.extend<{ watch: Watch; newPage: NewPage; complaints: string[]; generation: Generation }>({
  /** Which Neon Auth the app has: set by the project. */
  generation: ['stack', { option: true }],

  // Where the server of this run listens. Ports are chosen when it starts.
  baseURL: async ({ generation }, use) => use(readServers().origins[generation]),

  complaints: async ({}, use) => use([]),

  /** Collects console errors, uncaught exceptions and violations of the Content-Security-Policy of a page. */
  watch: async ({ complaints }, use) => {
    await use((page) => {
      page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
      page.on('console', (message) => {
        // Disconnected is what a test does when it takes the network away.
        const expected =
          /Failed to load resource: (the server responded with a status of (4\d\d|503)|net::ERR_INTERNET_DISCONNECTED)/;
        if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
      });
    });
  },

  /** Opens a page of another browser, without the cookies of the first. */
  newPage: async ({ browser, baseURL, javaScriptEnabled, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL, javaScriptEnabled });
      contexts.push(context);
      context.on('page', watch);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  context: async ({ context, watch, complaints }, use) => {
    context.on('page', watch);
    await use(context);
    expect(complaints, 'errors in the browser console').toEqual([]);
  },
});

export { expect };
