// Signing in at a provider, up to the moment that a test is about: the way back to the app.
import { expect, type Page } from '@playwright/test';
import type { Person } from './people';

/** From the sign-in page to the provider's. */
export async function leave(page: Page, path = '/account'): Promise<void> {
  await page.goto(`/sign-in?return_to=${encodeURIComponent(path)}`);
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await expect(page.getByRole('heading', { name: 'Continue with Google' })).toBeVisible();
}

/** Says there who one is, and follows the way back to the app's door without opening it. Returns its address. */
export async function decided(page: Page, { name, email }: Person): Promise<string> {
  const consent = new URL(page.url());
  const state = consent.searchParams.get('state') ?? '';
  const form = { state, decision: 'approve', name, email, email_verified: 'on' };
  let answer = await page.request.post(new URL('/local/consent', consent).href, { form, maxRedirects: 0 });
  for (;;) {
    const { location } = answer.headers();
    if (!location) throw new Error(`the way back ends at ${answer.url()}: ${answer.status()}`);
    const next = new URL(location, answer.url());
    if (next.pathname === '/auth/callback') return next.href;
    answer = await page.request.get(next.href, { maxRedirects: 0 });
  }
}

/** A page of ours that says why it did not work, and from which one can go on. */
export async function expectWayOn(page: Page, why: string | RegExp): Promise<void> {
  await expect(page.getByRole('alert')).toContainText(why);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue with Google' })).toBeVisible();
}

/** Whom the app takes this browser for. Nobody is sent to the sign-in page. */
export async function expectSignedInAs(page: Page, person?: Person): Promise<void> {
  await page.goto('/account');
  if (person) await expect(page.getByText(person.email)).toBeVisible();
  else await expect(page).toHaveURL('/sign-in?return_to=%2Faccount');
}
