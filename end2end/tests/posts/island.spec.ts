// What only the island around the form of a post does: the text as it will look, answers that come late or never, and text
// that survives whatever happens to its page.
import type { Page, Route } from '@playwright/test';
import { expect, test } from '../support/test';
import { signIn, signUp, somebody } from '../support/people';
import { accessible } from '../support/axe';
import { randomUUID } from 'node:crypto';

const SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

const title = (page: Page) => page.getByLabel('Title');
const text = (page: Page) => page.getByLabel('Text');
const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
const restored = (page: Page) => page.getByText('This is what you typed here before');
const away = (route: Route) => route.abort('internetdisconnected');

/** The island has answered: it is awake. */
async function typed(page: Page, words: string): Promise<void> {
  await text(page).fill(words);
  await expect(preview(page)).toContainText(words);
}

async function publish(page: Page, name: string, words: string): Promise<void> {
  await page.goto('/posts/new');
  await title(page).fill(name);
  await text(page).fill(words);
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, name);
}

async function published(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page).toHaveURL(/\/posts\/\d+$/);
}

test('the text is shown as it will look while it is typed', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await page.route('https://images.invalid/**', (route) => route.fulfill({ contentType: 'image/svg+xml', body: SQUARE }));
  await expect(preview(page)).toBeHidden();
  await title(page).fill('On tea');
  await text(page).fill('# Tea\n\nIt is **hot**.\n\n<script>document.title = "broken out"</script>\n\n![A square](https://images.invalid/x.svg)');
  await expect(preview(page).getByRole('heading', { level: 2, name: 'Tea', exact: true })).toBeVisible();
  await expect(preview(page).getByRole('heading', { name: 'On tea' })).toBeVisible();
  await title(page).fill('');
  await expect(preview(page).getByRole('heading', { name: 'On tea' })).toBeHidden();
  await expect(preview(page).getByText('hot', { exact: true })).toHaveCSS('font-weight', '700');
  await expect(preview(page).getByText('broken out')).toBeVisible();
  await expect(preview(page).getByRole('img', { name: 'A square' })).toHaveJSProperty('naturalWidth', 9);
  await expect(page).toHaveTitle('Write a post · leptos-neon');
  await accessible(page);
  await text(page).fill('');
  await expect(preview(page)).toBeHidden();
});

test('an editor that is opened shows how its post looks', async ({ page }) => {
  await signUp(page, somebody());
  await publish(page, 'Opened', 'As *it* is.');
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(preview(page)).toContainText('As it is.');
  await expect(restored(page)).toBeHidden();
});

test('an answer that comes late does not replace a newer one', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await typed(page, 'zero');
  const held: Route[] = [];
  await page.route('**/api/preview_post', (route) => void held.push(route));
  for (const words of ['one', 'two']) {
    const before = held.length;
    await text(page).fill(words);
    await expect.poll(() => held.length).toBe(before + 1);
  }
  const seen = preview(page).evaluateHandle((section) => {
    const texts: string[] = [];
    new MutationObserver(() => texts.push(section.textContent ?? '')).observe(section, { subtree: true, childList: true });
    return texts;
  });
  await seen;
  await held[1]!.continue();
  await expect(preview(page)).toContainText('two');
  await held[0]!.continue();
  await page.unroute('**/api/preview_post');
  await typed(page, 'three');
  const texts = await (await seen).jsonValue();
  expect(texts.filter((shown) => shown.includes('one'))).toEqual([]);
  expect(texts.length).toBeGreaterThan(1);
});

test('a preview that fails says so, and takes nothing away', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await typed(page, 'before');
  await page.route('**/api/preview_post', away);
  await text(page).fill('meanwhile');
  await expect(page.getByRole('alert')).toContainText('connection was interrupted');
  await expect(preview(page)).toContainText('before');
  await expect(text(page)).toHaveValue('meanwhile');
  await page.unroute('**/api/preview_post');
  await page.route('**/api/preview_post', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<b>Bad</b>' }));
  await text(page).fill('through a proxy');
  await expect(page.getByRole('alert')).toContainText('connection was interrupted');
  await page.unroute('**/api/preview_post');
  await typed(page, 'after');
  await expect(page.getByRole('alert')).toBeHidden();
  await text(page).fill('a'.repeat(50_001));
  await expect(page.getByRole('alert')).toContainText('at most 50000 characters, you have 50001');
});

