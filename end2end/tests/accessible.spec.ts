import { accessible } from './support/axe';
import { newUser, signUp } from './support/users';
import { test } from './support/test';

test('every page for anonymous users', async ({ page }) => {
  for (const path of ['/', '/?q=nothing-has-this-word', '/sign-in', '/sign-up', '/forgot-password', '/nowhere', '/posts/0']) {
    await page.goto(path);
    await accessible(page);
  }
});

test('the page under the hood, with all details open', async ({ page }) => {
  await page.goto('/');
  await page.goto('/under-the-hood');
  await page.locator('details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
  await accessible(page);
});

test('every page for signed-in users', async ({ page }) => {
  await signUp(page, newUser());
  for (const path of ['/account', '/account/password', '/account/delete']) {
    await page.goto(path);
    await accessible(page);
  }
});
