// Right-to-left todos, in their rows and in the sentence about them.
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { lettersFromLeftToRight } from '../support/text-direction';
import { add, saved } from './steps';

test('a right-to-left task is isolated in the sentence about its deletion', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
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

test('a tab becomes a space, and letters are normalized', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
  await page.getByLabel('New todo').fill('Cafe\u0301\tand cake');
  await page.getByLabel('New todo').press('Enter');
  const row = page.getByRole('listitem').filter({ hasText: 'Café and cake' });
  await expect(row).toHaveCount(1);
  await saved(page);
  await page.reload();
  await expect(row).toHaveCount(1);
});
