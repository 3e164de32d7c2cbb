// Puts the parts together behind one port: the service under `/neondb/auth`, the provider, the levers.
// It must not decide anything: each request belongs to exactly one part.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Calls } from './calls.mjs';
import { Control } from './control.mjs';
import { open } from './database.mjs';
import { IdentityProvider } from './identity-provider.mjs';
import { fail, receive, send } from './http.mjs';
import { Outages } from './outages.mjs';
import { Outbox } from './outbox.mjs';
import { Service } from './service.mjs';
import { Settings } from './settings.mjs';

export const BASE_PATH = '/neondb/auth';

/** Starts everything, and returns where it is and how to stop it. */
export async function start({ databaseUrl, appOwner, host = '127.0.0.1', port = 0, log = false, changes = {} }) {
  const settings = new Settings(changes);
  const server = createServer();
  server.listen(port, host);
  const [pool] = await Promise.all([open(databaseUrl), once(server, 'listening')]);
  const origin = `http://localhost:${server.address().port}`;
  const baseUrl = `${origin}${BASE_PATH}`;

  const outbox = new Outbox();
  const provider = new IdentityProvider(origin);
  const service = new Service({ origin, basePath: BASE_PATH, pool, settings, outbox, provider, log });
  await service.prepare(appOwner);
  const outages = new Outages();
  const calls = new Calls();
  const controlKey = randomBytes(24).toString('base64url');
  const control = new Control({ key: controlKey, settings, service, pool, outbox, outages, calls });

  async function answer(incoming, outgoing) {
    const request = await receive(incoming, origin);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/control/')) return send(await control.answer(request), outgoing);
    if (provider.owns(pathname)) return send(await provider.answer(request), outgoing);
    if (!pathname.startsWith(`${BASE_PATH}/`)) return send(fail(404, 'Not Found', 'NOT_FOUND'), outgoing);
    const path = pathname.slice(BASE_PATH.length);
    calls.note(incoming, path);
    const instead = await outages.instead(path);
    if (instead === 'close') return incoming.socket.destroy();
    if (instead === 'lost') {
      await service.answer(request, path);
      return send(new Response('upstream unavailable', { status: 503 }), outgoing);
    }
    return send(instead ?? (await service.answer(request, path)), outgoing);
  }
  server.on('request', (incoming, outgoing) => {
    answer(incoming, outgoing).catch((error) => {
      console.error(error);
      if (!outgoing.headersSent) send(new Response(null, { status: 500 }), outgoing);
    });
  });

  async function stop() {
    server.close();
    server.closeAllConnections();
    await pool.end();
  }
  return { baseUrl, control: `${origin}/control`, controlKey, stop };
}
