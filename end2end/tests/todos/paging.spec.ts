// A list of more than one page.
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { addMany, saved } from './steps';

test('more than a hundred todos are shown page by page', async ({ page, baseURL }) => {
  await signUp(page, newUser(), '/todos');
  await addMany(page, baseURL, 105);
  await page.goto('/todos?show=open');
  await expect(page.getByRole('listitem')).toHaveCount(100);
  await expect(page.getByRole('link', { name: 'Open 105' })).toBeVisible();
  await page.getByRole('link', { name: /Older/ }).click();
  await expect(page).toHaveURL(/show=open&before=/);
  await expect(page.getByRole('listitem')).toHaveCount(5);

  // What is done here leads back here.
  await page.getByRole('link', { name: /^Edit/ }).last().click();
  await page.getByLabel('Rename todo').fill('The very first');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('listitem').last()).toContainText('The very first');
  await expect(page).toHaveURL(/show=open&before=/);
  await expect(page.getByRole('link', { name: 'Open 105' })).toBeVisible();
  await saved(page);
  await page.getByRole('link', { name: /Newest/ }).click();
  await expect(page.getByRole('listitem')).toHaveCount(100);
});