test('a text survives a reload, until it is published', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await title(page).fill('Survivor');
  await typed(page, '\n  "Words" & <b>=%+ 🦀');
  await page.reload();
  await expect(restored(page)).toBeVisible();
  await expect(title(page)).toHaveValue('Survivor');
  await expect(text(page)).toHaveValue('\n  "Words" & <b>=%+ 🦀');
  await expect(preview(page)).toContainText('🦀');
  await accessible(page);
  // And a second time, and a visit elsewhere.
  await page.goto('/account');
  await page.goto('/posts/new');
  await expect(text(page)).toHaveValue('\n  "Words" & <b>=%+ 🦀');
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, 'Survivor');
  await page.goto('/posts/new');
  await typed(page, 'another');
  await expect(title(page)).toHaveValue('');
  await expect(restored(page)).toBeHidden();
});

test('a text that is given up is forgotten', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await typed(page, 'Never mind');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL('/');
  await page.goto('/posts/new');
  await expect(text(page)).toHaveValue('');
  await typed(page, 'Never mind this either');
  await page.reload();
  await page.getByRole('button', { name: 'Discard it' }).click();
  await expect(text(page)).toHaveValue('');
  await expect(restored(page)).toBeHidden();
});

test('each post keeps its own text', async ({ page }) => {
  await signUp(page, somebody());
  await publish(page, 'First', 'Saved.');
  const first = `${page.url()}/edit`;
  await publish(page, 'Second', 'Saved.');
  await page.goto(first);
  await typed(page, 'Changed.');
  await page.goto('/posts/new');
  await expect(text(page)).toHaveValue('');
  await page.goto(first);
  await expect(text(page)).toHaveValue('Changed.');
});

test('a post that was saved elsewhere meanwhile is not overwritten after a reload', async ({ page, context }) => {
  await signUp(page, somebody());
  await publish(page, 'Draft', 'Version one');
  await page.getByRole('link', { name: 'Edit' }).click();
  await typed(page, 'Version three');
  const second = await context.newPage();
  await second.goto(page.url());
  // Another tab knows nothing of it.
  await expect(text(second)).toHaveValue('Version one');
  await text(second).fill('Version two');
  await second.getByRole('button', { name: 'Save' }).click();
  await published(second, 'Draft');

  await page.reload();
  await expect(text(page)).toHaveValue('Version three');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('changed elsewhere');
  await expect(page.getByText('Version two')).toBeVisible();
  await expect(text(page)).toHaveValue('Version three');
  // Now it has been seen: the same text may be saved, also after a reload.
  await expect(preview(page)).toContainText('Version three');
  await page.goto(page.url().split('?')[0]!);
  await expect(text(page)).toHaveValue('Version three');
  await page.getByRole('button', { name: 'Save' }).click();
  await published(page, 'Draft');
  await expect(page.getByRole('article')).toContainText('Version three');
});

test('what is typed before the island wakes is newer than what was kept', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await typed(page, 'older');
  const held: Route[] = [];
  await page.route('**/*.wasm', (route) => void held.push(route));
  await page.goto('/posts/new', { waitUntil: 'commit' });
  await text(page).fill('newer');
  await expect.poll(() => held.length).toBe(1);
  await held[0]!.continue();
  await expect(preview(page)).toContainText('newer');
  await expect(text(page)).toHaveValue('newer');
  await expect(restored(page)).toBeHidden();
});

