// The island around the form of a post: the live preview, late and lost answers, and drafts that survive.
import type { Page, Route } from '@playwright/test';
import { expect, test } from '../support/test';
import { newUser, signIn, signUp } from '../support/users';
import { accessible } from '../support/axe';
import { publish, published } from './steps';
import { randomUUID } from 'node:crypto';

const SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

const title = (page: Page) => page.getByLabel('Title');
const text = (page: Page) => page.getByLabel('Text');
const preview = (page: Page) => page.getByRole('region', { name: 'Preview' });
const restored = (page: Page) => page.getByText('This is what you typed here before');
const away = (route: Route) => route.abort('internetdisconnected');

/** Lets the request arrive, and loses the answer. */
async function loseAnswer(route: Route): Promise<void> {
  await route.fetch();
  await away(route);
}

/** Types a text, and waits for its preview, which shows that the page is hydrated. */
async function typed(page: Page, words: string): Promise<void> {
  await text(page).fill(words);
  await expect(preview(page)).toContainText(words);
}

/** Signs a user up, who types this draft of a new post. */
async function draft(page: Page, name: string, words: string): Promise<void> {
  await signUp(page, newUser(), '/posts/new');
  await title(page).fill(name);
  await typed(page, words);
}

test('the text is previewed while it is typed', async ({ page }) => {
  await signUp(page, newUser(), '/posts/new');
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

test('an opened editor previews its post', async ({ page }) => {
  await signUp(page, newUser());
  await publish(page, 'Opened', 'As *it* is.');
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(preview(page)).toContainText('As it is.');
  await expect(restored(page)).toBeHidden();
});

test('a late preview does not replace a newer one', async ({ page }) => {
  await draft(page, '', 'zero');
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

test('a failed preview is reported and keeps the last one', async ({ page }) => {
  await draft(page, '', 'before');
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

test('a draft survives a reload until it is published', async ({ page }) => {
  await draft(page, 'Survivor', '\n  "Words" & <b>=%+ 🦀');
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

test('a cancelled or discarded draft is forgotten', async ({ page }) => {
  await draft(page, '', 'Never mind');
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

test('each post has its own draft', async ({ page }) => {
  await signUp(page, newUser());
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

test('a draft does not overwrite a newer version of its post', async ({ page, context }) => {
  await signUp(page, newUser());
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

test('text typed before hydration replaces the draft', async ({ page }) => {
  await draft(page, '', 'older');
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

test('a failed save is reported, keeps the text and adds one post', async ({ page }) => {
  const name = `Once ${randomUUID().slice(0, 8)}`;
  await draft(page, name, 'Words.');
  await page.route('**/api/create_post', away);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('alert')).toContainText('connection was interrupted');
  await expect(text(page)).toHaveValue('Words.');
  await page.unroute('**/api/create_post');
  await page.route('**/api/create_post', loseAnswer);
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

test('a text changed after a lost answer becomes another post', async ({ page }) => {
  const name = `Lost ${randomUUID().slice(0, 8)}`;
  await draft(page, name, 'It rained.');
  await page.route('**/api/create_post', loseAnswer);
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

test('the fields are read-only while a post is saved', async ({ page }) => {
  await draft(page, 'On its way', 'Sent.');
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

test('a draft survives the end of the session', async ({ page, context }) => {
  const user = newUser();
  await signUp(page, user, '/posts/new');
  await title(page).fill('Still here');
  await typed(page, 'Before.');
  const other = await context.newPage();
  await other.goto('/');
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(other.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await text(page).fill('After.');
  await expect(page.getByRole('alert')).toContainText('Please sign in');
  await page.getByRole('button', { name: 'Publish' }).click();
  await signIn(page, user);
  await expect(text(page)).toHaveValue('After.');
  await expect(title(page)).toHaveValue('Still here');
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, 'Still here');
});

test('the next user of a tab does not see the draft', async ({ page }) => {
  await draft(page, '', 'My secret');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signUp(page, newUser('Charles Babbage'), '/posts/new');
  await typed(page, 'Mine');
  await page.reload();
  await expect(text(page)).toHaveValue('Mine');
  const kept = await page.evaluate(() => [JSON.stringify(sessionStorage), JSON.stringify(localStorage)].join());
  expect(kept).not.toContain('secret');
  expect(kept).toContain('Mine');
});

test('a post is written, previewed and published by keyboard', async ({ page }) => {
  await signUp(page, newUser(), '/posts/new');
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
