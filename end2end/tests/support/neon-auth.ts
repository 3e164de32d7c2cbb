// Controls of both stand-ins for Neon Auth: what Neon, or the user's mailbox, would do from outside.
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { User } from './users';
import { data, readServers, type Generation } from './server';

type Access = { origin: string; super_secret_admin_key: string; project_id: string; secret_server_key: string };

function access(): Access {
  return JSON.parse(readFileSync(`${data}/neon-auth.json`, 'utf8'));
}

async function checked(answer: Response, what: string): Promise<Response> {
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function stack(method: string, path: string, body?: unknown): Promise<Response> {
  const { origin, ...keys } = access();
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

type Managed = Exclude<Generation, 'stack'>;

async function managed(generation: Managed, method: string, path: string, body?: unknown): Promise<Response> {
  const { control, control_key } = readServers().levers[generation];
  const headers = { 'content-type': 'application/json', 'x-control-key': control_key };
  const answer = await fetch(control + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return checked(answer, `${method} ${path}`);
}

/** How long a new user takes to reach the app's database: milliseconds, or never. */
export async function syncDelay(delay: number | 'never'): Promise<void> {
  await stack('PATCH', '/local/settings', { sync_delay: delay });
}

/** Delivers what has been held back. */
export async function syncNow(): Promise<void> {
  await stack('POST', '/local/sync');
}

/** Sets whether an address has to be verified before it signs in. */
export async function confirmEmail(generation: Generation, on: boolean): Promise<void> {
  const body = { require_email_verification: on };
  await (generation === 'stack' ? stack('PATCH', '/local/settings', body) : managed(generation, 'PATCH', '/settings', body));
}

type Mail = { code: string; link: string };

/** What the last mail to this address holds, if there is one. */
export async function lastMail(generation: Generation, to: string): Promise<Mail | undefined> {
  if (generation === 'stack') {
    const answer = await stack('GET', '/local/outbox.json');
    const mails = (await answer.json()) as (Mail & { recipient: string })[];
    return mails.find((mail) => mail.recipient === to);
  }
  const answer = await managed(generation, 'GET', `/outbox?to=${encodeURIComponent(to)}`);
  return ((await answer.json()) as Mail[]).at(-1);
}

/** What the mail after `before` holds: some are sent beside the request that asked for them. */
export async function mailed(generation: Generation, to: string, before?: Mail): Promise<Mail> {
  let mail: Mail | undefined;
  const isNew = async () => {
    mail = await lastMail(generation, to);
    return mail !== undefined && JSON.stringify(mail) !== JSON.stringify(before);
  };
  await expect.poll(isNew, { message: `a mail to ${to}` }).toBe(true);
  return mail!;
}

/** As if this user had signed in more than a day ago. */
export async function signedInLongAgo(generation: Managed, { email }: User): Promise<void> {
  await managed(generation, 'POST', '/sessions', { action: 'backdate', email, seconds: 24 * 60 * 60 });
}
