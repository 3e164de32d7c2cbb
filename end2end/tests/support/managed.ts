// Controls of the stand-in for Managed Neon Auth: what Neon, or the user's mailbox, would do from outside.
import { checked, type Controls, type Mail } from './controls';
import { levers, type ManagedGeneration } from './managed-servers';
import type { User } from './users';

async function call(generation: ManagedGeneration, method: string, path: string, body?: unknown): Promise<Response> {
  const { control, control_key } = levers(generation);
  const headers = { 'content-type': 'application/json', 'x-control-key': control_key };
  const answer = await fetch(control + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return checked(answer, `${method} ${path}`);
}

function of(generation: ManagedGeneration): Controls {
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

/** By the server that a test runs against. */
export const managed: Record<ManagedGeneration, Controls> = {
  managed: of('managed'),
  'managed-next': of('managed-next'),
  'managed-local': of('managed-local'),
};

/** As if this user had signed in more than a day ago. */
export async function signedInLongAgo(generation: ManagedGeneration, { email }: User): Promise<void> {
  await call(generation, 'POST', '/sessions', { action: 'backdate', email, seconds: 24 * 60 * 60 });
}
