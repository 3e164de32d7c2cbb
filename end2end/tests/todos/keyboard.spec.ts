// The list by keyboard: what has the focus, and where it goes.
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';
import { saved } from './steps';

test('a todo is added, completed, renamed and deleted by keyboard', async ({ page, javaScriptEnabled }) => {
  await signUp(page, newUser(), '/todos');
  for (const task of ['Tea', 'Milk']) {
    await page.getByLabel('New todo').focus();
    await page.keyboard.type(task);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('listitem').first()).toContainText(task);
  }
  await saved(page);

  // From the form over its button and the parts of the list to the first row.
  await page.getByLabel('New todo').focus();
  for (const name of ['Add', 'All 2', 'Open 2', 'Done 0', 'Done: Milk']) {
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveAccessibleName(name);
  }
  await expect(page.locator(':focus')).toHaveCSS('outline-style', 'solid');
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Done: Milk' })).toHaveAttribute('aria-pressed', 'true');
  await saved(page);

  await page.getByRole('link', { name: 'Edit: Tea' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Rename todo')).toBeFocused();
  await page.getByLabel('Rename todo').press('ControlOrMeta+a');
  await page.keyboard.type('Green tea');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listitem').last()).toContainText('Green tea');
  if (javaScriptEnabled) await expect(page.getByRole('link', { name: 'Edit: Green tea' })).toBeFocused();
  await saved(page);

  await page.getByRole('button', { name: 'Delete: Milk' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listitem')).toHaveText([/Green tea/]);
  await saved(page);
  await page.getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listitem')).toHaveText([/Milk/, /Green tea/]);
});
