import { accessible } from '../support/axe';
import { signUp, somebody } from '../support/people';
import { expect, test } from '../support/test';

const EVERYTHING = '## A heading\n\nSome *words* and a [link](https://example.com).\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';

test('a post while it is written, read and edited', async ({ page }) => {
  await signUp(page, somebody());
  await page.goto('/posts/new');
  await accessible(page);
  await page.getByLabel('Title').fill('For everybody');
  await page.getByLabel('Text').fill(EVERYTHING);
  await page.getByRole('button', { name: 'Preview' }).click();
  await accessible(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'For everybody' })).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Edit' }).click();
  await accessible(page);
});
