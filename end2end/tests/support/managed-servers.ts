// The servers with Managed Neon Auth: a deployment, a later version of Better Auth, and local mode.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy, emptyDatabase, migrated } from './deployment';
import { built, data, environment, firstLine, program, root, serve, type Server } from './programs';

/** Which server of this generation a test runs against:
 * `managed`: a deployment with the real better-auth, in Neon's version, and `managed-next` with a later one;
 * `managed-local`: local mode, with the former. */
export type ManagedGeneration = 'managed' | 'managed-next' | 'managed-local';

/** How tests reach the levers of the stand-in. */
type Levers = { control: string; control_key: string };

const description = join(data, 'managed-levers.json');

/** Starts all of them. */
export async function startManaged(): Promise<Server[]> {
  const current = await standIn('managed', '1.4');
  const next = await standIn('managed_next', '1.7');
  const deployed = await deploy('managed', current.logins, current.variables);
  const later = await serve('managed-next', program, root, { ...built(), ...migrated(next.logins), ...next.variables });
  // Whatever an earlier run has switched.
  rmSync(join(data, 'managed-neon-auth'), { recursive: true, force: true });
  const local = await serve('managed-local', program, root, { ...built(), LOCAL_NEON_AUTH_GENERATION: 'managed' });
  const own: Levers = JSON.parse(readFileSync(join(data, 'managed-neon-auth.json'), 'utf8'));
  const all: Record<ManagedGeneration, Levers> = { managed: current.levers, 'managed-next': next.levers, 'managed-local': own };
  writeFileSync(description, JSON.stringify(all));
  const endingWith = (server: Server, { end }: { end: () => void }): Server => ({ ...server, stop: () => server.stop().then(end) });
  return [endingWith(deployed, current), endingWith(later, next), local];
}

/** How to reach the levers of the stand-in that a server has. */
export function levers(generation: ManagedGeneration): Levers {
  return JSON.parse(readFileSync(description, 'utf8'))[generation];
}

/** Managed Neon Auth with an empty database of this name. It ends with its standard input. */
async function standIn(database: string, version: '1.4' | '1.7') {
  const logins = emptyDatabase(database);
  const child = spawn('node', [join(root, 'crates/stand-ins/managed-neon-auth/main.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...environment(), DATABASE_URL: logins.superuser, APP_OWNER: 'app_owner', BETTER_AUTH: version },
  });
  const ended = 'the stand-in for Managed Neon Auth ended before it was ready: is `npm ci` up to date?';
  const { base_url, ...levers } = JSON.parse(await firstLine(child.stdout, ended));
  return { logins, levers: levers as Levers, variables: { NEON_AUTH_BASE_URL: base_url as string }, end: () => void child.stdin.end() };
}
