import type { Page } from '@playwright/test';
import { accessible } from './support/axe';
import { newUser, signUp } from './support/users';
import { expect, test } from './support/test';

/** Loads a page, which must not be that of a failure unless this is its status. */
async function open(page: Page, path: string, status = 200): Promise<void> {
  const answer = await page.goto(path);
  expect(answer!.status(), path).toBe(status);
  await expect(page).toHaveURL(path);
}

test('every page for anonymous users', async ({ page }) => {
  for (const path of ['/', '/?q=nothing-has-this-word', '/sign-in', '/sign-up', '/forgot-password']) {
    await open(page, path);
    await accessible(page);
  }
  for (const path of ['/nowhere', '/posts/0']) {
    await open(page, path, 404);
    await accessible(page);
  }
});

test('the page under the hood, with all details open', async ({ page }) => {
  await open(page, '/');
  await open(page, '/under-the-hood');
  const details = page.locator('details');
  expect(await details.count()).toBeGreaterThan(0);
  await details.evaluateAll((all) => all.forEach((each) => each.setAttribute('open', '')));
  await accessible(page);
});

test('every page for signed-in users', async ({ page }) => {
  await signUp(page, newUser());
  for (const path of ['/account', '/account/password', '/account/delete']) {
    await open(page, path);
    await accessible(page);
  }
});
