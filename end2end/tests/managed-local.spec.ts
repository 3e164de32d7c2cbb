// Local mode with Managed Neon Auth: the people of the sample, and the pages on which a person plays mailbox and console.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { expectSignedInAs, startSignIn } from './support/oauth';
import { levers } from './support/managed-servers';
import { newUser, signIn, signOut, signUp, submitSignUp } from './support/users';

const SAMPLE = { name: 'Ada', email: 'ada@example.com', password: 'local-password' };

// The second test switches what the first one uses.
test.describe.configure({ mode: 'serial' });

/** A page of the local Neon Auth. */
const at = (path: string) => new URL(path, levers('managed-local').control).href;

test('the sample signs in, a code is read in the outbox, and a provider lets one be anyone', async ({ page }) => {
  const user = newUser('Charles Babbage');
  await signUp(page, user);
  await signOut(page);
  await page.goto('/sign-in?return_to=%2Faccount');
  await page.getByRole('link', { name: /code by mail/ }).click();
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByLabel('Code')).toBeVisible();
  const app = page.url();
  const mail = page.getByRole('article').filter({ hasText: user.email }).first();
  await expect(async () => {
    await page.goto(at('/local/outbox'));
    await expect(mail).toContainText(/Code: \d+/, { timeout: 100 });
  }).toPass();
  await accessible(page);
  const code = await mail.locator('code').innerText();
  await page.goto(app);
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, user);
  await signOut(page);

  await page.goto('/sign-in?return_to=%2Faccount');
  await signIn(page, SAMPLE);
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, SAMPLE);
  await page.getByRole('link', { name: 'Under the hood' }).click();
  for (const name of ['Nobody', 'Ada (you)', 'Grace']) {
    await expect(page.getByRole('rowheader', { name, exact: true }).first()).toBeVisible();
  }
  await page.goto('/account');
  await signOut(page);

  const other = newUser('Mary Somerville');
  await startSignIn(page);
  await page.getByLabel('Name').fill(other.name);
  await page.getByLabel(/^E-mail/).fill(other.email);
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, other);

  await page.goto(at('/local'));
  await expect(page.getByRole('article').filter({ hasText: other.email })).toContainText('Mary Somerville');
  await accessible(page);
});

test('a setting is switched on its page', async ({ page }) => {
  const setting = page.getByLabel('New people may sign up');
  const save = async () => {
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status')).toHaveText('Saved.');
  };
  await page.goto(at('/local/settings'));
  await accessible(page);
  await setting.uncheck();
  await save();
  await expect(setting).not.toBeChecked();
  await page.goto('/sign-up');
  const user = newUser();
  await submitSignUp(page, user);
  await expect(page.getByRole('alert')).toContainText('New accounts');

  await page.goto(at('/local/settings'));
  await setting.check();
  await save();
  await signUp(page, user);
});
