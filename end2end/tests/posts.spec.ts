import { expect, test } from './support/test';
import { signUp, somebody } from './support/people';
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';

async function write(page: Page, title: string, content: string): Promise<void> {
  await page.goto('/posts/new');
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Text').fill(content);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}

test('anybody reads the posts, page by page', async ({ page, browser, baseURL }) => {
  const author = await browser.newContext();
  const writing = await author.newPage();
  await signUp(writing, somebody());
  for (let n = 1; n <= 12; n++) {
    const answer = await writing.request.post('/api/create_post', {
      headers: { accept: 'application/json', origin: baseURL ?? '' },
      form: { title: `Number ${n}`, content: `The text of number ${n}.`, submission: randomUUID() },
    });
    expect(answer.status()).toBe(200);
  }
  await author.close();

  await page.goto('/');
  await expect(page.getByRole('article')).toHaveCount(10);
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(page).toHaveURL(/before=/);
  await page.getByRole('link', { name: 'Newest' }).click();
  await page.getByRole('article').first().getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Edit' })).toHaveCount(0);
});

test('write, edit and delete a post', async ({ page }) => {
  const person = somebody();
  await signUp(page, person);
  await page.getByRole('link', { name: 'Write a post' }).click();
  await write(page, 'On engines', 'First line.\n\nSecond <b>line</b> & more.');
  await expect(page.getByText('Second <b>line</b> & more.')).toBeVisible();
  await expect(page.getByText(person.name)).toBeVisible();

  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Title').fill('On analytical engines');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'On analytical engines' })).toBeVisible();
  await expect(page.getByText('edited')).toBeVisible();

  const address = page.url();
  await page.getByText('Delete…').click();
  await page.getByRole('button', { name: 'Delete this post' }).click();
  await expect(page).toHaveURL('/');
  const gone = await page.request.get(address, { headers: { accept: 'text/html' } });
  expect(gone.status()).toBe(404);
});

test('what cannot be saved stays in the form', async ({ page }) => {
  await signUp(page, somebody());
  await page.goto('/posts/new');
  const title = 't'.repeat(201);
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Text').fill('\n  indented\n');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByLabel('Title')).toHaveAccessibleDescription(/at most 200 characters, you have 201/);
  await expect(page.getByLabel('Title')).toHaveValue(title);
  await expect(page.getByLabel('Text')).toHaveValue('\n  indented\n');
  await page.reload();
  await expect(page.getByLabel('Title')).toHaveValue('');
});

test('the same post edited in two tabs is not overwritten unseen', async ({ page, context }) => {
  await signUp(page, somebody());
  await write(page, 'Draft', 'Version one');
  await page.getByRole('link', { name: 'Edit' }).click();
  const second = await context.newPage();
  await second.goto(page.url());
  await second.getByLabel('Text').fill('Version two');
  await second.getByRole('button', { name: 'Save' }).click();
  await expect(second.getByText('Version two')).toBeVisible();

  await page.getByLabel('Text').fill('Version three');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('changed elsewhere');
  await expect(page.getByLabel('Text')).toHaveValue('Version three');
  await expect(page.getByText('Version two')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Version three')).toBeVisible();
});

test('somebody else\'s post offers no way to change it', async ({ page, browser }) => {
  await signUp(page, somebody());
  await write(page, 'Hands off', 'Mine.');
  const address = new URL(page.url()).pathname;

  const other = await browser.newContext();
  const theirs = await other.newPage();
  await signUp(theirs, somebody('Charles Babbage'), address);
  await expect(theirs.getByRole('heading', { level: 1, name: 'Hands off' })).toBeVisible();
  await expect(theirs.getByRole('link', { name: 'Edit' })).toHaveCount(0);
  const edit = await theirs.request.get(`${address}/edit`, { headers: { accept: 'text/html' } });
  expect(edit.status()).toBe(404);
  await other.close();
});

test('reading loads no script and no wasm', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/');
  expect(loaded.filter((url) => /\.(wasm|js)$/.test(url))).toEqual([]);
});
