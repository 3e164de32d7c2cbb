// A page that the browser has already: it asks whether that is still the one, and shows it with the policy that came with it.
import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';

test('a post that has not changed is not sent again, and its scripts are still allowed', async ({ page, browser }) => {
  const author = await browser.newContext();
  const writing = await author.newPage();
  await signUp(writing, somebody(), '/posts/new');
  await writing.getByLabel('Title').fill('Read twice');
  await writing.getByLabel('Text').fill('Words.');
  await writing.getByRole('button', { name: 'Publish' }).click();
  await expect(writing.getByRole('heading', { level: 1, name: 'Read twice' })).toBeVisible();
  const path = new URL(writing.url()).pathname;

  /** Whether the text of the page came over the wire, or only the word that it is the same. */
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
  // A policy with another nonce would block it, which the browser says aloud, and this test then fails.
  expect(await nonce()).toBe(script);

  await writing.getByRole('link', { name: 'Edit' }).click();
  await writing.getByLabel('Title').fill('Read anew');
  await writing.getByRole('button', { name: 'Save' }).click();
  await expect(writing.getByRole('heading', { level: 1, name: 'Read anew' })).toBeVisible();
  await author.close();
  await page.goto('/sign-in');
  await page.goto(path);
  expect(await wasSent()).toBe(true);
  await expect(page.getByRole('heading', { level: 1, name: 'Read anew' })).toBeVisible();
  expect(await nonce()).not.toBe(script);
});
