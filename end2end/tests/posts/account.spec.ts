// What becomes of posts when an account goes, as its page announces it.
import { expect, test } from '../support/test';
import { signUp, somebody } from '../support/people';

test('who is about to delete their account reads how many posts stay', async ({ page }) => {
  await signUp(page, somebody(), '/account/delete');
  await expect(page.getByText('You have no posts.')).toBeVisible();
  for (const [title, sentence] of [
    ['First', 'Your 1 post stays, without your name.'],
    ['Second', 'Your 2 posts stay, without your name.'],
  ]) {
    await page.goto('/posts/new');
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Text').fill('Words.');
    await page.getByRole('button', { name: 'Publish' }).click();
    // Not the heading: the preview shows it before anything is published.
    await expect(page).toHaveURL(/\/posts\/\d+$/);
    await page.goto('/account/delete');
    await expect(page.getByText(sentence)).toBeVisible();
  }
});
