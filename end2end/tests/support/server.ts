// The servers of a test run, once with each generation of Neon Auth.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startManaged, type Deployment, type Levers } from './managed-servers';
import { built, data, program, root, serve, type Server } from './programs';

const description = join(data, 'servers.json');

/** Which server a test runs against, by the generation of its Neon Auth:
 * `stack`: local mode, with the stand-in;
 * `managed`: a deployment with the real better-auth, in Neon's version, and `managed-next` with a later one;
 * `managed-local`: local mode, with the former. */
export type Generation = 'stack' | 'managed' | 'managed-next' | 'managed-local';

type Servers = {
  origins: Record<string, string>;
  levers: Record<string, Levers>;
  deployment?: Deployment;
};

/** Starts all of them, and returns how to stop them. */
export default async function start(): Promise<() => Promise<void>> {
  mkdirSync(data, { recursive: true });
  const servers: Server[] = [];
  servers.push(await serve('stack', program, root, { ...built(), LOCAL_NEON_AUTH_GENERATION: 'stack' }));
  const managed = await startManaged();
  servers.push(...managed.servers);
  const origins = Object.fromEntries(servers.map(({ generation, origin }) => [generation, origin]));
  writeFileSync(description, JSON.stringify({ origins, levers: managed.levers, deployment: managed.deployment }));
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await managed.stop();
  };
}

export function readServers(): Servers {
  return JSON.parse(readFileSync(description, 'utf8'));
}
