// Posts that a test begins with.
import { expect, type Page } from '@playwright/test';

/** Writes a post on the page for it, and waits until it is published. */
export async function publish(page: Page, title: string, content: string): Promise<void> {
  await page.goto('/posts/new');
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Text').fill(content);
  await page.getByRole('button', { name: 'Publish' }).click();
  await published(page, title);
}

/** Waits until this post is shown. Its heading alone may be that of the preview. */
export async function published(page: Page, title: string): Promise<void> {
  await expect(page).toHaveURL(/\/posts\/\d+$/);
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}
