// Every flow without touching a mouse, but those of the features, which have files of their own.
import { expect, test } from './support/test';
import { press, tabTo, type } from './support/keyboard';
import { somebody } from './support/people';

test('the account is looked after: theme, password, devices, and its end', async ({ page }) => {
  const person = somebody();
  await page.goto('/sign-up?return_to=%2Faccount');
  await type(page, page.getByLabel('Name'), person.name);
  await type(page, page.getByLabel('E-mail'), person.email);
  await type(page, page.getByLabel('Password'), person.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/account');

  await press(page, page.getByRole('button', { name: 'Dark' }));
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await press(page, page.getByRole('link', { name: /Change your password/ }));
  await type(page, page.getByLabel('Current password'), person.password);
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

test('a provider is chosen and its page answered', async ({ page }) => {
  await page.goto('/account/delete');
  await press(page, page.getByRole('button', { name: 'Continue with Google' }));
  await page.getByRole('button', { name: /Grace/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/account/delete');
  await press(page, page.getByRole('button', { name: 'Sign out' }));
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
});

test('the first stop skips what every page begins with', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveAccessibleName(/Skip/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.locator('main :focus')).toHaveCount(1);
});
