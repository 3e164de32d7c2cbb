// What happens around a user's row in Neon Auth's directory: gone.
import { expect, test } from '../support/test';
import { deleteAccount, syncNow } from '../support/neon-auth';
import { signUp, somebody } from '../support/people';

test('a post outlives its author, without the name', async ({ page, browser }) => {
  const person = somebody('Ada Ephemeral');
  await signUp(page, person, '/posts/new');
  // The name arrives after the account.
  await syncNow();
  await page.getByLabel('Title').fill('What remains');
  await page.getByLabel('Text').fill('Words.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Ada Ephemeral')).toBeVisible();
  const address = page.url();

  await deleteAccount(person);
  await syncNow();
  const reader = await browser.newContext();
  const reading = await reader.newPage();
  await expect(async () => {
    await reading.goto(address);
    await expect(reading.getByText('Deleted user')).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(reading.getByRole('heading', { name: 'What remains' })).toBeVisible();
  await expect(reading.getByText('Ada Ephemeral')).toHaveCount(0);
  await reader.close();
});
