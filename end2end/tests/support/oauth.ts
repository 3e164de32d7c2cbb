// A sign-in at an OAuth provider, up to the moment that a test is about: the callback.
import { expect, type Page } from '@playwright/test';
import type { User } from './users';

/** From the sign-in page to the provider's. */
export async function startSignIn(page: Page, path = '/account'): Promise<void> {
  await page.goto(`/sign-in?return_to=${encodeURIComponent(path)}`);
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await expect(page.getByRole('heading', { name: 'Continue with Google' })).toBeVisible();
}

/** Consents there as this user, and returns the URL of the app's callback without opening it. */
export async function callbackUrl(page: Page, { name, email }: User): Promise<string> {
  const consent = new URL(page.url());
  const state = consent.searchParams.get('state') ?? '';
  const form = { state, decision: 'approve', name, email, email_verified: 'on' };
  let answer = await page.request.post(new URL('/local/consent', consent).href, { form, maxRedirects: 0 });
  for (;;) {
    const { location } = answer.headers();
    if (!location) throw new Error(`the redirects end at ${answer.url()}: ${answer.status()}`);
    const next = new URL(location, answer.url());
    if (next.pathname === '/auth/callback') return next.href;
    answer = await page.request.get(next.href, { maxRedirects: 0 });
  }
}

/** Signs in there as this user. */
export async function signInWithGoogle(page: Page, user: User): Promise<void> {
  await startSignIn(page);
  await page.goto(await callbackUrl(page, user));
  await expect(page).toHaveURL('/account');
  await expectSignedInAs(page, user);
}

/** The sign-in page, which says why a sign-in failed and offers another one. */
export async function expectSignInPage(page: Page, why: string | RegExp): Promise<void> {
  await expect(page.getByRole('alert')).toContainText(why);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue with Google' })).toBeVisible();
}

/** Expects this browser to be signed in as this user, or as no one. */
export async function expectSignedInAs(page: Page, user?: User): Promise<void> {
  await page.goto('/account');
  if (user) await expect(page.getByText(user.email)).toBeVisible();
  else await expect(page).toHaveURL('/sign-in?return_to=%2Faccount');
}
