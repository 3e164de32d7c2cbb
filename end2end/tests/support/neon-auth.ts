// Controls of the Neon Auth that a test has, whichever generation that is of.
import { expect } from '@playwright/test';
import type { Controls, Mail } from './controls';
import { managed } from './managed';
import type { Generation } from './server';
import { stack } from './stack';

const CONTROLS: Record<Generation, Controls> = { ...stack, ...managed };

export function controls(generation: Generation): Controls {
  return CONTROLS[generation];
}

/** What the mail after `before` holds: some are sent beside the request that asked for them. */
export async function mailed(generation: Generation, to: string, before?: Mail): Promise<Mail> {
  let mail: Mail | undefined;
  const isNew = async () => {
    mail = await controls(generation).lastMail(to);
    return mail !== undefined && JSON.stringify(mail) !== JSON.stringify(before);
  };
  await expect.poll(isNew, { message: `a mail to ${to}` }).toBe(true);
  return mail!;
}
