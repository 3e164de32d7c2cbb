// A user without a mouse: moves with Tab, sees the focus, and presses Enter.
import { expect, type Locator, type Page } from '@playwright/test';
import type { User } from './users';

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

/** Fills and sends the form of the open sign-up page. */
export async function submitSignUp(page: Page, user: User): Promise<void> {
  await type(page, page.getByLabel('Name'), user.name);
  await type(page, page.getByLabel('E-mail'), user.email);
  await type(page, page.getByLabel('Password'), user.password);
  await page.keyboard.press('Enter');
}
