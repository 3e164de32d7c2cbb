// Names and texts that run from right to left, beside words of ours that do not.
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { fromLeftToRight, lettersFromLeftToRight } from '../support/text-direction';
import { publish } from './steps';

for (const [kind, name, shown] of [
  ['in Hebrew', 'שרה', 'שרה'],
  ['with an override', '\u202eMallory', 'Mallory'],
  ['that ends its isolation', '\u2069\u202eMallory', 'Mallory'],
] as const) {
  test(`a name ${kind} leaves the rest of its line as it is`, async ({ page }) => {
    await signUp(page, newUser(name));
    const title = `By a name ${kind} ${Date.now()}`;
    await publish(page, title, 'Words.');
    const day = await page.getByRole('article').getByRole('time').first().innerText();
    const order = [shown, '·', day, '·', /^1\smin\sread$/];
    const check = (pieces: string[]) => {
      expect(pieces).toHaveLength(order.length);
      order.forEach((piece, n) => expect(pieces[n]).toMatch(piece));
    };
    check(await fromLeftToRight(page.getByRole('article').locator('p:has(time)')));
    await page.goto(`/?q=${encodeURIComponent(`"${title}"`)}`);
    check(await fromLeftToRight(page.getByRole('article').filter({ hasText: title }).locator('p:has(time)')));
  });
}

test('right-to-left text has its punctuation on the left, in the form and in the post', async ({ page }) => {
  await signUp(page, newUser(), '/posts/new');
  const direction = (element: Element) => getComputedStyle(element).direction;
  for (const [label, text] of [['Title', 'שלום עולם.'], ['Text', 'אחד!\n\nTwo?\n\n- שלוש;\n- four,\n\n> חמש:']] as const) {
    await page.getByLabel(label).fill(text);
    expect(await page.getByLabel(label).evaluate(direction), label).toBe('rtl');
  }
  await page.getByRole('button', { name: 'Publish' }).click();
  const post = page.getByRole('article');
  await expect(post.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page).toHaveTitle('\u2068שלום עולם.\u2069 · leptos-neon');
  for (const [first, last] of [['ש', '.'], ['א', '!'], ['של', ';'], ['ח', ':']] as const) {
    const block = post.locator('h1, p, li').filter({ hasText: last }).filter({ hasText: first }).first();
    expect(await lettersFromLeftToRight(block, [first, last])).toEqual([last, first]);
  }
  for (const [first, last] of [['T', '?'], ['f', ',']] as const) {
    const block = post.locator('p, li').filter({ hasText: last }).first();
    expect(await lettersFromLeftToRight(block, [first, last])).toEqual([first, last]);
  }
  // The mark of a quotation stands where the text begins.
  const border = await post.locator('blockquote').evaluate((quote) => getComputedStyle(quote).borderRightWidth);
  expect(border).toBe('3px');

  await page.getByRole('link', { name: 'Edit' }).click();
  for (const label of ['Title', 'Text']) expect(await page.getByLabel(label).evaluate(direction), label).toBe('rtl');
});
