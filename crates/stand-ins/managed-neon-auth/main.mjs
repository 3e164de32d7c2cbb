// Runs the stand-in for Managed Neon Auth until its standard input ends, so that whoever is killed leaves nothing behind.
// It must print one line of JSON, where it is and the key of its levers; then nothing, or a line for each mail.
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
  port: Number(env.PORT || 0),
  log: Boolean(env.LOG),
  // Local mode's: what a person wants to find again after a restart, and to be told of.
  secret: env.SECRET || undefined,
  dataFolder: env.DATA_FOLDER || undefined,
  browserOrigin: env.BROWSER_ORIGIN || undefined,
  people: JSON.parse(env.PEOPLE || '[]'),
  announce: env.DATA_FOLDER ? (place) => console.log(`a mail was written: it lies in ${place}`) : undefined,
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
