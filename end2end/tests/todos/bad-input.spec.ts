// Text that is hard to show, numbers that nobody gave out, and far too much at once.
import { randomUUID } from 'node:crypto';
import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';
import { add, addMany, saved } from './steps';

test('text from right to left and an endless word stay in their row', async ({ page }) => {
  await signUp(page, somebody(), '/todos');
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

test('a task that nobody could see is empty, and ten thousand letters are too long', async ({ page }) => {
  await signUp(page, somebody(), '/todos');
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

test('a tampered address shows the list, and takes nothing back', async ({ page }) => {
  await signUp(page, somebody(), '/todos');
  await add(page, 'Tea');
  const queries = [
    'show=none', 'show=OPEN', "show=open'--", 'before=', 'before=x', 'before=99999999999999999999', 'before=1.5', 'before=%00',
    'deleted=now', 'deleted=9223372036854775807', 'deleted=-9223372036854775808', 'edit=x', 'edit=9223372036854775807',
  ];
  for (const query of queries) {
    const answer = await page.goto(`/todos?${query}`);
    expect(answer?.status(), query).toBe(200);
    await expect(page.getByRole('listitem'), query).toHaveText([/Tea/]);
    await expect(page.getByText('Deleted')).toHaveCount(0);
  }
  for (const before of ['0', '-1', '-9223372036854775808']) {
    await page.goto(`/todos?before=${before}`);
    await expect(page.getByText('Nothing more on this page')).toBeVisible();
    await expect(page.getByRole('link', { name: 'All 1' })).toBeVisible();
  }
});

test('numbers of another person\'s deletion do nothing', async ({ page, browser, baseURL }) => {
  await signUp(page, somebody(), '/todos');
  await add(page, 'Tea');
  const id = await page.request.get('/todos').then(async (answer) => /name="id" value="(\d+)"/.exec(await answer.text())![1]!);
  const headers = { accept: 'application/json', origin: baseURL ?? '' };
  const deleted = await page.request.post('/api/delete_todo', { headers, form: { id } });
  const deletion = await deleted.text();
  expect(deletion).toMatch(/^\d{16}$/);

  const other = await browser.newContext({ baseURL });
  const theirs = await other.newPage();
  await signUp(theirs, somebody('Charles Babbage'), '/todos');
  const stolen = await theirs.request.post('/api/restore_todos', { headers, form: { deletion } });
  expect(stolen.status()).toBe(404);
  await theirs.goto(`/todos?deleted=${deletion}`);
  await expect(theirs.getByText('Tea')).toHaveCount(0);
  await other.close();

  const own = await page.request.post('/api/restore_todos', { headers, form: { deletion } });
  expect(own.status()).toBe(200);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/Tea/]);
});

test('a hundred submissions at once are a hundred todos, and the same one a hundred times is one', async ({ page, baseURL }) => {
  await signUp(page, somebody(), '/todos');
  await addMany(page, baseURL, 100);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveCount(100);
  await expect(page.getByRole('link', { name: 'All 100' })).toBeVisible();

  const form = { task: 'The same', idempotency_key: randomUUID() };
  const headers = { accept: 'application/json', origin: baseURL ?? '' };
  const send = () => page.request.post('/api/create_todo', { headers, form });
  const answers = await Promise.all(Array.from({ length: 100 }, send));
  const ids = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(ids).size).toBe(1);
  await page.reload();
  await expect(page.getByRole('link', { name: 'All 101' })).toBeVisible();
});

test('somebody else\'s todo cannot be touched by its number', async ({ page, browser, baseURL }) => {
  await signUp(page, somebody(), '/todos');
  await page.getByLabel('New todo').fill('Untouchable');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await saved(page);
  await page.reload();
  const id = await page.locator('li input[name=id]').first().getAttribute('value');

  const other = await browser.newContext();
  const theirs = await other.newPage();
  await signUp(theirs, somebody('Charles Babbage'), '/todos');
  for (const [path, fields] of [
    ['set_todo_done', { done: 'true' }],
    ['rename_todo', { task: 'Mine now' }],
    ['delete_todo', {}],
  ] as const) {
    const answer = await theirs.request.post(`/api/${path}`, {
      headers: { accept: 'application/json', origin: baseURL ?? '' },
      form: { id: id ?? '', ...fields },
    });
    expect(answer.status(), path).toBe(404);
  }
  await other.close();
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText(/Untouchable/);
});

test('the same form sent twice adds one todo', async ({ page, baseURL }) => {
  await signUp(page, somebody(), '/todos');
  const idempotency_key = (await page.locator('input[name=idempotency_key]').getAttribute('value')) ?? '';
  const send = (task: string) =>
    page.request.post('/api/create_todo', {
      headers: { accept: 'application/json', origin: baseURL ?? '' },
      form: { task, idempotency_key },
    });
  const answers = await Promise.all([send('Once'), send('Once'), send('Once')]);
  for (const answer of answers) expect(answer.status()).toBe(200);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveCount(1);
  // With another task it is another one, and none is lost.
  expect((await send('Other')).status()).toBe(200);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveText([/Other/, /Once/]);
});
