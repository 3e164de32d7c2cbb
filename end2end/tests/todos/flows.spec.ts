import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { add, saved } from './steps';

test('a todo is added, completed, renamed and deleted', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
  await expect(page.getByText('Nothing to do')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Pages' })).toHaveCount(0);

  await page.getByLabel('New todo').fill('Buy milk');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('listitem')).toHaveText(/Buy milk/);
  await expect(page.getByLabel('New todo')).toHaveValue('');

  await page.getByRole('button', { name: 'Done: Buy milk' }).click();
  await expect(page.getByRole('button', { name: 'Done: Buy milk' })).toHaveAttribute('aria-pressed', 'true');
  await saved(page);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Done: Buy milk' })).toHaveAttribute('aria-pressed', 'true');

  await page.getByRole('link', { name: 'Edit: Buy milk' }).click();
  await page.getByLabel('Rename todo').fill('Buy oat milk');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('listitem')).toHaveText(/Buy oat milk/);
  await saved(page);
  // Its link may have opened the form before the island was awake, and then the address still says so.
  await page.goto('/todos');
  await expect(page.getByRole('listitem')).toHaveText(/Buy oat milk/);

  await page.getByRole('button', { name: 'Delete: Buy oat milk' }).click();
  await expect(page.getByText('Nothing to do')).toBeVisible();
  await expect(page.getByRole('status')).toContainText('Deleted: Buy oat milk');
  await saved(page);
  await page.reload();
  await expect(page.getByText('Nothing to do')).toBeVisible();
});

test('a refused rename keeps its text', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
  await add(page, 'Tea');
  await page.getByRole('link', { name: 'Edit: Tea' }).click();
  const long = 'b'.repeat(600);
  await page.getByLabel('Rename todo').fill(long);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Rename todo')).toHaveAccessibleDescription(/at most 500/);
  await expect(page.getByLabel('Rename todo')).toHaveValue(long);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByRole('listitem')).toHaveText(/Tea/);
});

test('a todo that another tab has deleted is reported as missing', async ({ page, context }) => {
  await signUp(page, newUser(), '/todos');
  await add(page, 'Twice');
  await page.reload();

  const second = await context.newPage();
  await second.goto('/todos');
  await second.getByRole('button', { name: 'Delete: Twice' }).click();
  await expect(second.getByText('Nothing to do')).toBeVisible();
  await saved(second);

  await page.getByRole('button', { name: 'Done: Twice' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'does not exist' })).toBeVisible();
});

test('todos are filtered, counted and cleared', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
  await add(page, 'Tea', 'Milk', 'Bread');
  await page.getByRole('button', { name: 'Done: Milk' }).click();
  await expect(page.getByRole('link', { name: 'All 3' })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('link', { name: 'Open 2' })).toBeVisible();
  await saved(page);

  await page.getByRole('link', { name: 'Done 1' }).click();
  await expect(page).toHaveURL(/show=done/);
  await expect(page.getByRole('listitem')).toHaveText([/Milk/]);
  await page.getByRole('link', { name: 'Open 2' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Bread/, /Tea/]);
  // Not open any more: it leaves this part at once.
  await page.getByRole('button', { name: 'Done: Bread' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Tea/]);
  await expect(page.getByRole('link', { name: 'Done 2' })).toBeVisible();
  await saved(page);

  await page.getByRole('link', { name: /^All/ }).click();
  await page.getByRole('button', { name: 'Clear done' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Tea/]);
  await expect(page.getByRole('status')).toContainText('Deleted 2 todos.');
  await expect(page.getByRole('link', { name: 'Done 0' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Clear done' })).toBeHidden();

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Bread/, /Milk/, /Tea/]);
  await expect(page.getByRole('link', { name: 'Done 2' })).toBeVisible();
  await saved(page);
  await page.goto('/todos');
  await expect(page.getByRole('listitem')).toHaveText([/Bread/, /Milk/, /Tea/]);
});

test('an undone deletion restores the todo in its place', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
  await add(page, 'Tea', 'Milk', 'Bread');
  await page.getByRole('button', { name: 'Done: Milk' }).click();
  await saved(page);
  await page.getByRole('button', { name: 'Delete: Milk' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Bread/, /Tea/]);
  await expect(page.getByRole('link', { name: 'All 2' })).toBeVisible();
  await saved(page);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Bread/, /Milk/, /Tea/]);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeHidden();
  await saved(page);
  await page.goto('/todos');
  await expect(page.getByRole('listitem')).toHaveText([/Bread/, /Milk/, /Tea/]);
  await expect(page.getByRole('button', { name: 'Done: Milk' })).toHaveAttribute('aria-pressed', 'true');
});

test('a todo that is added among the done ones is open', async ({ page }) => {
  await signUp(page, newUser(), '/todos?show=done');
  await page.goto('/todos?show=done');
  await expect(page.getByText('Nothing done yet')).toBeVisible();
  await page.getByLabel('New todo').fill('Tea');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('link', { name: 'Open 1' })).toBeVisible();
  await saved(page);
  await page.getByRole('link', { name: 'Open 1' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Tea/]);
});
