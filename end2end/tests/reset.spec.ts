// A forgotten password: the mail, the new password, and nothing said about who has an account.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { lastMail, mailed } from './support/neon-auth';
import { signIn, signUp, somebody } from './support/people';

test('a forgotten password is replaced, after one that is too short', async ({ page, generation }) => {
  const person = somebody();
  await signUp(page, person);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  const before = await lastMail(generation, person.email);
  await page.goto('/sign-in?return_to=%2Faccount');
  await page.getByRole('link', { name: /Forgotten/ }).click();
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Send me a mail' }).click();
  await expect(page.getByRole('status').first()).toContainText('If there is an account');

  const { code, link } = await mailed(generation, person.email, before);
  const prove = async () => {
    if (generation !== 'stack') await page.getByLabel('Code').fill(code);
  };
  if (generation === 'stack') await page.goto(link);
  await expect(page).toHaveURL(/\/reset-password\?(done=mail-sent-perhaps&)?return_to=%2Faccount$/);
  await expect(page.getByLabel('E-mail')).toHaveValue(person.email);
  await accessible(page);
  await prove();
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/too short/);
  await prove();
  const changed = { ...person, password: 'another horse battery' };
  await page.getByLabel('New password').fill(changed.password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.goto('/sign-in');
  await signIn(page, person);
  await expect(page.getByRole('alert')).toContainText('do not match');
});

test('an unknown address gets the same answer, and a used or made-up proof a way on', async ({ page, generation }) => {
  await page.goto('/forgot-password');
  await page.getByLabel('E-mail').fill(somebody().email);
  await page.getByRole('button', { name: 'Send me a mail' }).click();
  await expect(page.getByRole('status').first()).toContainText('If there is an account');
  if (generation === 'stack') {
    await page.goto('/auth/mailed/reset-password?code=made-up');
    await expect(page).toHaveURL('/reset-password');
  } else {
    await page.getByLabel('Code').fill('123456');
  }
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByText(/This (code is not right|link is not complete)/).first()).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: /another one|new mail/ }).click();
  await expect(page).toHaveURL(/\/forgot-password/);
});
