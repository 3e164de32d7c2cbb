// The account: devices, the password, and its deletion.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { newUser, signIn, signOut, signUp } from './support/users';

test('another device is listed and can be signed out', async ({ page, newPage }) => {
  const user = newUser();
  await signUp(page, user);
  const phone = await newPage();
  await phone.goto('/sign-in?return_to=%2Faccount');
  await signIn(phone, user);
  await expect(phone.getByText('This device')).toBeVisible();

  await page.goto('/account');
  await page.getByRole('button', { name: /^Sign out Chrom/ }).click();
  await expect(page.getByRole('status').first()).toContainText('signed out');
  await phone.reload();
  await expect(phone).toHaveURL(/\/sign-in/);
});

test('a long name stays inside a narrow page', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await signUp(page, newUser('W'.repeat(90)), '/account');
  await expect(page.getByRole('definition').first()).toContainText('W'.repeat(90));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('a changed password replaces the old one', async ({ page }) => {
  const user = newUser();
  await signUp(page, user, '/account');
  await accessible(page);
  await page.getByRole('link', { name: /Change your password/ }).click();
  await expect(page).toHaveURL('/account/password');
  await accessible(page);
  await page.getByLabel('Current password').fill('not this one');
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/not your current/);
  await page.getByLabel('Current password').fill(user.password);
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByRole('status').first()).toContainText('new password is set');

  await signOut(page);
  await page.goto('/sign-in');
  await signIn(page, user);
  await expect(page.getByRole('alert')).toContainText('do not match');
  await signIn(page, { ...user, password: 'another horse battery' });
  await expect(page).toHaveURL('/');
});

test('an account is deleted after a confirmation', async ({ page }) => {
  const user = newUser();
  await signUp(page, user, '/account');
  await page.getByRole('link', { name: /Delete your account/ }).click();
  await expect(page.getByText('You are signed out on every device.')).toBeVisible();
  await page.getByLabel(/type the word delete/).fill('delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
  await page.goto('/sign-in');
  await signIn(page, user);
  await expect(page.getByRole('alert')).toContainText('do not match');
});
