import { expect, test } from './support/test';
import { newUser, signIn, signOut, signUp, submitSignUp } from './support/users';

test('sign-up and sign-in lead to the page that was asked for', async ({ page }) => {
  const user = newUser();
  await page.goto('/account');
  await expect(page).toHaveURL('/sign-in?return_to=%2Faccount');
  await page.getByRole('link', { name: 'Sign up' }).click();
  await submitSignUp(page, user);
  await expect(page).toHaveURL('/account');

  await signOut(page);
  await page.goto('/account');
  await signIn(page, user);
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
});

test('cookies of other programs on the host are left alone', async ({ page, context, baseURL }) => {
  const foreign = [{ name: 'city', value: 'Zürich' }, { name: 'session', value: 'eyJfZnJlc2giOmZhbHNlfQ.Zm9v.YmFy' }];
  await context.addCookies(foreign.map((cookie) => ({ ...cookie, url: baseURL })));
  await signUp(page, newUser(), '/account');
  await signOut(page);
  for (const cookie of foreign) expect(await context.cookies()).toContainEqual(expect.objectContaining(cookie));
});

test('a wrong password is reported and the address kept', async ({ page }) => {
  const user = newUser();
  await signUp(page, user);
  await signOut(page);
  await page.goto('/sign-in?return_to=%2Faccount');
  await signIn(page, { ...user, password: 'not this one' });
  await expect(page.getByRole('alert')).toContainText('do not match');
  await expect(page.getByLabel('E-mail')).toHaveValue(user.email);
  await expect(page.getByLabel('Password')).toHaveValue('');
  await signIn(page, user);
  await expect(page).toHaveURL('/account');
});

test('a known address and a short password are reported next to their fields', async ({ page }) => {
  const user = newUser();
  await signUp(page, user);
  await signOut(page);
  await page.goto('/sign-up');
  await submitSignUp(page, { ...user, name: 'Another Name', password: 'short' });
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/too short/);
  await expect(page.getByLabel('Name')).toHaveValue('Another Name');
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/already an account/);
});

test('sign-in with Google through the consent page', async ({ page }) => {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: /Grace/ }).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByText('Grace Hopper')).toBeVisible();
});

test('cancelling at Google is reported and signs in no one', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: /Deny|Cancel/ }).click();
  await expect(page.getByRole('alert')).toContainText('cancelled');
  await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible();
});
