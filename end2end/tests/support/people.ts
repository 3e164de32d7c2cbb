// People who use the app, and how they get in: through the pages, as anybody would.
import { expect, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';

export type Person = { name: string; email: string; password: string };

/** Somebody whom no other test knows. */
export function somebody(name = 'Ada Lovelace'): Person {
  return { name, email: `${randomUUID()}@example.test`, password: `correct horse ${randomUUID().slice(0, 8)}` };
}

export async function signUp(page: Page, person: Person, path = '/'): Promise<void> {
  await page.goto(`/sign-up?return_to=${encodeURIComponent(path)}`);
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible();
}

export async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
