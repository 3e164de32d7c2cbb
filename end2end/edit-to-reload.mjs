// Measures how long `cargo leptos watch` takes from an edit to the reloaded page. Leaves the files as they were.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.mjs';

const ROUNDS = 5;

const root = join(import.meta.dirname, '..');
const [port, reloadPort] = [await freePort(), await freePort()];

/** A piece of a file, how a word is put behind it, and where to look for that word afterwards. */
const EDITS = [
  { what: 'a view of a page', file: 'pages/src/account/sign_in.rs', text: 'title="Sign in', mark: inText, shown: page },
  ...found('#[island]', /^\s*("[A-Z][a-z ]+[a-z.])/m, { what: 'a view of an island', mark: inText, shown: wasm }),
  ...found('#[server(', /(require_user\(\)\?;)/, { what: 'the body of a server function', mark: inCode, shown: page }),
];

/** The first file of the app that has this mark and a piece of this shape. */
function found(mark, shape, edit) {
  const folder = join(root, 'app/src');
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.rs')).sort();
  const edits = files.flatMap((name) => {
    const source = readFileSync(join(folder, name), 'utf8');
    const [, text] = (source.includes(mark) && source.match(shape)) || [];
    return text ? [{ ...edit, file: join('app/src', name), text }] : [];
  });
  return edits.slice(0, 1);
}

function inText(word) {
  return ` ${word}`;
}

/** Code that is compiled and that no page shows: there the new server's answer is what is waited for. */
function inCode(word) {
  return ` std::hint::black_box("${word}");`;
}

const watch = spawn('cargo', ['leptos', 'watch'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { ...process.env, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, LEPTOS_RELOAD_PORT: `${reloadPort}` },
});
watch.once('exit', () => process.exit(1));
process.once('SIGINT', () => process.exit(1));
await Promise.all([until(page, '<html'), watching()]);
for (const edit of EDITS) console.log(`    ${edit.what}: ${await measure(edit)}`);
watch.removeAllListeners('exit');
watch.kill('SIGINT');

/** The middle of several rounds and all of them, in seconds. */
async function measure({ file, text, mark, shown }) {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const restore = () => writeFileSync(path, before);
  process.once('exit', restore);
  const seconds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const word = `${Date.now()}`;
    const { reloaded } = await openPage();
    const began = performance.now();
    writeFileSync(path, before.replace(text, text + mark(word)));
    await reloaded;
    await until(shown, mark === inCode ? '<html' : word);
    seconds.push((performance.now() - began) / 1000);
    // Somebody reads the page before they go on typing.
    await pause(1000);
  }
  const { reloaded } = await openPage();
  restore();
  await reloaded;
  const sorted = seconds.toSorted((a, b) => a - b);
  return `${sorted[ROUNDS >> 1].toFixed(1)} s (${seconds.map((value) => value.toFixed(1)).join(', ')})`;
}

/** Connects as the script of a page does, which reloads it at the first message. */
async function openPage() {
  const headers = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': 13,
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  const [, socket] = await once(request({ port: reloadPort, path: '/live_reload', headers }).end(), 'upgrade');
  return { reloaded: once(socket, 'data').then(() => socket.destroy()) };
}

/** The server answers before cargo-leptos looks at files. This is what it says last. */
async function watching() {
  watch.stderr.pipe(process.stderr);
  await new Promise((done) => watch.stderr.on('data', (text) => `${text}`.includes('ignore list') && done()));
  await pause(1000);
}

async function until(shown, word) {
  while (!(await shown().catch(() => '')).includes(word)) await pause(20);
}

async function page() {
  return (await fetch(`http://127.0.0.1:${port}/sign-in`)).text();
}

async function wasm() {
  const folder = join(root, 'target/site/pkg');
  return readdirSync(folder).filter((name) => name.endsWith('.wasm')).map((name) => readFileSync(join(folder, name), 'latin1')).join();
}
