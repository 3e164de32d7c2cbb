// The way back from an OAuth provider: no one is signed in as another user, and there is always a way on.
import { expect, test } from './support/test';
import { controls } from './support/neon-auth';
import { newUser } from './support/users';
import { callbackUrl, expectSignedInAs, expectSignInPage, signInWithGoogle, startSignIn } from './support/oauth';

const OVER = 'Please start again';

test('a sign-in whose cookie is lost has to start again', async ({ page, context }) => {
  const user = newUser();
  await startSignIn(page);
  const late = await callbackUrl(page, user);
  await context.clearCookies();
  await page.goto(late);
  await expect(page).toHaveURL(/\/sign-in/);
  await expectSignInPage(page, OVER);
  await expectSignedInAs(page);

  await signInWithGoogle(page, user);
});

test('the back button does not undo a sign-in', async ({ page, baseURL }) => {
  const user = newUser();
  await startSignIn(page);
  await page.getByLabel('Name').fill(user.name);
  await page.getByLabel(/^E-mail/).fill(user.email);
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page).toHaveURL('/account');
  // Past what the provider shows, to the page that it began on.
  do await page.goBack();
  while (!page.url().startsWith(`${baseURL}/`));
  await expect(page).toHaveURL('/sign-in?return_to=%2Faccount');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expectSignedInAs(page, user);
});

test('of two sign-ins in two tabs the last one counts', async ({ page, context, generation }) => {
  const [one, other] = [newUser('One'), newUser('Other')];
  const tab = await context.newPage();
  await startSignIn(page);
  await startSignIn(tab);
  await tab.goto(await callbackUrl(tab, other));
  await expect(tab).toHaveURL('/account');
  await expectSignedInAs(tab, other);

  if (!controls(generation).keepsTabsApart) return expectSignedInAs(page, other);
  await page.goto(await callbackUrl(page, one));
  await expect(page).toHaveURL('/account');
  for (const each of [page, tab]) await expectSignedInAs(each, one);
});

test('a callback URL works once, and only in its browser', async ({ page, newPage }) => {
  const user = newUser();
  await startSignIn(page);
  const back = await callbackUrl(page, user);
  const stranger = await newPage();
  await stranger.goto(back);
  await expect(stranger).toHaveURL(/\/sign-in/);
  await expectSignInPage(stranger, OVER);
  await expectSignedInAs(stranger);

  await page.goto(back);
  await expect(page).toHaveURL('/account');
  await page.goto(back);
  await expectSignInPage(page, OVER);
  await expectSignedInAs(page, user);
});

test('a changed state is refused, and the right one still works', async ({ page }) => {
  const user = newUser();
  await startSignIn(page);
  const back = await callbackUrl(page, user);
  const tampered = new URL(back);
  tampered.searchParams.set('state', `${tampered.searchParams.get('state')}x`);
  await page.goto(tampered.href);
  await expectSignInPage(page, OVER);
  await expectSignedInAs(page);
  await page.goto(back);
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, user);
});

test('a cancelled sign-in can be started again', async ({ page }) => {
  await startSignIn(page);
  await page.getByRole('button', { name: 'Deny' }).click();
  await expectSignInPage(page, 'You cancelled');
  await expectSignedInAs(page);
  const user = newUser();
  await signInWithGoogle(page, user);
});
