import { expect, test } from './support/test';
import { signIn, signUp, somebody } from './support/people';

test('sign up, sign out, sign in, and land where one was going', async ({ page }) => {
  const person = somebody();
  await page.goto('/account');
  await expect(page).toHaveURL('/sign-in?return_to=%2Faccount');
  await page.getByRole('link', { name: 'Sign up' }).click();
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL('/account');

  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await page.goto('/account');
  await signIn(page, person);
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
});

test('cookies of other programs on the host change nothing', async ({ page, context, baseURL }) => {
  const foreign = [{ name: 'city', value: 'Zürich' }, { name: 'session', value: 'eyJfZnJlc2giOmZhbHNlfQ.Zm9v.YmFy' }];
  await context.addCookies(foreign.map((cookie) => ({ ...cookie, url: baseURL })));
  await signUp(page, somebody(), '/account');
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  for (const cookie of foreign) expect(await context.cookies()).toContainEqual(expect.objectContaining(cookie));
});

test('a wrong password keeps the address and says so', async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/sign-in?return_to=%2Faccount');
  await signIn(page, { ...person, password: 'not this one' });
  await expect(page.getByRole('alert')).toContainText('do not match');
  await expect(page.getByLabel('E-mail')).toHaveValue(person.email);
  await expect(page.getByLabel('Password')).toHaveValue('');
  await signIn(page, person);
  await expect(page).toHaveURL('/account');
});

test('a known address and a short password are said next to their fields', async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/sign-up');
  await page.getByLabel('Name').fill('Somebody Else');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/too short/);
  await expect(page.getByLabel('Name')).toHaveValue('Somebody Else');
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/already an account/);
});

test('continue with Google, through the consent page', async ({ page }) => {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: /Grace/ }).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByText('Grace Hopper')).toBeVisible();
});

test('cancelling at Google comes back with a sentence, signed out', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: /Deny|Cancel/ }).click();
  await expect(page.getByRole('alert')).toContainText('cancelled');
  await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible();
});
