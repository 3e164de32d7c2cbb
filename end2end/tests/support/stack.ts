// Controls of the stand-in for the Stack generation: what Neon, or the user's mailbox, would do from outside.
import { readFileSync } from 'node:fs';
import { checked, type Controls, type Mail } from './controls';
import { ACCESS, type StackGeneration } from './stack-servers';

type Access = { origin: string; super_secret_admin_key: string; project_id: string; secret_server_key: string };

async function call(generation: StackGeneration, method: string, path: string, body?: unknown): Promise<Response> {
  const { origin, ...keys }: Access = JSON.parse(readFileSync(ACCESS[generation], 'utf8'));
  const answer = await fetch(new URL(path, origin), {
    method,
    headers: {
      'content-type': 'application/json',
      'x-stack-access-type': 'server',
      'x-stack-project-id': keys.project_id,
      'x-stack-secret-server-key': keys.secret_server_key,
      'x-stack-super-secret-admin-key': keys.super_secret_admin_key,
    },
    body: method === 'GET' ? undefined : JSON.stringify(body ?? {}),
  });
  return checked(answer, `${method} ${path}`);
}

function of(generation: StackGeneration): Controls {
  return {
    confirmEmail: async (on) => void (await call(generation, 'PATCH', '/local/settings', { require_email_verification: on })),
    lastMail: async (to) => {
      const answer = await call(generation, 'GET', '/local/outbox.json');
      const mails = (await answer.json()) as (Mail & { recipient: string })[];
      return mails.find((mail) => mail.recipient === to);
    },
    mailsLinks: true,
    keepsTabsApart: true,
  };
}

/** By the server that a test runs against. */
export const stack: Record<StackGeneration, Controls> = { stack: of('stack'), 'stack-release': of('stack-release') };

/** How long a new user takes to reach the app's database in local mode: milliseconds, or never. */
export async function syncDelay(delay: number | 'never'): Promise<void> {
  await call('stack', 'PATCH', '/local/settings', { sync_delay: delay });
}

/** Delivers what has been held back. */
export async function syncNow(): Promise<void> {
  await call('stack', 'POST', '/local/sync');
}
