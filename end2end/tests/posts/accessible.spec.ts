import { accessible } from '../support/axe';
import { newUser, signUp } from '../support/users';
import { expect, test } from '../support/test';

const EVERYTHING = '## A heading\n\nSome *words* and a [link](https://example.com).\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';

test('the pages on which a post is written, read and edited', async ({ page }) => {
  await signUp(page, newUser());
  await page.goto('/posts/new');
  await accessible(page);
  await page.getByLabel('Title').fill('Accessible');
  await page.getByLabel('Text').fill(EVERYTHING);
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('region', { name: 'Preview' })).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Accessible' })).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(page).toHaveURL(/\/edit$/);
  await accessible(page);
});