test('a save that fails says why, keeps the text, and adds nothing twice', async ({ page }) => {
  const name = `Once ${randomUUID().slice(0, 8)}`;
  await signUp(page, somebody(), '/posts/new');
  await title(page).fill(name);
  await typed(page, 'Words.');
  await page.route('**/api/create_post', away);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('alert')).toContainText('connection was interrupted');
  await expect(text(page)).toHaveValue('Words.');
  await page.unroute('**/api/create_post');
  // It arrives, and the answer does not.
  await page.route('**/api/create_post', async (route) => {
    await route.fetch();
    await away(route);
  });
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('alert')).toContainText('connection was interrupted');
  await page.unroute('**/api/create_post');
  await page.reload();
  await expect(title(page)).toHaveValue(name);
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, name);
  await page.goto(`/?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('article')).toHaveCount(1);
});

test('a paragraph that is added after an answer was lost is published', async ({ page }) => {
  const name = `Lost ${randomUUID().slice(0, 8)}`;
  await signUp(page, somebody(), '/posts/new');
  await title(page).fill(name);
  await typed(page, 'It rained.');
  await page.route('**/api/create_post', async (route) => {
    await route.fetch();
    await away(route);
  });
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('alert')).toContainText('a text that you change becomes another one');
  await page.unroute('**/api/create_post');
  await text(page).fill('It rained.\n\nAnd snowed.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, name);
  await expect(page.getByRole('article')).toContainText('And snowed.');
  await page.goto(`/?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole('article')).toHaveText([/It rained\. And snowed\./, /It rained\.$/]);
  await page.goto('/posts/new');
  await typed(page, 'another');
  await expect(restored(page)).toBeHidden();
});

test('nothing is typed into a text that is on its way', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await title(page).fill('On its way');
  await typed(page, 'Sent.');
  const held: Route[] = [];
  await page.route('**/api/create_post', (route) => void held.push(route));
  await text(page).focus();
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect.poll(() => held.length).toBe(1);
  await expect(text(page)).toHaveJSProperty('readOnly', true);
  await expect(title(page)).toHaveJSProperty('readOnly', true);
  await text(page).press('End');
  await page.keyboard.type(' Lost?');
  await expect(text(page)).toHaveValue('Sent.');
  await away(held[0]!);
  await expect(page.getByRole('alert')).toContainText('connection was interrupted');
  await page.unroute('**/api/create_post');
  await text(page).press('End');
  await page.keyboard.type(' Kept.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, 'On its way');
  await expect(page.getByRole('article')).toContainText('Sent. Kept.');
});

test('a session that ends meanwhile costs no text', async ({ page, context }) => {
  const person = somebody();
  await signUp(page, person, '/posts/new');
  await title(page).fill('Still here');
  await typed(page, 'Before.');
  const other = await context.newPage();
  await other.goto('/');
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(other.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await text(page).fill('After.');
  await expect(page.getByRole('alert')).toContainText('Please sign in');
  await page.getByRole('button', { name: 'Publish' }).click();
  await signIn(page, person);
  await expect(text(page)).toHaveValue('After.');
  await expect(title(page)).toHaveValue('Still here');
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, 'Still here');
});

test('the next person in the same tab finds nothing', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await typed(page, 'My secret');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signUp(page, somebody('Charles Babbage'), '/posts/new');
  await typed(page, 'Mine');
  await page.reload();
  await expect(text(page)).toHaveValue('Mine');
  const kept = await page.evaluate(() => [JSON.stringify(sessionStorage), JSON.stringify(localStorage)].join());
  expect(kept).not.toContain('secret');
  expect(kept).toContain('Mine');
});

test('a post is written, previewed, and published by keyboard', async ({ page }) => {
  await signUp(page, somebody(), '/posts/new');
  await title(page).focus();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Tab');
  await expect(text(page)).toBeFocused();
  await page.keyboard.type('Words.');
  await expect(preview(page)).toContainText('Words.');
  await expect(text(page)).toBeFocused();
  await page.reload();
  await expect(restored(page)).toBeVisible();
  await page.getByRole('link', { name: 'Cancel' }).focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Discard it' })).toBeFocused();
  await title(page).focus();
  await page.keyboard.press('Enter');
  await published(page, 'By keyboard');
});
