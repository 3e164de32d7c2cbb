import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';
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
      form: { title: `Number ${n}`, content: `The text of number ${n}.`, idempotency_key: randomUUID() },
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

test('a form that comes back and is filled again is another post', async ({ page, javaScriptEnabled }) => {
  await signUp(page, somebody());
  const word = `zq${randomUUID().slice(0, 8)}`;
  const publish = async (title: string, content: string) => {
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Text').fill(content);
    await page.getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(page.getByRole('article')).toContainText(content);
  };
  await page.goto('/posts/new');
  const idempotency_key = page.locator('input[name=idempotency_key]');
  const name = await idempotency_key.inputValue();
  await publish(`First ${word}`, 'It rained.');
  await page.goBack();
  // With JavaScript a post replaces its form: there is no way back to it.
  if (javaScriptEnabled) await page.goto('/posts/new');
  await expect(page).toHaveURL(/\/posts\/new/);
  // Some browsers bring the hidden field back with the rest, others load the page anew.
  await idempotency_key.evaluate((input: HTMLInputElement, name) => (input.value = name), name);
  await publish(`Second ${word}`, 'Something else.');
  await page.goto(`/?q=${word}`);
  await expect(page.getByRole('article')).toHaveText([/Second .*Something else\./, /First .*It rained\./]);
});

test('a post that begins with code shows it as code, and keeps it when it is edited', async ({ page }) => {
  await signUp(page, somebody());
  await write(page, 'Code', '    a = 1\n      b = 2\n\nhttps://a.example/b_(c).');
  await expect(page.locator('article pre')).toHaveText('a = 1\n  b = 2\n', { useInnerText: true });
  await expect(page.getByRole('link', { name: 'https://a.example/b_(c)', exact: true })).toHaveAttribute(
    'href',
    'https://a.example/b_(c)',
  );
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('Text')).toHaveValue('    a = 1\n      b = 2\n\nhttps://a.example/b_(c).');
  await expect(page.getByLabel('Text')).toHaveCSS('font-family', /monospace/);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('article pre')).toHaveCount(1);
  await expect(page.getByText('edited')).toHaveCount(0);
});

test('what cannot be saved stays in the form', async ({ page, javaScriptEnabled }) => {
  await signUp(page, somebody());
  await page.goto('/posts/new');
  const title = 't'.repeat(201);
  await page.getByLabel('Text').fill('\n  indented\n');
  // Only an island that is awake keeps a text in the tab.
  if (javaScriptEnabled) await expect(page.getByRole('region', { name: 'Preview' })).toContainText('indented');
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByLabel('Title')).toHaveAccessibleDescription(/at most 200 characters, you have 201/);
  await expect(page.getByLabel('Title')).toHaveValue(title);
  await expect(page.getByLabel('Text')).toHaveValue('\n  indented\n');
  // No session has it. The tab keeps it.
  await page.goto('/posts/new');
  await expect(page.getByLabel('Title')).toHaveValue(javaScriptEnabled ? title : '');
});

test('the same post edited in two tabs is not overwritten unseen', async ({ page, context }) => {
  await signUp(page, somebody());
  await write(page, 'Draft', 'Version one');
  await page.getByRole('link', { name: 'Edit' }).click();
  const second = await context.newPage();
  await second.goto(page.url());
  await second.getByLabel('Text').fill('Version two');
  await second.getByRole('button', { name: 'Save' }).click();
  await expect(second.getByRole('article')).toContainText('Version two');

  await page.getByLabel('Text').fill('Version three');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('changed elsewhere');
  await expect(page.getByLabel('Text')).toHaveValue('Version three');
  await expect(page.getByText('Version two')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('article')).toContainText('Version three');
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

const EVERYTHING = `# A heading

A [link](https://example.com/), **bold**, ~~gone~~ and \`code\`.

\`\`\`rust
fn main() { println!("${'a long line of code, '.repeat(12)}"); }
\`\`\`

| ${'a wide column | '.repeat(9)}
| ${'--- | '.repeat(9)}
| ${'some words | '.repeat(9)}

- one
- two

<script>document.title = 'broken out'</script>

[do not](javascript:document.title='broken out')
`;

test('Markdown is shown as it reads, and cannot break out', async ({ page }) => {
  await signUp(page, somebody());
  await page.setViewportSize({ width: 360, height: 740 });
  await write(page, 'Everything', EVERYTHING);
  const post = page.getByRole('article');
  await expect(post.getByRole('heading', { level: 2, name: 'A heading' })).toBeVisible();
  await expect(post.getByRole('link', { name: 'link' })).toHaveAttribute('rel', 'nofollow ugc noopener');
  await expect(post.getByRole('table')).toBeVisible();
  await expect(post.getByRole('listitem')).toHaveText(['one', 'two']);
  await expect(post.getByText("<script>document.title = 'broken out'</script>")).toBeVisible();
  await expect(post.getByText('do not')).not.toHaveAttribute('href');
  await expect(page).toHaveTitle('Everything · leptos-neon');
  // What is wide scrolls in itself.
  const [width, inner] = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
  expect(width).toBeLessThanOrEqual(inner);
  const scrolls = (box: Element) => box.scrollWidth > box.clientWidth;
  expect(await post.locator('pre').evaluate(scrolls)).toBe(true);
  expect(await post.locator('.scrolls').evaluate(scrolls)).toBe(true);

  await page.emulateMedia({ media: 'print' });
  await expect(post.getByRole('heading', { level: 2 })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(page.getByText('Delete…')).toBeHidden();
});

test('a search finds words in any form, and says when there is nothing', async ({ page }) => {
  await signUp(page, somebody());
  const word = `zq${randomUUID().slice(0, 8)}`;
  await write(page, `Notes on ${word}`, 'The engine was **weaving** patterns.');
  await page.goto('/');
  await page.getByLabel('Search the posts').fill(`${word} weave`);
  await page.getByLabel('Search the posts').press('Enter');
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByRole('article').locator('mark')).toHaveText([word, 'weaving']);
  await expect(page.getByLabel('Search the posts')).toHaveValue(`${word} weave`);
  await page.getByRole('article').getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: word })).toBeVisible();

  await page.goto('/?q=%22+%26+%7C+%21');
  await expect(page.getByText('No post has these words')).toBeVisible();
  await page.getByRole('link', { name: 'Show all posts' }).click();
  await expect(page.getByRole('article').first()).toBeVisible();
});

test('a preview shows the post, and saves nothing', async ({ page }) => {
  await signUp(page, somebody());
  await page.goto('/posts/new');
  await page.getByLabel('Title').fill('A draft');
  await page.getByLabel('Text').fill('Some **bold** words.');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('region', { name: 'Preview' }).getByRole('heading', { name: 'A draft' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Preview' }).getByText('bold', { exact: true })).toBeVisible();
  await expect(page.getByLabel('Text')).toHaveValue('Some **bold** words.');
  await page.getByLabel('Title').fill('Previewed');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Previewed' })).toBeVisible();
});

test('reading loads no script and no wasm', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/');
  expect(loaded.filter((url) => /\.(wasm|js)$/.test(url))).toEqual([]);
});
