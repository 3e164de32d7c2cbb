// Deleting an account with a session that Neon Auth finds too old: the page asks for the password, and goes on.
import { expect, test } from './support/test';
import { accessible } from './support/axe';
import { signedInLongAgo } from './support/neon-auth';
import { signUp, somebody } from './support/people';
import { decided, leave } from './support/provider';

test('with a password the page asks for it, says when it is wrong, and goes on', async ({ page }) => {
  const person = somebody();
  await signUp(page, person, '/account');
  await signedInLongAgo('managed-next', person);
  await page.goto('/account/delete');
  await expect(page.getByLabel('Current password')).toHaveCount(0);
  await page.getByLabel(/type the word delete/).fill('delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/type your password as well/);
  await accessible(page);

  await expect(page.getByLabel(/type the word delete/)).toHaveValue('delete');
  await page.getByLabel('Current password').fill('not this one');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/not your current/);
  await page.getByLabel('Current password').fill(person.password);
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
});

test('without a password a sign-in at the provider leads back, and the deletion goes on', async ({ page }) => {
  const person = somebody();
  await leave(page);
  await page.goto(await decided(page, person));
  await signedInLongAgo('managed-next', person);
  await page.goto('/account/delete');
  await page.getByLabel(/type the word delete/).fill('delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('alert')).toContainText('Please sign in once more');
  await accessible(page);

  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await expect(page.getByRole('heading', { name: 'Continue with Google' })).toBeVisible();
  await page.goto(await decided(page, person));
  await expect(page).toHaveURL(/\/account\/delete$/);
  await page.getByLabel(/type the word delete/).fill('delete');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
});
