// Conditional requests: a cached page is shown with the policy that came with it.
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { publish } from './steps';

test('an unchanged post is not sent again, and its scripts are still allowed', async ({ page, newPage }) => {
  const writing = await newPage();
  await signUp(writing, newUser());
  await publish(writing, 'Read twice', 'Words.');
  const path = new URL(writing.url()).pathname;

  /** Whether the page was sent, and not only the answer that it is unchanged. */
  const wasSent = () =>
    page.evaluate(() => {
      const [{ transferSize, encodedBodySize }] = performance.getEntriesByType('navigation') as [PerformanceNavigationTiming];
      return transferSize > encodedBodySize;
    });
  const nonce = () => page.locator('script[type=speculationrules]').evaluate((script) => (script as HTMLScriptElement).nonce);
  const first = await page.goto(path);
  expect(await wasSent()).toBe(true);
  const [tag, script] = [await first!.headerValue('etag'), await nonce()];
  await page.goto('/sign-in');
  const again = await page.goto(path);
  expect(await again!.request().headerValue('if-none-match')).toBe(tag);
  expect(await wasSent()).toBe(false);
  await expect(page.getByRole('heading', { level: 1, name: 'Read twice' })).toBeVisible();
  // A policy with another nonce would block it, which the browser reports, and this test then fails.
  expect(await nonce()).toBe(script);

  await writing.getByRole('link', { name: 'Edit' }).click();
  await writing.getByLabel('Title').fill('Read anew');
  await writing.getByRole('button', { name: 'Save' }).click();
  await expect(writing.getByRole('heading', { level: 1, name: 'Read anew' })).toBeVisible();
  await writing.context().close();
  await page.goto('/sign-in');
  await page.goto(path);
  expect(await wasSent()).toBe(true);
  await expect(page.getByRole('heading', { level: 1, name: 'Read anew' })).toBeVisible();
  expect(await nonce()).not.toBe(script);
});
