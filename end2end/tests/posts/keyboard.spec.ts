// Posts by keyboard.
import { expect, test } from '../support/test';
import { press, submitSignUp, tabTo, type } from '../support/keyboard';
import { newUser } from '../support/users';

test('a user signs up, writes, finds, edits and deletes a post by keyboard', async ({ page }) => {
  await page.goto('/');
  await press(page, page.getByRole('link', { name: 'Sign in' }));
  await press(page, page.getByRole('link', { name: 'Sign up' }));
  await submitSignUp(page, newUser());
  await expect(page).toHaveURL('/');

  const word = `w${Date.now()}`;
  await press(page, page.getByRole('link', { name: 'Write a post' }));
  await type(page, page.getByLabel('Title'), `About ${word}`);
  await type(page, page.getByLabel('Text'), 'Written without a mouse.');
  await press(page, page.getByRole('button', { name: 'Publish' }));
  await expect(page.getByRole('heading', { level: 1, name: `About ${word}` })).toBeVisible();

  await press(page, page.getByRole('link', { name: 'Posts', exact: true }));
  await type(page, page.getByLabel('Search the posts'), word);
  await page.keyboard.press('Enter');
  await press(page, page.getByRole('article').getByRole('link'));
  await press(page, page.getByRole('link', { name: 'Edit' }));
  await type(page, page.getByLabel('Title'), `More about ${word}`);
  await press(page, page.getByRole('button', { name: 'Save' }));
  await expect(page.getByRole('heading', { level: 1, name: `More about ${word}` })).toBeVisible();

  await tabTo(page, page.locator('summary', { hasText: 'Delete…' }));
  await page.keyboard.press('Space');
  await press(page, page.getByRole('button', { name: 'Delete this post' }));
  await expect(page).toHaveURL('/');
});
