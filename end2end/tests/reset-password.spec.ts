// A forgotten password: the mail, the new password, and answers that do not tell who has an account.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { controls, mailed } from './support/neon-auth';
import { newUser, signIn, signOut, signUp } from './support/users';

test('a forgotten password is reset by mail', async ({ page, generation }) => {
  const user = newUser();
  await signUp(page, user);
  await signOut(page);
  const { lastMail, mailsLinks } = controls(generation);
  const before = await lastMail(user.email);
  await page.goto('/sign-in?return_to=%2Faccount');
  await page.getByRole('link', { name: /Forgotten/ }).click();
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByRole('button', { name: 'Send me a mail' }).click();
  await expect(page.getByRole('status').first()).toContainText('If there is an account');

  const { code, link } = await mailed(generation, user.email, before);
  const prove = async () => {
    if (!mailsLinks) await page.getByLabel('Code').fill(code);
  };
  if (mailsLinks) await page.goto(link);
  await expect(page).toHaveURL(/\/reset-password\?(done=mail-sent-perhaps&)?return_to=%2Faccount$/);
  await expect(page.getByLabel('E-mail')).toHaveValue(user.email);
  await accessible(page);
  await prove();
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/too short/);
  await prove();
  const changed = { ...user, password: 'another horse battery' };
  await page.getByLabel('New password').fill(changed.password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible();

  await signOut(page);
  await page.goto('/sign-in');
  await signIn(page, user);
  await expect(page.getByRole('alert')).toContainText('do not match');
});

test('an unknown address gets the same answer, and an invalid code or link can be replaced', async ({ page, generation }) => {
  await page.goto('/forgot-password');
  await page.getByLabel('E-mail').fill(newUser().email);
  await page.getByRole('button', { name: 'Send me a mail' }).click();
  await expect(page.getByRole('status').first()).toContainText('If there is an account');
  if (controls(generation).mailsLinks) {
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
