// The servers of a test run: in local mode, and as deployments.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from './deployment';
import { startManaged, type ManagedGeneration } from './managed-servers';
import { data, type Server } from './programs';
import { startStack, type StackGeneration } from './stack-servers';

const description = join(data, 'servers.json');

/** Which server a test runs against, by the generation of its Neon Auth. */
export type Generation = StackGeneration | ManagedGeneration;

type Servers = {
  origins: Record<string, string>;
  deployments: Record<string, Deployment>;
};

/** Starts all of them, and returns how to stop them. */
export default async function start(): Promise<() => Promise<void>> {
  mkdirSync(data, { recursive: true });
  const servers: Server[] = [];
  servers.push(...(await startStack()));
  servers.push(...(await startManaged()));
  const origins = Object.fromEntries(servers.map(({ generation, origin }) => [generation, origin]));
  const deployments = Object.fromEntries(servers.map(({ generation, deployment }) => [generation, deployment]));
  writeFileSync(description, JSON.stringify({ origins, deployments }));
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
}

export function readServers(): Servers {
  return JSON.parse(readFileSync(description, 'utf8'));
}
