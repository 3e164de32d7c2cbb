// Confirming an e-mail address before the first sign-in, where a project asks for that.
import { expect, test } from './support/test';
import { confirmEmail, mailed } from './support/neon-auth';
import { signIn, somebody } from './support/people';

test.describe.configure({ mode: 'serial' });
test.beforeEach(async ({ generation }) => confirmEmail(generation, true));
test.afterEach(async ({ generation }) => confirmEmail(generation, false));

test('sign up, find the mail, confirm, and land where one was going', async ({ page, generation }) => {
  const person = somebody();
  await page.goto('/sign-up?return_to=%2Ftodos');
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('status').first()).toContainText('sent you a mail');

  const { code, link } = await mailed(generation, person.email);
  if (generation === 'stack') {
    await page.goto(link);
  } else {
    await expect(page.getByLabel('E-mail')).toHaveValue(person.email);
    await page.getByLabel('Code').fill(code);
  }
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  if (generation === 'stack') {
    await expect(page.getByRole('status').first()).toContainText('is confirmed');
    await signIn(page, person);
    await expect(page).toHaveURL('/');
  } else {
    await expect(page).toHaveURL('/todos');
  }
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible();
});

test('a wrong proof says so, and a sign-in sends a new mail', async ({ page, generation }) => {
  const person = somebody();
  await page.goto('/sign-up');
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('status').first()).toContainText('sent you a mail');
  const first = await mailed(generation, person.email);

  if (generation === 'stack') {
    await page.goto('/verify-email?code=made-up');
  } else {
    await page.getByLabel('Code').fill('12 34');
  }
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page.getByText('This code is not right')).toBeVisible();

  await page.goto('/sign-in');
  await signIn(page, person);
  await expect(page.getByRole('status').first()).toContainText('sent you a mail');
  expect(await mailed(generation, person.email)).not.toEqual(first);
});
