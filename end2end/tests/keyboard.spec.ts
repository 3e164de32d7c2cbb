// Every flow but the list of todos, which has a file of its own, without touching a mouse.
import { expect, test } from './support/test';
import { press, tabTo, type } from './support/keyboard';
import { somebody } from './support/people';

test('a person comes, writes, looks for it, changes and deletes it, and goes', async ({ page }) => {
  const person = somebody();
  await page.goto('/');
  await press(page, page.getByRole('link', { name: 'Sign in' }));
  await press(page, page.getByRole('link', { name: 'Sign up' }));
  await type(page, page.getByLabel('Name'), person.name);
  await type(page, page.getByLabel('E-mail'), person.email);
  await type(page, page.getByLabel('Password'), person.password);
  await page.keyboard.press('Enter');
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

test('the account is looked after: theme, password, devices, and its end', async ({ page }) => {
  const person = somebody();
  await page.goto('/sign-up?return_to=%2Faccount');
  await type(page, page.getByLabel('Name'), person.name);
  await type(page, page.getByLabel('E-mail'), person.email);
  await type(page, page.getByLabel('Password'), person.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/account');

  await press(page, page.getByRole('button', { name: 'Dark' }));
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await press(page, page.getByRole('link', { name: /Change your password/ }));
  await type(page, page.getByLabel('Current password'), person.password);
  await type(page, page.getByLabel('New password'), 'another horse battery');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').first()).toContainText('new password is set');

  await page.goto('/account');
  await tabTo(page, page.getByRole('link', { name: 'Download your data' }));
  await press(page, page.getByRole('link', { name: /Delete your account/ }));
  await type(page, page.getByLabel(/type the word delete/), 'delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
});

test('a provider is chosen and its page answered', async ({ page }) => {
  await page.goto('/todos');
  await press(page, page.getByRole('button', { name: 'Continue with Google' }));
  await page.getByRole('button', { name: /Grace/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/todos');
  await press(page, page.getByRole('button', { name: 'Sign out' }));
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
});

test('the first stop skips what every page begins with', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveAccessibleName(/Skip/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.locator('main :focus')).toHaveCount(1);
});
