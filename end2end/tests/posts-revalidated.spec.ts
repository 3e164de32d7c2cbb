// A page that the browser has already: it asks whether that is still the one, and shows it with the policy that came with it.
import { expect, test } from './support/test';
import { signUp, somebody } from './support/people';

test('a post that has not changed is not sent again, and its scripts are still allowed', async ({ page, browser }) => {
  const author = await browser.newContext();
  const writing = await author.newPage();
  await signUp(writing, somebody(), '/posts/new');
  await writing.getByLabel('Title').fill('Read twice');
  await writing.getByLabel('Text').fill('Words.');
  await writing.getByRole('button', { name: 'Publish' }).click();
  await expect(writing.getByRole('heading', { level: 1, name: 'Read twice' })).toBeVisible();
  const path = new URL(writing.url()).pathname;

  const nonce = () => page.locator('script[type=speculationrules]').evaluate((script) => (script as HTMLScriptElement).nonce);
  const first = await page.goto(path);
  expect(first?.status()).toBe(200);
  const [tag, script] = [await first!.headerValue('etag'), await nonce()];
  await page.goto('/sign-in');
  const again = await page.goto(path);
  expect(again?.status()).toBe(304);
  expect(await again!.headerValue('etag')).toBe(tag);
  await expect(page.getByRole('heading', { level: 1, name: 'Read twice' })).toBeVisible();
  // A policy with another nonce would block it, which the browser says aloud, and this test then fails.
  expect(await nonce()).toBe(script);

  await writing.getByRole('link', { name: 'Edit' }).click();
  await writing.getByLabel('Title').fill('Read anew');
  await writing.getByRole('button', { name: 'Save' }).click();
  await expect(writing.getByRole('heading', { level: 1, name: 'Read anew' })).toBeVisible();
  await author.close();
  await page.goto('/sign-in');
  const changed = await page.goto(path);
  expect(changed?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1, name: 'Read anew' })).toBeVisible();
  expect(await nonce()).not.toBe(script);
});
