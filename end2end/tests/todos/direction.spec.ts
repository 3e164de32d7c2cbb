// A todo that runs from right to left, in its row and in the sentence about it.
import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';
import { lettersFromLeftToRight } from '../support/sides';
import { add, saved } from './steps';

test('a task from right to left stays inside the sentence that says it is deleted', async ({ page }) => {
  await signUp(page, somebody(), '/todos');
  await add(page, 'לקנות חלב!', '\u202eTea!');
  const row = page.getByRole('listitem').filter({ hasText: 'לקנות' });
  expect(await lettersFromLeftToRight(row.getByText('לקנות'), ['ל', '!'])).toEqual(['!', 'ל']);

  await page.getByRole('button', { name: 'Delete: לקנות חלב!' }).click();
  const sentence = page.getByRole('status').getByText('Deleted:');
  await expect(sentence).toContainText('לקנות חלב!');
  expect(await lettersFromLeftToRight(sentence, ['D', 'ל', '!'])).toEqual(['D', '!', 'ל']);

  await page.getByRole('button', { name: 'Delete: \u202eTea!' }).click();
  await expect(sentence).toContainText('Tea!');
  expect(await lettersFromLeftToRight(sentence, ['D', 'T', '!'])).toEqual(['D', 'T', '!']);
});

test('a tab out of a table is a space, and letters are put together', async ({ page }) => {
  await signUp(page, somebody(), '/todos');
  await page.getByLabel('New todo').fill('Cafe\u0301\tand cake');
  await page.getByLabel('New todo').press('Enter');
  const row = page.getByRole('listitem').filter({ hasText: 'Café and cake' });
  await expect(row).toHaveCount(1);
  await saved(page);
  await page.reload();
  await expect(row).toHaveCount(1);
});
