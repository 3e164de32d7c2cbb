// Puts the parts together behind one port: the service under `/neondb/auth`, the provider, the pages, the levers.
// It must not decide anything: each request belongs to exactly one part.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Calls } from './calls.mjs';
import { Control } from './control.mjs';
import { open } from './database.mjs';
import { IdentityProvider } from './identity-provider.mjs';
import { fail, receive, send } from './http.mjs';
import { Outages } from './outages.mjs';
import { Outbox } from './outbox.mjs';
import { Pages } from './pages.mjs';
import { Persisted } from './persisted.mjs';
import { Service } from './service.mjs';
import { Settings } from './settings.mjs';

export const BASE_PATH = '/neondb/auth';

/** Anyone may be anyone here, so nothing but this machine reaches it. */
const LOOPBACK = '127.0.0.1';

const NAMES_OF_LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Starts everything, and returns where it is and how to stop it. `dataFolder` keeps settings and mails over a restart,
 * `secret` keeps sessions and keys, `browserOrigin` is where something forwards browsers from, `people` are those of the
 * app's sample, and `announce` is told of each mail where it lies.
 */
export async function start({
  databaseUrl,
  appOwner,
  port = 0,
  log = false,
  changes = {},
  secret,
  dataFolder,
  browserOrigin,
  people = [],
  announce,
}) {
  const file = (name) => (dataFolder ? new Persisted(join(dataFolder, name)) : undefined);
  const settings = new Settings(changes, file('settings.json'));
  // Longer than a client keeps a connection that is not used: otherwise a request may be sent just as it is closed.
  const server = createServer({ keepAliveTimeout: 100_000 });
  // Whoever comes before it can answer, as after a restart, waits.
  let begin;
  const begun = new Promise((resolve) => (begin = resolve));
  server.on('request', (incoming, outgoing) => {
    const answered = begun.then((answer) => answer(incoming, outgoing));
    answered.catch((error) => {
      console.error(error);
      if (!outgoing.headersSent) send(new Response(null, { status: 500 }), outgoing);
    });
  });
  server.listen(port, LOOPBACK);
  const [pool] = await Promise.all([open(databaseUrl), once(server, 'listening')]);
  const origin = `http://localhost:${server.address().port}`;
  const baseUrl = `${origin}${BASE_PATH}`;
  const facing = browserOrigin ?? origin;
  const forBrowsers = (url) => (url.startsWith(`${origin}/`) ? facing + url.slice(origin.length) : url);

  const outbox = new Outbox({
    file: file('outbox.json'),
    forBrowsers,
    announce: announce && (() => announce(`${facing}/local/outbox`)),
  });
  const provider = new IdentityProvider(origin, forBrowsers);
  const service = new Service({ origin, basePath: BASE_PATH, pool, settings, outbox, provider, log, secret, forBrowsers });
  await service.prepare(appOwner);
  const outages = new Outages();
  const calls = new Calls();
  const controlKey = randomBytes(24).toString('base64url');
  const control = new Control({ key: controlKey, settings, service, pool, outbox, outages, calls });
  const pages = new Pages({ settings, service, pool, outbox, people });

  /** Against DNS rebinding: a foreign site can point a name of its own at this machine, and would read the answers. */
  const isOurs = (host = '') => NAMES_OF_LOOPBACK.test(host) || host === new URL(facing).host;

  async function answer(incoming, outgoing) {
    if (!isOurs(incoming.headers.host)) return send(fail(403, 'This answers to names of this machine', 'FORBIDDEN'), outgoing);
    const request = await receive(incoming, origin);
    const { pathname } = new URL(request.url);
    const shown = await pages.answer(request);
    if (shown) return send(shown, outgoing);
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
  begin(answer);

  async function stop() {
    server.close();
    server.closeAllConnections();
    if (!pool.ending) await pool.end();
  }
  return { baseUrl, control: `${origin}/control`, controlKey, stop };
}
