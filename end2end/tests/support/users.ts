// Users of the app, and how they get in: through its pages.
import { expect, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import type { NewPage } from './test';

export type User = { name: string; email: string; password: string };

/** A user whom no other test knows. */
export function newUser(name = 'Ada Lovelace'): User {
  return { name, email: `${randomUUID()}@example.test`, password: `correct horse ${randomUUID().slice(0, 8)}` };
}

export async function signUp(page: Page, user: User, path = '/'): Promise<void> {
  await page.goto(`/sign-up?return_to=${encodeURIComponent(path)}`);
  await submitSignUp(page, user);
  await expect(page.getByRole('button', { name: 'Sign out' }).first()).toBeVisible();
}

/** Fills and sends the form of the open sign-up page. */
export async function submitSignUp(page: Page, user: User): Promise<void> {
  await page.getByLabel('Name').fill(user.name);
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

/** Fills and sends the form of the open sign-in page. */
export async function signIn(page: Page, user: User): Promise<void> {
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
}

/** Runs `action` on a page of another browser, whose user has just signed up. */
export async function asAnotherUser(newPage: NewPage, path: string, action: (page: Page) => Promise<void>): Promise<void> {
  const page = await newPage();
  await signUp(page, newUser('Charles Babbage'), path);
  await action(page);
}
