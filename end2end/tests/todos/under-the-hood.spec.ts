// The page of local mode on which one sees row-level security work.
import { signUp, somebody } from '../support/people';
import { expect, test } from '../support/test';
import { add } from './steps';

test('a todo that was added is shown with its statement, whom PostgreSQL saw and the policy that decided', async ({ page }) => {
  await signUp(page, somebody('Ada Lovelace'));
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

test('the same statement reaches other rows when somebody else asks', async ({ page }) => {
  await signUp(page, somebody('Mary Shelley'));
  await page.goto('/todos');
  await add(page, 'One', 'Two', 'Three');
  await page.goto('/under-the-hood');
  const outcomes = page.getByRole('region', { name: 'Read todos: outcomes' });
  const row = (name: string) => outcomes.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  await expect(row('Nobody')).toContainText('permission denied for table todos');
  await expect(row('Mary Shelley (you)')).toContainText(/3\s*ids \d+, \d+, \d+/);
  await expect(row('Mary Shelley (you)')).toContainText('user_id = ');
  const ids = async (name: string) => (await row(name).innerText()).match(/ids ([\d, ]+)/)?.[1];
  expect(await ids('Grace')).not.toBe(await ids('Mary Shelley (you)'));
});
