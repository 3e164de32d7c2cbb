// The page of local mode that shows row-level security at work.
import { newUser, signUp } from '../support/users';
import { expect, test } from '../support/test';
import { add } from './steps';

test('a statement is shown with its role, claims and policy', async ({ page }) => {
  await signUp(page, newUser('Ada Lovelace'));
  await page.goto('/todos');
  await add(page, 'Not to be shown');
  await page.getByRole('link', { name: 'Under the hood' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Under the hood' })).toBeVisible();

  // Other tests add todos at the same time: the newest of them is as good as this one.
  const request = page.getByRole('listitem').filter({ hasText: /POST \/(api\/create_todo|todos)/ }).filter({ hasText: 'insert into todos' }).first();
  await request.locator('summary').click();
  await expect(request).toContainText('insert into todos (task, idempotency_key) values ($1, $2)');
  await expect(request).toContainText('authenticated');
  await expect(request).toContainText(/"sub":"[0-9a-f-]{36}"/);
  await expect(request).toContainText('todos_belong_to_their_owner');
  await expect(page.locator('body')).not.toContainText('Not to be shown');
});
