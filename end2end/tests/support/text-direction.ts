// The positions of letters on the screen, in either text direction.
import type { Locator } from '@playwright/test';

/** The pieces of text in an element, from left to right. */
export function fromLeftToRight(element: Locator): Promise<string[]> {
  return element.evaluate((root) => {
    const pieces: { text: string; left: number }[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const text = walker.currentNode.textContent!.trim();
      if (text) pieces.push({ text, left: range.getBoundingClientRect().left });
    }
    return pieces.sort((one, other) => one.left - other.left).map(({ text }) => text);
  });
}

/** These letters of an element, in the order in which they stand. */
export function lettersFromLeftToRight(element: Locator, letters: string[]): Promise<string[]> {
  return element.evaluate((root, wanted) => {
    const left = (letter: string): number => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const at = walker.currentNode.textContent!.indexOf(letter);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + letter.length);
        return range.getBoundingClientRect().left;
      }
      throw new Error(`no ${letter} in ${root.textContent}`);
    };
    return wanted.map((letter) => ({ letter, at: left(letter) })).sort((a, b) => a.at - b.at).map(({ letter }) => letter);
  }, letters);
}
