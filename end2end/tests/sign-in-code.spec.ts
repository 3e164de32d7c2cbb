// Signing in with a mailed code, where the project offers it.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { controls, mailed } from './support/neon-auth';
import { newUser, signOut, signUp } from './support/users';

test('a mailed code signs in, and a wrong one does not', async ({ page, generation }) => {
  const user = newUser();
  await signUp(page, user);
  await signOut(page);
  await page.goto('/sign-in?return_to=%2Faccount');
  await page.getByRole('link', { name: /code by mail/ }).click();
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByLabel('E-mail')).toHaveValue(user.email);
  await accessible(page);
  await page.reload();
  await expect(page.getByLabel('E-mail')).toHaveValue(user.email);

  await page.getByLabel('Code').fill('abc');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByLabel('Code')).toHaveAccessibleDescription(/not right/);
  await expect(page.getByLabel('E-mail')).toHaveValue(user.email);
  const before = await controls(generation).lastMail(user.email);
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await expect(page.getByRole('status').first()).toContainText('a mail is on its way');
  const { code } = await mailed(generation, user.email, before);
  await page.getByLabel('Code').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL('/account');
});
