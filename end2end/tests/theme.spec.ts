import { expect, test } from './support/test';

test('a theme is chosen on any page, kept, and reset', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/sign-in?return_to=%2Faccount');
  const theme = page.getByRole('form', { name: 'Theme' });
  const canvas = () => page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
  const light = await canvas();

  await theme.getByRole('button', { name: 'Dark' }).click();
  await expect(theme.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page).toHaveURL('/sign-in?return_to=%2Faccount');
  const dark = await canvas();
  expect(dark).not.toBe(light);
  await page.goto('/');
  expect(await canvas()).toBe(dark);

  await theme.getByRole('button', { name: 'System' }).click();
  await expect(theme.getByRole('button', { name: 'System' })).toHaveAttribute('aria-pressed', 'true');
  expect(await canvas()).toBe(light);
});
