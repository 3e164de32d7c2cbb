// What people do on the way back from a provider: nobody is signed in as somebody else, and there is always a way on.
import { expect, test } from './support/test';
import { somebody } from './support/people';
import { decided, expectSignedInAs, expectWayOn, leave } from './support/provider';

const OVER = 'Please start again';

test('who comes back when the browser has forgotten the attempt starts again, and arrives', async ({ page, context }) => {
  const person = somebody();
  await leave(page);
  const late = await decided(page, person);
  await context.clearCookies();
  await page.goto(late);
  await expect(page).toHaveURL(/\/sign-in/);
  await expectWayOn(page, OVER);
  await expectSignedInAs(page);

  await leave(page);
  await page.goto(await decided(page, person));
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, person);
});

test('going back after signing in undoes nothing', async ({ page, baseURL }) => {
  const person = somebody();
  await leave(page);
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel(/^E-mail/).fill(person.email);
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page).toHaveURL('/account');
  // Past what the provider shows, to the page that it began on.
  do await page.goBack();
  while (!page.url().startsWith(`${baseURL}/`));
  await expect(page).toHaveURL('/sign-in?return_to=%2Faccount');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expectSignedInAs(page, person);
});

test('of two tabs the one that is finished last is right', async ({ page, context, generation }) => {
  const [one, other] = [somebody('One'), somebody('Other')];
  const tab = await context.newPage();
  await leave(page);
  await leave(tab);
  await tab.goto(await decided(tab, other));
  await expect(tab).toHaveURL('/account');
  await expectSignedInAs(tab, other);

  // Managed Neon Auth has one cookie of its own for all tabs, that of the tab that left last: the others end on its host.
  if (generation !== 'stack') return expectSignedInAs(page, other);
  await page.goto(await decided(page, one));
  await expect(page).toHaveURL('/account');
  for (const each of [page, tab]) await expectSignedInAs(each, one);
});

test('the address of a sign-in is worth nothing a second time, nor to somebody else', async ({ page, browser, baseURL, javaScriptEnabled, watch }) => {
  const person = somebody();
  await leave(page);
  const back = await decided(page, person);
  const elsewhere = await browser.newContext({ baseURL, javaScriptEnabled });
  const stranger = await elsewhere.newPage();
  watch(stranger);
  await stranger.goto(back);
  await expect(stranger).toHaveURL(/\/sign-in/);
  await expectWayOn(stranger, OVER);
  await expectSignedInAs(stranger);
  await elsewhere.close();

  await page.goto(back);
  await expect(page).toHaveURL('/account');
  await page.goto(back);
  await expectWayOn(page, OVER);
  await expectSignedInAs(page, person);
});

test('a changed state signs nobody in, and the right one still does', async ({ page }) => {
  const person = somebody();
  await leave(page);
  const back = await decided(page, person);
  const tampered = new URL(back);
  tampered.searchParams.set('state', `${tampered.searchParams.get('state')}x`);
  await page.goto(tampered.href);
  await expectWayOn(page, OVER);
  await expectSignedInAs(page);
  await page.goto(back);
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, person);
});

test('who cancels can go on at once', async ({ page }) => {
  await leave(page);
  await page.getByRole('button', { name: 'Deny' }).click();
  await expectWayOn(page, 'You cancelled');
  await expectSignedInAs(page);
  const person = somebody();
  await leave(page);
  await page.goto(await decided(page, person));
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, person);
});
