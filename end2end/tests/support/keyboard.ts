// A person who has no mouse: gets to things with Tab, sees where they are, and uses Enter.
import { expect, type Locator, type Page } from '@playwright/test';

/** More than any page has to be gone through. */
const MOST_STOPS = 80;

/** Presses Tab until the focus is there, and looks that it can be seen. */
export async function tabTo(page: Page, goal: Locator): Promise<void> {
  await expect(goal.first()).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    if (await goal.first().evaluate((element) => element === document.activeElement)) {
      await expect(goal.first()).toHaveCSS('outline-style', 'solid');
      return;
    }
  }
  throw new Error(`${goal} is not reached with Tab`);
}

export async function press(page: Page, goal: Locator): Promise<void> {
  await tabTo(page, goal);
  await page.keyboard.press('Enter');
}

export async function type(page: Page, goal: Locator, text: string): Promise<void> {
  await tabTo(page, goal);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}
