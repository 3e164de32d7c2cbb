// What people, links and programs send that was not meant to be sent.
import { expect, test } from './support/test';
import { saved, signUp, somebody } from './support/people';

const html = { accept: 'text/html' };

test('an address that leads nowhere is a page with a way on, and a 404', async ({ page }) => {
  for (const path of ['/nowhere', '/posts/999999999', '/posts/abc', '/posts/-1', '/posts/99999999999999999999', '/%F0%9F%A6%80']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to the posts' })).toBeVisible();
  }
});

test('an edited error in the address says nothing of the editor\'s', async ({ page }) => {
  const forged = Buffer.from('"<b>Your account was hacked</b>"').toString('base64url');
  for (const error of [forged, 'garbage', '%00', 'e30', '']) {
    const answer = await page.goto(`/sign-in?__path=%2Fapi%2Fcreate_post&__err=${error}&error=${error}`);
    expect(answer?.status()).toBe(200);
    await expect(page.getByText('hacked')).toHaveCount(0);
  }
});

test('a tampered cursor shows the newest posts', async ({ page }) => {
  for (const cursor of ['x', '1-', '99999999999999999999999999999-1', '1-1-1', "1'--"]) {
    const answer = await page.goto(`/?before=${encodeURIComponent(cursor)}`);
    expect(answer?.status(), cursor).toBe(200);
    await expect(page.getByRole('heading', { level: 1, name: 'Posts' })).toBeVisible();
  }
});

test('a malformed cookie is no session and no error', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'session', value: '%%%', url: baseURL }]);
  const answer = await page.goto('/todos');
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});

test('a form from another site is refused', async ({ request, baseURL }) => {
  const answer = await request.post('/api/create_todo', {
    headers: { ...html, origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    form: { task: 'x', submission: '0b06c9a2-1d1e-4c55-8d9a-000000000000' },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(403);
  const own = await request.post('/api/create_todo', {
    headers: { accept: 'application/json', origin: baseURL ?? '' },
    form: { task: 'x', submission: '0b06c9a2-1d1e-4c55-8d9a-000000000000' },
  });
  expect(own.status()).toBe(401);
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
  const submission = (await page.locator('input[name=submission]').getAttribute('value')) ?? '';
  const send = () =>
    page.request.post('/api/create_todo', {
      headers: { accept: 'application/json', origin: baseURL ?? '' },
      form: { task: 'Once', submission },
    });
  const answers = await Promise.all([send(), send(), send()]);
  for (const answer of answers) expect(answer.status()).toBe(200);
  await page.reload();
  await expect(page.getByRole('listitem')).toHaveCount(1);
});
