import { accessible } from './support/axe';
import { signUp, somebody } from './support/people';
import { expect, test } from './support/test';

const EVERYTHING = '## A heading\n\nSome *words* and a [link](https://example.com).\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';

test('every page that a visitor sees', async ({ page }) => {
  for (const path of ['/', '/?q=nothing-has-this-word', '/sign-in', '/sign-up', '/forgot-password', '/nowhere', '/posts/0']) {
    await page.goto(path);
    await accessible(page);
  }
});

test('the page under the hood, with everything opened', async ({ page }) => {
  await page.goto('/');
  await page.goto('/under-the-hood');
  await page.locator('details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
  await accessible(page);
});

test('every page of somebody who is signed in', async ({ page }) => {
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

  await page.goto('/todos');
  await accessible(page);
  for (const task of ['Tea', 'Cake']) {
    await page.getByLabel('New todo').fill(task);
    await page.getByLabel('New todo').press('Enter');
    await expect(page.getByText(task, { exact: true })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Done: Tea' }).click();
  await page.getByRole('button', { name: 'Delete: Cake' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await accessible(page);

  for (const path of ['/account', '/account/password', '/account/delete']) {
    await page.goto(path);
    await accessible(page);
  }
});
