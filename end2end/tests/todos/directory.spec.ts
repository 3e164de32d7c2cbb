// A user who is not in the directory yet.
import { expect, test } from '../support/test';
import { syncDelay, syncNow } from '../support/stack';
import { newUser, signUp } from '../support/users';
import { saved } from './steps';

// The delay belongs to the whole local Neon Auth.
test.describe.configure({ mode: 'serial' });
test.afterEach(async () => syncDelay(500));

test('a todo added right after the sign-up is saved', async ({ page }) => {
  await syncDelay(1500);
  await signUp(page, newUser(), '/todos');
  await page.getByLabel('New todo').fill('At once');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('listitem')).toHaveText(/At once/);
  // Shown at once, saved when the row has arrived.
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText(/At once/);
});

test('while the directory lacks the user, the text is kept and can be sent again', async ({ page, javaScriptEnabled }) => {
  await syncDelay('never');
  await signUp(page, newUser(), '/todos');
  await page.getByLabel('New todo').fill('Patience');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('alert')).toContainText('still being set up');
  if (!javaScriptEnabled) await expect(page.getByLabel('New todo')).toHaveValue('Patience');

  await syncNow();
  await page.getByRole('button', { name: javaScriptEnabled ? 'Try again' : 'Add' }).click();
  await expect(page.getByRole('listitem')).toHaveText(/Patience/);
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveCount(1);
});
