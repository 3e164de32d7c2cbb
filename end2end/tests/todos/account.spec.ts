// What becomes of todos when an account goes, as its page announces it.
import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';
import { add } from './steps';

test('who is about to delete their account reads how many todos go with it', async ({ page }) => {
  await signUp(page, somebody(), '/todos');
  await page.goto('/account/delete');
  await expect(page.getByText('You have no todos.')).toBeVisible();
  await page.goto('/todos');
  await add(page, 'One', 'Two');
  await page.goto('/account/delete');
  await expect(page.getByText('Your 2 todos are deleted.')).toBeVisible();
});
