// PgBouncer in transaction mode between a server and its database, as strict as Debian's is by itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What a server is told to reach its database through it, and how to end it. */
export type Pooler = { variables: Record<string, string>; stop: () => Promise<void> };

const PATIENCE = 20_000;

/** In front of the database of this URL, for the login that is in it. */
export async function pooled(direct: string, port: number): Promise<Pooler> {
  const url = new URL(direct);
  const database = url.pathname.slice(1);
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  // It changes its user when root starts it.
  chmodSync(folder, 0o755);
  const users = join(folder, 'users.txt');
  writeFileSync(users, `"${url.username}" "${decodeURIComponent(url.password)}"\n`);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
${database} = host=${url.hostname} port=${url.port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 5
`,
  );
  const root = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const program = spawn('pgbouncer', [...root, file], { stdio: 'ignore' });
  const ended = once(program, 'exit');
  await listens(port);
  url.port = String(port);
  const stop = async () => {
    program.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  // It forgets who prepared which statement.
  return { variables: { DATABASE_URL: url.href, DATABASE_STATEMENT_CACHE: '0' }, stop };
}

async function listens(port: number): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const answered = await once(socket, 'connect').then(() => true, () => false);
    socket.destroy();
    if (answered) return;
    await pause(50);
  }
  throw new Error('PgBouncer does not listen: `cargo xtask test --all` installs it');
}
