// View transitions between pages. An error that a page logs about it fails the test, as any other does.
import type { Page } from '@playwright/test';
import { expect, test } from './support/test';

test.use({ contextOptions: { reducedMotion: 'no-preference' } });

/** Learns how every page comes from now on. */
async function watchPages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    addEventListener('pagereveal', (event) => {
      const transition = Reflect.get(event, 'viewTransition') as { ready: Promise<void> } | null;
      Reflect.set(window, 'faded', Boolean(transition));
      const durations = () => document.getAnimations().map((animation) => animation.effect?.getComputedTiming().duration);
      void transition?.ready.then(() => Reflect.set(window, 'durations', durations()));
    });
  });
}

const read = (page: Page, name: string): Promise<unknown> => page.evaluate((key) => Reflect.get(window, key), name);

/** How long each part of the fade takes, in milliseconds, once it has begun: before that a test should not go on. */
async function fade(page: Page): Promise<unknown> {
  await expect.poll(() => read(page, 'durations')).not.toBeUndefined();
  return read(page, 'durations');
}

test('pages fade into each other in 120 ms', async ({ page }) => {
  await watchPages(page);
  await page.goto('/');
  for (const [name, path] of [['Sign in', '/sign-in'], ['leptos-neon', '/']] as const) {
    await page.getByRole('link', { name, exact: true }).click();
    await expect(page).toHaveURL(path);
    const durations = await fade(page);
    expect(durations).not.toEqual([]);
    expect(new Set(durations as number[])).toEqual(new Set([120]));
  }
  await page.getByRole('form', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await fade(page), 'what a form leads to').not.toEqual([]);
});

test('nothing moves for users who prefer reduced motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await watchPages(page);
  await page.goto('/');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect.poll(() => read(page, 'faded')).toBe(false);
});

test('an error page fades, too', async ({ page }) => {
  await watchPages(page);
  await page.goto('/sign-in');
  // Nothing of the router's: it is made outside of it.
  await page.evaluate(() => location.assign('/auth/sign-out'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not found');
  expect(await fade(page)).not.toEqual([]);
  await page.getByRole('link', { name: 'Go to the start' }).click();
  await expect(page).toHaveURL('/');
  expect(await fade(page)).not.toEqual([]);
});
