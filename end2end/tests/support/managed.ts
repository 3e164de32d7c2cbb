// Controls of the stand-in for Managed Neon Auth: what Neon, or the user's mailbox, would do from outside.
import { checked, type Controls, type Mail } from './controls';
import { readServers, type Generation } from './server';
import type { User } from './users';

async function call(generation: Generation, method: string, path: string, body?: unknown): Promise<Response> {
  const { control, control_key } = readServers().levers[generation];
  const headers = { 'content-type': 'application/json', 'x-control-key': control_key };
  const answer = await fetch(control + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return checked(answer, `${method} ${path}`);
}

export function managed(generation: Generation): Controls {
  return {
    confirmEmail: async (on) => void (await call(generation, 'PATCH', '/settings', { require_email_verification: on })),
    lastMail: async (to) => {
      const answer = await call(generation, 'GET', `/outbox?to=${encodeURIComponent(to)}`);
      return ((await answer.json()) as Mail[]).at(-1);
    },
    mailsLinks: false,
    // It has one cookie of its own for all tabs, that of the tab that left last: the others end on its host.
    keepsTabsApart: false,
  };
}

/** As if this user had signed in more than a day ago. */
export async function signedInLongAgo(generation: Generation, { email }: User): Promise<void> {
  await call(generation, 'POST', '/sessions', { action: 'backdate', email, seconds: 24 * 60 * 60 });
}
