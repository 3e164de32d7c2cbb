// Deleting an account with a session that Neon Auth finds too old: the user signs in once more.
import type { Page } from '@playwright/test';
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { signedInLongAgo } from './support/managed';
import { newUser, signUp } from './support/users';
import { callbackUrl, startSignIn } from './support/oauth';

async function deleteAccount(page: Page): Promise<void> {
  await page.getByLabel(/type the word delete/).fill('delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
}

test('a user with a password types it to delete the account', async ({ page }) => {
  const user = newUser();
  await signUp(page, user, '/account');
  await signedInLongAgo('managed-next', user);
  await page.goto('/account/delete');
  await expect(page.getByLabel('Current password')).toHaveCount(0);
  await deleteAccount(page);
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/type your password as well/);
  await accessible(page);

  await expect(page.getByLabel(/type the word delete/)).toHaveValue('delete');
  await page.getByLabel('Current password').fill('not this one');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/not your current/);
  await page.getByLabel('Current password').fill(user.password);
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
});

test('a user without a password signs in at the provider to delete the account', async ({ page }) => {
  const user = newUser();
  await startSignIn(page);
  await page.goto(await callbackUrl(page, user));
  await signedInLongAgo('managed-next', user);
  await page.goto('/account/delete');
  await deleteAccount(page);
  await expect(page.getByRole('alert')).toContainText('Please sign in once more');
  await accessible(page);

  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await expect(page.getByRole('heading', { name: 'Continue with Google' })).toBeVisible();
  await page.goto(await callbackUrl(page, user));
  await expect(page).toHaveURL(/\/account\/delete$/);
  await deleteAccount(page);
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
});
