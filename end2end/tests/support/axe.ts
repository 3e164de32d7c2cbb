// The accessibility checks of axe, and of lists.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

/** Lists without bullets: VoiceOver takes them for none, unless they say what they are. */
const SILENT_LISTS = (lists: Element[]) =>
  lists
    .filter((list) => getComputedStyle(list).listStyleType === 'none' && list.getAttribute('role') !== 'list')
    .map((list) => list.outerHTML.slice(0, 200));

/** In both themes. axe needs JavaScript; without it the server sends the same page, which was looked at already. */
export async function accessible(page: Page): Promise<void> {
  if (test.info().project.use.javaScriptEnabled === false) return;
  expect(await page.locator('ul, ol').evaluateAll(SILENT_LISTS), 'lists without bullets need role="list"').toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    expect(found, `${new URL(page.url()).pathname} in ${colorScheme}`).toEqual([]);
  }
}
