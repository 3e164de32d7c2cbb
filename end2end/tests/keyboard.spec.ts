// The flows of the account by keyboard. Those of the features have files of their own.
import { expect, test } from './support/test';
import { press, submitSignUp, tabTo, type } from './support/keyboard';
import { newUser } from './support/users';

test('the account pages work by keyboard: theme, password, export and deletion', async ({ page }) => {
  const user = newUser();
  await page.goto('/sign-up?return_to=%2Faccount');
  await submitSignUp(page, user);
  await expect(page).toHaveURL('/account');

  await press(page, page.getByRole('button', { name: 'Dark' }));
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await press(page, page.getByRole('link', { name: /Change your password/ }));
  await type(page, page.getByLabel('Current password'), user.password);
  await type(page, page.getByLabel('New password'), 'another horse battery');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').first()).toContainText('new password is set');

  await page.goto('/account');
  await tabTo(page, page.getByRole('link', { name: 'Download your data' }));
  await press(page, page.getByRole('link', { name: /Delete your account/ }));
  await type(page, page.getByLabel(/type the word delete/), 'delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
});

test('a sign-in at a provider works by keyboard', async ({ page }) => {
  await page.goto('/account/delete');
  await press(page, page.getByRole('button', { name: 'Continue with Google' }));
  await page.getByRole('button', { name: /Grace/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/account/delete');
  await press(page, page.getByRole('button', { name: 'Sign out' }));
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
});

test('the first link skips to the content', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveAccessibleName(/Skip/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.locator('main :focus')).toHaveCount(1);
});
