// What people, links and programs send that was not meant to be sent.
import { expect, test } from './support/test';

const html = { accept: 'text/html' };

test('an address that leads nowhere is a page with a way on, and a 404', async ({ page }) => {
  for (const path of ['/nowhere', '/account/nowhere', '/%F0%9F%A6%80']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to the start' })).toBeVisible();
  }
});

test('an edited error in the address says nothing of the editor\'s', async ({ page }) => {
  const forged = Buffer.from('"<b>Your account was hacked</b>"').toString('base64url');
  for (const error of [forged, 'garbage', '%00', 'e30', '']) {
    const answer = await page.goto(`/sign-in?/password&__path=%2Fauth%2Fsign-in&__err=${error}&error=${error}`);
    expect(answer?.status()).toBe(200);
    await expect(page.getByText('hacked')).toHaveCount(0);
  }
});

test('a malformed cookie is no session and no error, and stays as it is', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'leptos-neon-session', value: '%%%', url: baseURL }]);
  const answer = await page.goto('/account');
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  expect(await context.cookies()).toMatchObject([{ name: 'leptos-neon-session', value: '%%%' }]);
});

test('a form from another site is refused', async ({ request, baseURL }) => {
  const send = (origin: string) =>
    request.post('/theme', { headers: { ...html, origin }, form: { theme: 'dark' }, maxRedirects: 0 });
  expect((await send('https://elsewhere.example')).status()).toBe(403);
  expect((await send(baseURL ?? '')).status()).toBe(303);
});
