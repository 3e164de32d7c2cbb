// The levers of the local Neon Auth: what Neon, or another service of the person, would do from outside.
import { readFileSync } from 'node:fs';
import type { Person } from './people';
import { data } from './server';

type Access = { origin: string; super_secret_admin_key: string; project_id: string; secret_server_key: string };

function access(): Access {
  return JSON.parse(readFileSync(`${data}/neon-auth.json`, 'utf8'));
}

async function call(method: string, path: string, body?: unknown): Promise<Response> {
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
    body: JSON.stringify(body ?? {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** How long a new user takes to reach the app's database: milliseconds, or never. */
export async function syncDelay(delay: number | 'never'): Promise<void> {
  await call('PATCH', '/local/settings', { sync_delay: delay });
}

/** Delivers what has been held back. */
export async function syncNow(): Promise<void> {
  await call('POST', '/local/sync');
}

/** Deletes an account at Neon Auth, which marks its row in the app's database. */
export async function deleteAccount({ email, password }: Person): Promise<void> {
  const answer = await call('POST', '/api/v1/auth/password/sign-in', { email, password });
  const { user_id: id } = (await answer.json()) as { user_id: string };
  await call('DELETE', `/local/users/${id}`);
}
