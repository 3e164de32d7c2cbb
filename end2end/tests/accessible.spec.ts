import { accessible } from './support/axe';
import { signUp, somebody } from './support/people';
import { test } from './support/test';

test('every page that a visitor sees', async ({ page }) => {
  for (const path of ['/', '/?q=nothing-has-this-word', '/sign-in', '/sign-up', '/forgot-password', '/nowhere', '/posts/0']) {
    await page.goto(path);
    await accessible(page);
  }
});

test('the page under the hood, with everything opened', async ({ page }) => {
  await page.goto('/');
  await page.goto('/under-the-hood');
  await page.locator('details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
  await accessible(page);
});

test('every page of somebody who is signed in', async ({ page }) => {
  await signUp(page, somebody());
  for (const path of ['/account', '/account/password', '/account/delete']) {
    await page.goto(path);
    await accessible(page);
  }
});
