// Verifying an e-mail address before the first sign-in, where a project asks for that.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { controls, mailed } from './support/neon-auth';
import { newUser, signIn, submitSignUp } from './support/users';

test.describe.configure({ mode: 'serial' });
test.beforeEach(async ({ generation }) => controls(generation).confirmEmail(true));
test.afterEach(async ({ generation }) => controls(generation).confirmEmail(false));

test('a new address is verified by mail before the first sign-in', async ({ page, generation }) => {
  const user = newUser();
  await page.goto('/sign-up?return_to=%2Faccount');
  await submitSignUp(page, user);
  await expect(page.getByRole('status').first()).toContainText('a mail that confirms it is on its way');
  await accessible(page);

  const { code, link } = await mailed(generation, user.email);
  if (controls(generation).mailsLinks) {
    await page.goto(link);
    await expect(page).toHaveURL('/verify-email?return_to=%2Faccount');
    await accessible(page);
  } else {
    await page.reload();
    await expect(page.getByLabel('E-mail')).toHaveValue(user.email);
    await page.getByLabel('Code').fill(code);
  }
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page).toHaveURL('/account');
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible();
});

test('a wrong code or link is refused, and a new mail can be requested', async ({ page, generation }) => {
  const user = newUser();
  await page.goto('/sign-up');
  await submitSignUp(page, user);
  await expect(page.getByRole('status').first()).toContainText('a mail that confirms it is on its way');
  const first = await mailed(generation, user.email);

  await page.getByRole('button', { name: /Send a new/ }).click();
  await expect(page.getByRole('status').first()).toContainText('a mail is on its way');
  const second = await mailed(generation, user.email, first);
  if (controls(generation).mailsLinks) {
    await page.goto('/auth/mailed/confirm-email?code=made-up');
  } else {
    await page.getByLabel('Code').fill('12 34');
  }
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page.getByText(/This (code is not right|link is not complete)/)).toBeVisible();

  await page.goto('/sign-in');
  await signIn(page, user);
  await expect(page.getByRole('status').first()).toContainText('sent you a mail');
  await mailed(generation, user.email, second);
});
