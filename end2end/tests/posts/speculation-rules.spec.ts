// Pages that a browser prefetches by speculation rules.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { asAnotherUser } from '../support/users';
import { publish } from './steps';

/** How the open page was delivered: empty without prefetching. */
const delivery = (page: Page): Promise<unknown> =>
  page.evaluate(() => Reflect.get(performance.getEntriesByType('navigation')[0]!, 'deliveryType'));

/** The paths that the browser has prefetched. */
async function prefetched(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const ready: string[] = [];
  session.on('Preload.prefetchStatusUpdated', ({ prefetchUrl, status }) => {
    if (status === 'Ready') ready.push(new URL(prefetchUrl).pathname);
  });
  await session.send('Preload.enable');
  return ready;
}

test('a post is prefetched while the pointer is on its link', async ({ page, newPage }) => {
  let path = '';
  await asAnotherUser(newPage, '/', async (author) => {
    await publish(author, 'Pointed at', 'Words.');
    path = new URL(author.url()).pathname;
  });

  await page.goto('/');
  const paths = await prefetched(page);
  await page.getByRole('link', { name: 'Sign in' }).hover();
  await page.locator(`a[href="${path}"]`).hover();
  await expect.poll(() => paths).toEqual([path]);
  await page.locator(`a[href="${path}"]`).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pointed at' })).toBeVisible();
  expect(await delivery(page)).toBe('navigational-prefetch');
});
