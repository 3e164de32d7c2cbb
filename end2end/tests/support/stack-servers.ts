// The servers with the Stack generation: local mode, and the release where there is one.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy, emptyDatabase } from './deployment';
import { built, data, environment, firstLine, program, root, serve, type Server } from './programs';
import { hasRelease } from './specs';

/** Which server of this generation a test runs against:
 * `stack`: local mode, with the stand-in;
 * `stack-release`: the release, with one of its own. */
export type StackGeneration = 'stack' | 'stack-release';

/** Where the address and keys of a server's stand-in are. Local mode writes the first itself. */
export const ACCESS: Record<StackGeneration, string> = {
  stack: join(data, 'neon-auth.json'),
  'stack-release': join(data, 'stack-release.json'),
};

/** Starts all of them. */
export async function startStack(): Promise<Server[]> {
  const local = await serve('stack', program, root, { ...built(), LOCAL_NEON_AUTH_GENERATION: 'stack' });
  return hasRelease ? [local, await startRelease()] : [local];
}

/** The stand-in keeps its state in a schema beside the app's tables. */
async function startRelease(): Promise<Server> {
  const logins = emptyDatabase('stack_release');
  const { superuser } = logins;
  const child = spawn(program, ['local-neon-auth'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment(), LOCAL_NEON_AUTH_STATE_URL: superuser, LOCAL_NEON_AUTH_DIRECTORY_URL: superuser },
  });
  const line = await firstLine(child.stdout, 'the stand-in for the Stack generation ended before it was ready');
  writeFileSync(ACCESS['stack-release'], line);
  const access = JSON.parse(line);
  const needed = {
    STACK_PROJECT_ID: access.project_id,
    STACK_PUBLISHABLE_CLIENT_KEY: access.publishable_client_key,
    STACK_SECRET_SERVER_KEY: access.secret_server_key,
  };
  const server = await deploy('stack-release', logins, needed, { STACK_API_URL: access.origin });
  const stop = async () => {
    await server.stop();
    child.kill();
  };
  return { ...server, stop };
}
