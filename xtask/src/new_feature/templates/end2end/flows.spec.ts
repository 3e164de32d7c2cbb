import { accessible } from '../support/axe';
import { expect, test } from '../support/test';
import { newUser, signUp } from '../support/users';

test('a road trip is written, edited and deleted', async ({ page }) => {
  await signUp(page, newUser(), '/road-trips');
  await page.getByRole('link', { name: 'New road trip' }).click();
  await accessible(page);
  await page.getByLabel('/*Label*/', { exact: true }).fill('Tea');
  /*fills*/
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tea' })).toBeVisible();
  await expect(page.getByRole('definition')).toHaveText([/*shown*/]); //details
  await accessible(page);

  const address = page.url();
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByLabel('/*Label*/', { exact: true }).fill('Milk <b>');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Milk <b>' })).toBeVisible();
  await expect(page.getByText('· edited')).toBeVisible();

  await page.getByText('Delete…').click();
  await page.getByRole('button', { name: 'Delete this road trip' }).click();
  await expect(page).toHaveURL('/road-trips');
  await accessible(page);
  const gone = await page.request.get(address, { headers: { accept: 'text/html' } });
  expect(gone.status()).toBe(404);
});

test('a refused form keeps its text', async ({ page }) => {
  await signUp(page, newUser(), '/road-trips/new');
  const long = 't'.repeat(/*label_max*/ + 1);
  await page.getByLabel('/*Label*/', { exact: true }).fill(long);
  /*fills*/
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('/*Label*/', { exact: true })).toHaveAccessibleDescription(/at most /*label_max*/ characters/);
  await expect(page.getByLabel('/*Label*/', { exact: true })).toHaveValue(long);
  /*kept*/
});
