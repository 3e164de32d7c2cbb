// What people, links and programs send to the posts that was not meant to be sent.
import { expect, test } from '../support/test';

test('a post that cannot be there is a 404', async ({ page }) => {
  for (const path of ['/posts/999999999', '/posts/abc', '/posts/-1', '/posts/99999999999999999999']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to the start' })).toBeVisible();
  }
});

test('an edited error in the address of a form says nothing of the editor\'s', async ({ page }) => {
  const forged = Buffer.from('"<b>Your account was hacked</b>"').toString('base64url');
  for (const error of [forged, 'garbage', '%00', 'e30', '']) {
    const answer = await page.goto(`/?/create_post&__path=%2Fapi%2Fcreate_post&__err=${error}&error=${error}`);
    expect(answer?.status()).toBe(200);
    await expect(page.getByText('hacked')).toHaveCount(0);
  }
});

test('a tampered cursor shows the newest posts', async ({ page }) => {
  for (const cursor of ['x', '1-', '99999999999999999999999999999-1', '1-1-1', "1'--"]) {
    const answer = await page.goto(`/?before=${encodeURIComponent(cursor)}`);
    expect(answer?.status(), cursor).toBe(200);
    await expect(page.getByRole('heading', { level: 1, name: 'Posts' })).toBeVisible();
  }
});
