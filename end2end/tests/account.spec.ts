// What a person does with their account: devices, the password, and the end of it.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { signIn, signUp, somebody } from './support/people';

test('another device is listed, and signed out from here', async ({ page, browser, baseURL, javaScriptEnabled }) => {
  const person = somebody();
  await signUp(page, person);
  const other = await browser.newContext({ baseURL, javaScriptEnabled });
  const phone = await other.newPage();
  await phone.goto('/sign-in?return_to=%2Faccount');
  await signIn(phone, person);
  await expect(phone.getByText('This device')).toBeVisible();

  await page.goto('/account');
  await page.getByRole('button', { name: /^Sign out Chrom/ }).click();
  await expect(page.getByRole('status').first()).toContainText('signed out');
  await phone.reload();
  await expect(phone).toHaveURL(/\/sign-in/);
  await other.close();
});

test('the password is changed, and the old one is worth nothing', async ({ page }) => {
  const person = somebody();
  await signUp(page, person, '/account');
  await accessible(page);
  await page.getByRole('link', { name: /Change your password/ }).click();
  await accessible(page);
  await page.getByLabel('Current password').fill('not this one');
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/not your current/);
  await page.getByLabel('Current password').fill(person.password);
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByRole('status').first()).toContainText('new password is set');

  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await page.goto('/sign-in');
  await signIn(page, person);
  await expect(page.getByRole('alert')).toContainText('do not match');
  await signIn(page, { ...person, password: 'another horse battery' });
  await expect(page).toHaveURL('/');
});

test('deleting the account says what goes, and then it is gone', async ({ page }) => {
  const person = somebody();
  await signUp(page, person, '/account');
  await page.getByRole('link', { name: /Delete your account/ }).click();
  await expect(page.getByText('You are signed out on every device.')).toBeVisible();
  await page.getByLabel(/type the word delete/).fill('delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
  await page.goto('/sign-in');
  await signIn(page, person);
  await expect(page.getByRole('alert')).toContainText('do not match');
});
