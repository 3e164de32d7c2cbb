// What a browser loads before somebody goes there.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';

/** How the page that is open came: empty when it was asked for as usual. */
const delivery = (page: Page): Promise<unknown> =>
  page.evaluate(() => Reflect.get(performance.getEntriesByType('navigation')[0]!, 'deliveryType'));

/** The addresses that the browser has loaded ahead. */
async function loadedAhead(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const ready: string[] = [];
  session.on('Preload.prefetchStatusUpdated', ({ prefetchUrl, status }) => {
    if (status === 'Ready') ready.push(new URL(prefetchUrl).pathname);
  });
  await session.send('Preload.enable');
  return ready;
}

test('a post that a visitor points at is there when it is opened', async ({ page, browser }) => {
  const author = await browser.newContext();
  const writing = await author.newPage();
  await signUp(writing, somebody(), '/posts/new');
  await writing.getByLabel('Title').fill('Pointed at');
  await writing.getByLabel('Text').fill('Words.');
  await writing.getByRole('button', { name: 'Publish' }).click();
  await expect(writing.getByRole('heading', { level: 1, name: 'Pointed at' })).toBeVisible();
  const path = new URL(writing.url()).pathname;
  await author.close();

  await page.goto('/');
  const ahead = await loadedAhead(page);
  await page.getByRole('link', { name: 'Sign in' }).hover();
  await page.locator(`a[href="${path}"]`).hover();
  await expect.poll(() => ahead).toEqual([path]);
  await page.locator(`a[href="${path}"]`).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pointed at' })).toBeVisible();
  expect(await delivery(page)).toBe('navigational-prefetch');
});
