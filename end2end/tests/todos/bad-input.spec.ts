// Text that is hard to show, empty or too long, and a hundred requests at once.
import { randomUUID } from 'node:crypto';
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { add, addMany, saved } from './steps';

test('right-to-left text and an endless word stay in their row', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
  await page.setViewportSize({ width: 360, height: 640 });
  const tasks = ['\u202eevil\u202d', 'שלום עולם', 'a\u200bb\u200dc', 'W'.repeat(500), '🦀'.repeat(500), '<b>bold</b> & "quoted"'];
  await add(page, ...tasks);
  await page.reload();
  for (const task of tasks) {
    const row = page.getByRole('listitem').filter({ has: page.getByText(task, { exact: true }) });
    await expect(row).toHaveCount(1);
    // The buttons stand after the text, whatever its direction, and inside the page.
    const [text, button] = [await row.getByText(task, { exact: true }).boundingBox(), await row.getByRole('button', { name: 'Delete' }).boundingBox()];
    expect(text!.x + text!.width).toBeLessThanOrEqual(button!.x);
    expect(button!.x + button!.width).toBeLessThanOrEqual(360);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  // Also in the sentence about it.
  await page.getByRole('button', { name: `Delete: ${'W'.repeat(500)}` }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await saved(page);
});

test('an invisible task is empty, and a long one is refused', async ({ page }) => {
  await signUp(page, newUser(), '/todos');
  const refused = async (task: string, why: RegExp) => {
    await page.getByLabel('New todo').fill(task);
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByLabel('New todo')).toHaveAccessibleDescription(why);
    await expect(page.getByLabel('New todo')).toHaveValue(task);
    await expect(page.getByRole('listitem')).toHaveCount(0);
  };
  await refused('\u200b\u2060', /cannot be empty/);
  await refused('x'.repeat(10_000), /at most 500 characters, you have 10000/);
  await refused('🦀'.repeat(501), /at most 500 characters, you have 501/);
});

test('a hundred concurrent forms add a hundred todos, and one form a hundred times adds one', async ({ page, baseURL }) => {
  await signUp(page, newUser(), '/todos');
  await addMany(page, baseURL, 100);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveCount(100);
  await expect(page.getByRole('link', { name: 'All 100' })).toBeVisible();

  const form = { task: 'The same', idempotency_key: randomUUID() };
  const headers = { accept: 'application/x-postcard', origin: baseURL ?? '' };
  const send = () => page.request.post('/api/create_todo', { headers, form });
  const answers = await Promise.all(Array.from({ length: 100 }, send));
  const ids = await Promise.all(answers.map(async (answer) => (await answer.body()).toString('hex')));
  expect(new Set(ids).size).toBe(1);
  await page.reload();
  await expect(page.getByRole('link', { name: 'All 101' })).toBeVisible();
});
