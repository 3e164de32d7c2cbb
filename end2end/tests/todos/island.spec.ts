// The island: optimistic updates whose answers are pending, late or lost; and the focus.
import type { Page, Route } from '@playwright/test';
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { add, addMany, awake, saved } from './steps';

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

/** Adds a todo without waiting until it is saved. */
async function type(page: Page, task: string): Promise<void> {
  await page.getByLabel('New todo').fill(task);
  await page.getByLabel('New todo').press('Enter');
}

/** Opens the form of a todo that may have no link yet, and types into it. */
async function rename(page: Page, task: string, name: string): Promise<void> {
  await page.getByLabel(`Edit: ${task}`).click();
  await page.getByLabel('Rename todo').fill(name);
}

async function begin(page: Page, ...tasks: string[]): Promise<void> {
  await signUp(page, newUser(), '/todos');
  await add(page, ...tasks);
  await awake(page);
}

test('of several toggles the last one counts', async ({ page }) => {
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

test('changes of several todos may be answered in any order', async ({ page }) => {
  await begin(page, 'Tea', 'Milk', 'Bread');
  const held = await Held.at(page, '*');
  await page.getByRole('button', { name: 'Done: Tea' }).click();
  await page.getByRole('button', { name: 'Done: Milk' }).click();
  await rename(page, 'Tea', 'Green tea');
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

test('todos that are added faster than they are saved keep their order', async ({ page }) => {
  await begin(page);
  const held = await Held.at(page, 'create_todo');
  for (const task of ['one', 'two', 'three']) {
    await type(page, task);
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

test('without a network every change is rolled back and reported, and text is kept', async ({ page }) => {
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

  await rename(page, 'Tea', 'Green tea');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Rename todo')).toHaveAccessibleDescription(/connection was interrupted/);
  await expect(page.getByLabel('Rename todo')).toHaveValue('Green tea');

  for (const task of ['Bread', 'Salt']) {
    await type(page, task);
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

test('a lost answer adds one todo', async ({ page }) => {
  await begin(page);
  await page.route('**/api/create_todo', async (route) => {
    await route.fetch();
    await route.abort('internetdisconnected');
  });
  await type(page, 'Once');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await page.unroute('**/api/create_todo');
  await page.getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/Once/]);
});

test('a todo that is renamed before its answer is lost is added once', async ({ page }) => {
  await begin(page);
  const held: Route[] = [];
  await page.route('**/api/create_todo', (route) => void held.push(route));
  await type(page, 'Tea');
  await expect.poll(() => held.length).toBe(1);
  await rename(page, 'Tea', 'Green tea');
  await page.getByLabel('Rename todo').press('Enter');
  await held[0]!.fetch();
  await held[0]!.abort('internetdisconnected');
  await page.unroute('**/api/create_todo');
  await page.getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/Green tea/]);
});

test('a failed rename keeps text that was typed meanwhile', async ({ page }) => {
  await begin(page, 'Tea');
  const held = await Held.at(page, 'rename_todo');
  await rename(page, 'Tea', 'Green tea');
  await page.getByLabel('Rename todo').press('Enter');
  await expect.poll(() => held.routes.length).toBe(1);
  await rename(page, 'Green tea', 'Black tea');
  await held.routes[0]!.abort('internetdisconnected');
  await expect(page.getByLabel('Rename todo')).toHaveAccessibleDescription(/connection was interrupted/);
  await expect(page.getByLabel('Rename todo')).toHaveValue('Black tea');
});

test('a failed rename does not take the keyboard', async ({ page }) => {
  await begin(page, 'Tea');
  const held = await Held.at(page, 'rename_todo');
  await rename(page, 'Tea', 'Green tea');
  await page.getByLabel('Rename todo').press('Enter');
  await expect.poll(() => held.routes.length).toBe(1);
  await page.getByLabel('New todo').focus();
  await page.keyboard.type('Mil');
  await held.routes[0]!.abort('internetdisconnected');
  await expect(page.getByLabel('Rename todo')).toHaveValue('Green tea');
  await page.keyboard.type('k');
  await expect(page.getByLabel('New todo')).toHaveValue('Milk');
});

test('a todo that was not added stays in sight, and leaving the page asks first', async ({ page }) => {
  await begin(page, 'Tea');
  await page.goto('/todos?show=done');
  await awake(page);
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
  await type(page, 'Milk');
  const row = page.getByRole('listitem').filter({ hasText: 'Milk' });
  await expect(row.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(page.getByText('Added to the open ones.')).toBeHidden();

  const asked = page.waitForEvent('dialog');
  // It ends once the question is answered.
  const click = page.getByRole('link', { name: 'All 1' }).click();
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await click;
  await expect(row).toBeVisible();

  await page.unroute('**/api/**');
  await row.getByRole('button', { name: 'Try again' }).click();
  await saved(page);
  await expect(row).toHaveCount(0);
  await page.getByRole('link', { name: 'All 2' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Milk/, /Tea/]);
});

test('why a change was rolled back is in sight far down in the list', async ({ page, baseURL }) => {
  await begin(page, 'Tea');
  await addMany(page, baseURL, 40);
  await page.reload();
  await awake(page);
  await page.route('**/api/**', (route) => route.abort('internetdisconnected'));
  await page.getByRole('button', { name: 'Done: Tea' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'connection was interrupted' })).toBeInViewport({ ratio: 1 });
});

test('a link of the list opens in another tab', async ({ page, context }) => {
  await begin(page, 'Tea');
  const [tab] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Edit: Tea' }).click({ modifiers: ['ControlOrMeta'] })]);
  await expect(tab.getByLabel('Rename todo')).toHaveValue('Tea');
  await expect(page.getByLabel('Rename todo')).toHaveCount(0);
});

test('clearing waits for earlier changes, and a refusal is reported', async ({ page }) => {
  await begin(page, 'Tea', 'Milk');
  const held = await Held.at(page, 'set_todo_done');
  await page.getByRole('button', { name: 'Done: Tea' }).click();
  // What the app encodes begins with this mark (`codec.rs`), and the error is the one with this number (`error.rs`).
  const unavailable = Buffer.from([0x80, 7]);
  await page.route('**/api/clear_done', (route) => route.fulfill({ status: 503, body: unavailable }));
  await page.getByRole('button', { name: 'Clear done' }).click();
  await held.free();
  await expect(page.getByRole('alert').filter({ hasText: 'not reachable right now' })).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveText([/Milk/, /Tea/]);

  await page.unroute('**/api/clear_done');
  await page.getByRole('button', { name: 'Clear done' }).click();
  await expect(page.getByRole('listitem')).toHaveText([/Milk/]);
  await expect(page.getByRole('status')).toContainText('Deleted 1 todo.');
});

test('the focus follows changes of the list', async ({ page }) => {
  await begin(page, 'Tea', 'Milk', 'Bread');

  await page.getByRole('link', { name: 'Edit: Milk' }).press('Enter');
  await page.getByLabel('Rename todo').fill('Something else');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'Edit: Milk' })).toBeFocused();
  // A filter shows a row until its form is closed.
  await page.goto('/todos?show=open');
  await awake(page);
  await page.getByRole('link', { name: 'Edit: Milk' }).press('Enter');
  await page.getByRole('button', { name: 'Done: Milk' }).click();
  await page.getByLabel('Rename todo').press('Escape');
  await expect(page.getByRole('button', { name: 'Done: Tea' })).toBeFocused();
  await saved(page);
  await page.goto('/todos');
  await awake(page);

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

test('completing a todo among the open ones focuses the next', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
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
