import { accessible } from '../support/axe';
import { newUser, signUp } from '../support/users';
import { expect, test } from '../support/test';

test('the list of todos, empty and filled', async ({ page }) => {
  await signUp(page, newUser());
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
  // Where the system chooses the colours, a mark that is only transparent would be seen.
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.emulateMedia({ forcedColors: 'active' });
  const mark = (task: string) => page.getByRole('button', { name: `Done: ${task}` }).locator('.tick');
  await expect(mark('Tea')).not.toHaveCSS('font-size', '0px');
  await expect(mark('Cake')).toHaveCSS('font-size', '0px');
});
