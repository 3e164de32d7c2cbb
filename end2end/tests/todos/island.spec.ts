// What only the island does: changes that are on their way, come late, or never arrive; and where the focus goes.
import type { Page, Route } from '@playwright/test';
import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';
import { add, awake, saved } from './steps';

/** Holds the requests to this function until the test lets them go, in the order that it likes. */
class Held {
  readonly routes: Route[] = [];
  private open = false;

  static async at(page: Page, name: string): Promise<Held> {
    const held = new Held();
    await page.route(`**/api/${name}`, (route) => (held.open ? route.continue() : void held.routes.push(route)));
    return held;
  }

  async free(routes = this.routes): Promise<void> {
    this.open = true;
    for (const route of routes) await route.continue();
  }
}

async function begin(page: Page, ...tasks: string[]): Promise<void> {
  await signUp(page, somebody(), '/todos');
  await add(page, ...tasks);
  await awake(page);
}

test('however often a todo is toggled meanwhile, the last time wins', async ({ page }) => {
  await begin(page, 'Tea');
  const held = await Held.at(page, 'set_todo_done');
  const done = page.getByRole('button', { name: 'Done: Tea' });
  for (let turn = 0; turn < 5; turn++) await done.click();
  await expect(done).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => held.routes.length).toBe(1);
  await done.click();
  // One is on its way, and what came after it waits for its end.
  expect(held.routes.length).toBe(1);
  await held.free();
  await saved(page);
  await expect(done).toHaveAttribute('aria-pressed', 'false');
  await page.reload();
  await expect(done).toHaveAttribute('aria-pressed', 'false');
});

test('changes of several todos arrive in any order, and each ends as it was left', async ({ page }) => {
  await begin(page, 'Tea', 'Milk', 'Bread');
  const held = await Held.at(page, '*');
  await page.getByRole('button', { name: 'Done: Tea' }).click();
  await page.getByRole('button', { name: 'Done: Milk' }).click();
  // It leads nowhere yet, and opens the form.
  await page.getByLabel('Edit: Tea').click();
  await page.getByLabel('Rename todo').fill('Green tea');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Delete: Bread' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Delete: Milk' }).click();
  await expect.poll(() => held.routes.length).toBe(3);
  await held.free(held.routes.toReversed());
  await saved(page);
  const left = [/Bread/, /Green tea/];
  await expect(page.getByRole('listitem')).toHaveText(left);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText(left);
  await expect(page.getByRole('button', { name: 'Done: Green tea' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('link', { name: 'Open 1' })).toBeVisible();
});

test('todos that are typed faster than they are saved keep their order', async ({ page }) => {
  await begin(page);
  const held = await Held.at(page, 'create_todo');
  for (const task of ['one', 'two', 'three']) {
    await page.getByLabel('New todo').fill(task);
    await page.getByLabel('New todo').press('Enter');
  }
  await expect.poll(() => held.routes.length).toBe(1);
  // Before the server has it, too.
  await page.getByRole('button', { name: 'Done: two' }).click();
  await held.free();
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/three/, /two/, /one/]);
  await expect(page.getByRole('button', { name: 'Done: two' })).toHaveAttribute('aria-pressed', 'true');
});

test('without a network every change is taken back, with a sentence, and nothing typed is lost', async ({ page }) => {
  await begin(page, 'Tea', 'Milk');
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
  const alert = page.getByRole('alert').filter({ hasText: 'connection was interrupted' });

  await page.getByRole('button', { name: 'Done: Tea' }).click();
  await expect(alert).toBeVisible();
  await expect(page.getByRole('button', { name: 'Done: Tea' })).toHaveAttribute('aria-pressed', 'false');

  await page.getByRole('button', { name: 'Delete: Milk' }).click();
  await expect(alert).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveText([/Milk/, /Tea/]);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeHidden();

  // It leads nowhere yet, and opens the form.
  await page.getByLabel('Edit: Tea').click();
  await page.getByLabel('Rename todo').fill('Green tea');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Rename todo')).toHaveAccessibleDescription(/connection was interrupted/);
  await expect(page.getByLabel('Rename todo')).toHaveValue('Green tea');

  for (const task of ['Bread', 'Salt']) {
    await page.getByLabel('New todo').fill(task);
    await page.getByLabel('New todo').press('Enter');
  }
  await expect(alert).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(2);
  await expect(page.getByRole('link', { name: 'All 2' })).toBeVisible();

  await page.unroute('**/api/**');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Bread' }).getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await page.getByRole('listitem').filter({ hasText: 'Salt' }).getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/Salt/, /Bread/, /Milk/, /Green tea/]);
});

