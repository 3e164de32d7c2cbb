// Runs the stand-in for Managed Neon Auth until its standard input ends, so that a killed test leaves nothing behind.
// It must print nothing but one line of JSON: where it is, and the key of its levers.
import './environment.mjs';
import { start } from './server.mjs';

const env = process.env;
if (!env.DATABASE_URL) {
  console.error('Set DATABASE_URL to a database in which the schema neon_auth may be made.');
  process.exit(2);
}

const running = await start({
  databaseUrl: env.DATABASE_URL,
  // The role that owns the app's tables gets what Neon's owner has.
  appOwner: env.APP_OWNER || undefined,
  host: env.HOST || '127.0.0.1',
  port: Number(env.PORT || 0),
  log: Boolean(env.LOG),
  changes: {
    ...(env.TRUSTED_ORIGINS ? { trusted_origins: env.TRUSTED_ORIGINS.split(',') } : {}),
    ...JSON.parse(env.SETTINGS || '{}'),
  },
});
const { baseUrl: base_url, control, controlKey: control_key } = running;
console.log(JSON.stringify({ base_url, control, control_key }));

async function stop() {
  await running.stop();
  process.exit(0);
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.stdin.once('end', stop).once('error', stop).resume();
