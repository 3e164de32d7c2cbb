import { expect, test } from '../support/test';
import { asAnotherUser, newUser, signUp } from '../support/users';
import { publish, published } from './steps';
import { randomUUID } from 'node:crypto';

test('posts are read page by page without a sign-in', async ({ page, newPage, baseURL }) => {
  await asAnotherUser(newPage, '/', async (author) => {
    for (let n = 1; n <= 12; n++) {
      const answer = await author.request.post('/api/create_post', {
        headers: { accept: 'application/x-postcard', origin: baseURL ?? '' },
        form: { title: `Number ${n}`, content: `The text of number ${n}.`, idempotency_key: randomUUID() },
      });
      expect(answer.status()).toBe(200);
    }
  });

  await page.goto('/');
  await expect(page.getByRole('article')).toHaveCount(10);
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(page).toHaveURL(/before=/);
  await page.getByRole('link', { name: 'Newest' }).click();
  await page.getByRole('article').first().getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Edit' })).toHaveCount(0);
});

test('a post is written, edited and deleted', async ({ page }) => {
  const user = newUser();
  await signUp(page, user);
  await publish(page, 'On engines', 'First line.\n\nSecond <b>line</b> & more.');
  await expect(page.getByText('Second <b>line</b> & more.')).toBeVisible();
  // Stack's directory learns of the name after it has learnt of the user, who may write in between.
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(user.name)).toBeVisible({ timeout: 500 });
  }).toPass();

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

test('a form that the back button restores adds another post', async ({ page, javaScriptEnabled }) => {
  await signUp(page, newUser());
  const word = `zq${randomUUID().slice(0, 8)}`;
  const fill = async (title: string, content: string) => {
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Text').fill(content);
    await page.getByRole('button', { name: 'Publish' }).click();
    await published(page, title);
    await expect(page.getByRole('article')).toContainText(content);
  };
  await page.goto('/posts/new');
  const key = page.locator('input[name=idempotency_key]');
  const name = await key.inputValue();
  await fill(`First ${word}`, 'It rained.');
  await page.goBack();
  // With JavaScript a post replaces its form: there is no way back to it.
  if (javaScriptEnabled) await page.goto('/posts/new');
  await expect(page).toHaveURL(/\/posts\/new/);
  // Some browsers bring the hidden field back with the rest, others load the page anew.
  await key.evaluate((input: HTMLInputElement, name) => (input.value = name), name);
  await fill(`Second ${word}`, 'Something else.');
  await page.goto(`/?q=${word}`);
  await expect(page.getByRole('article')).toHaveText([/Second .*Something else\./, /First .*It rained\./]);
});

test('a post that begins with code is unchanged by an edit', async ({ page }) => {
  await signUp(page, newUser());
  await publish(page, 'Code', '    a = 1\n      b = 2\n\nhttps://a.example/b_(c).');
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

test('a refused form keeps its text', async ({ page, javaScriptEnabled }) => {
  await signUp(page, newUser());
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

test('Markdown is rendered and cannot break out of the page', async ({ page }) => {
  await signUp(page, newUser());
  await page.setViewportSize({ width: 360, height: 740 });
  await publish(page, 'Everything', EVERYTHING);
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

test('a preview shows the post before it is published', async ({ page }) => {
  await signUp(page, newUser());
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

test('pages for reading load no script and no wasm', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/');
  expect(loaded.filter((url) => /\.(wasm|js)$/.test(url))).toEqual([]);
});