test('an answer that is lost on its way adds nothing twice', async ({ page }) => {
  await begin(page);
  await page.route('**/api/create_todo', async (route) => {
    await route.fetch();
    await route.abort('internetdisconnected');
  });
  await page.getByLabel('New todo').fill('Once');
  await page.getByLabel('New todo').press('Enter');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await page.unroute('**/api/create_todo');
  await page.getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/Once/]);
});

test('a todo that is renamed before its answer is lost is added once, under its new name', async ({ page }) => {
  await begin(page);
  const held: Route[] = [];
  await page.route('**/api/create_todo', (route) => void held.push(route));
  await page.getByLabel('New todo').fill('Tea');
  await page.getByLabel('New todo').press('Enter');
  await expect.poll(() => held.length).toBe(1);
  // It leads nowhere yet, and opens the form.
  await page.getByLabel('Edit: Tea').click();
  await page.getByLabel('Rename todo').fill('Green tea');
  await page.getByLabel('Rename todo').press('Enter');
  await held[0]!.fetch();
  await held[0]!.abort('internetdisconnected');
  await page.unroute('**/api/create_todo');
  await page.getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/Green tea/]);
});

test('a rename that fails does not take away what is typed by then', async ({ page }) => {
  await begin(page, 'Tea');
  const held = await Held.at(page, 'rename_todo');
  const rename = async (task: string) => {
    await page.getByRole('link', { name: /^Edit/ }).click();
    await page.getByLabel('Rename todo').fill(task);
  };
  await rename('Green tea');
  await page.getByLabel('Rename todo').press('Enter');
  await expect.poll(() => held.routes.length).toBe(1);
  await rename('Black tea');
  await held.routes[0]!.abort('internetdisconnected');
  await expect(page.getByLabel('Rename todo')).toHaveAccessibleDescription(/connection was interrupted/);
  await expect(page.getByLabel('Rename todo')).toHaveValue('Black tea');
});

test('clearing waits for what was done before, and a refusal is said', async ({ page }) => {
  await begin(page, 'Tea', 'Milk');
  const held = await Held.at(page, 'set_todo_done');
  await page.getByRole('button', { name: 'Done: Tea' }).click();
  const refusal = { serverfnerror: '/api/clear_done', 'content-type': 'application/json' };
  await page.route('**/api/clear_done', (route) => route.fulfill({ status: 503, body: '"unavailable"', headers: refusal }));
  await page.getByRole('button', { name: 'Clear done' }).click();
  await held.free();
  await expect(page.getByRole('alert').filter({ hasText: 'not reachable right now' })).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveText([/Milk/, /Tea/]);

  await page.unroute('**/api/clear_done');
  await page.getByRole('button', { name: 'Clear done' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Milk/]);
  await expect(page.getByRole('status')).toContainText('Deleted 1 todo.');
});

test('the focus stays where one was', async ({ page }) => {
  await begin(page, 'Tea', 'Milk', 'Bread');

  await page.getByRole('link', { name: 'Edit: Milk' }).press('Enter');
  await page.getByLabel('Rename todo').fill('Something else');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'Edit: Milk' })).toBeFocused();

  await page.getByRole('button', { name: 'Delete: Milk' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Done: Tea' })).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Done: Milk' })).toBeFocused();
  // After the last row, the one before it; after the only one, the form.
  await page.getByRole('button', { name: 'Delete: Tea' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Done: Milk' })).toBeFocused();
  await page.getByRole('button', { name: 'Delete: Milk' }).press('Enter');
  await page.getByRole('button', { name: 'Delete: Bread' }).press('Enter');
  await expect(page.getByLabel('New todo')).toBeFocused();
  await saved(page);
});

test('completing an open todo among the open ones goes on to the next', async ({ page }) => {
  await signUp(page, somebody(), '/todos');
  await add(page, 'Tea', 'Milk');
  await page.goto('/todos?show=open');
  await awake(page);
  await page.getByRole('button', { name: 'Done: Milk' }).press('Space');
  await expect(page.getByRole('button', { name: 'Done: Tea' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByLabel('New todo')).toBeFocused();
  await expect(page.getByText('Nothing left to do')).toBeVisible();
  await saved(page);
});
