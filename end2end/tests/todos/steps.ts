// Todos that a test begins with.
import { randomUUID } from 'node:crypto';
import { expect, type Page } from '@playwright/test';

/** As a user adds them, one after the other. */
export async function add(page: Page, ...tasks: string[]): Promise<void> {
  for (const task of tasks) {
    await page.getByLabel('New todo').fill(task);
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole('listitem').first()).toContainText(task);
  }
  await saved(page);
}

/** Waits until the island answers, and not the browser. */
export async function awake(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const form = document.querySelector('form[action^="?/create_todo"]');
    return form?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true })) === false;
  });
}

/** As fast as the server takes them, in no order. */
export async function addMany(page: Page, origin: string | undefined, count: number): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, number) =>
      page.request.post('/api/create_todo', {
        headers: { accept: 'application/x-postcard', origin: origin ?? '' },
        form: { task: `Todo ${number}`, idempotency_key: randomUUID() },
      }),
    ),
  );
  for (const answer of answers) expect(answer.status()).toBe(200);
}

/** Waits until the list has sent every change. Without JavaScript it always has. */
export async function saved(page: Page): Promise<void> {
  await expect(page.getByText('Saving…')).toHaveCount(0);
}
