// What happens around a user's row in Neon Auth's directory: not there yet, never there.
import { expect, test } from '../support/test';
import { syncDelay, syncNow } from '../support/neon-auth';
import { signUp, somebody } from '../support/people';
import { saved } from './steps';

// The delay belongs to the whole local Neon Auth.
test.describe.configure({ mode: 'serial' });
test.afterEach(async () => syncDelay(500));

test('a todo added in the instant of signing up is there', async ({ page }) => {
  await syncDelay(1500);
  await signUp(page, somebody(), '/todos');
  await page.getByLabel('New todo').fill('At once');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('listitem')).toHaveText(/At once/);
  // Shown at once, saved when the row has arrived.
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText(/At once/);
});

test('while the account does not arrive, the text stays and can be sent again', async ({ page, javaScriptEnabled }) => {
  await syncDelay('never');
  await signUp(page, somebody(), '/todos');
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
