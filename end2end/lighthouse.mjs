// Lighthouse's scores of three pages for a phone, the middle of five runs each, on the server as built for production.
// LIGHTHOUSE is the folder that it is installed in.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from './free-port.mjs';

const RUNS = 5;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-headless-shell',
];

const modules = join(process.env.LIGHTHOUSE, 'node_modules');
const load = (path) => import(pathToFileURL(join(modules, path)));
const [{ default: lighthouse }, { launch }] = await Promise.all([
  load('lighthouse/core/index.js'),
  load('chrome-launcher/dist/index.js'),
]);

const root = join(import.meta.dirname, '..');
const origin = `http://localhost:${await freePort()}`;
const folder = join(root, 'target/lighthouse');
mkdirSync(folder, { recursive: true });
const server = spawn(join(root, 'target/release/server'), [], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LOCAL_FOLDER: folder,
    LEPTOS_SITE_ROOT: join(root, 'target/site'),
    LEPTOS_HASH_FILES: 'true',
    LEPTOS_SITE_ADDR: `127.0.0.1:${new URL(origin).port}`,
    PUBLIC_ORIGIN: origin,
    RUST_LOG: 'warn',
  },
});
process.once('exit', () => server.kill());
while (!(await fetch(`${origin}/readyz`).catch(() => undefined))?.ok) await pause(50);

const session = await signUp();
const personal = await fill(session);
await write(session);
const feed = await (await fetch(origin)).text();
const pages = [
  { name: 'feed', path: '/' },
  { name: 'post', path: feed.match(/href="(\/posts\/\d+)"/)[1] },
  // Nobody's own page is for search engines.
  ...personal.map((path) => ({ name: path.slice(1), path, headers: { Cookie: session }, without: ['seo'] })),
];
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? CHROMIUMS.find((path) => existsSync(path)),
  chromeFlags: ['--headless=new', '--no-first-run', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
});
for (const page of pages) await judge(page);
await chrome.kill();
server.kill();

async function judge({ name, path, headers, without = [] }) {
  const wanted = CATEGORIES.filter((category) => !without.includes(category));
  const scores = Object.fromEntries(wanted.map((category) => [category, []]));
  const complaints = new Set();
  for (let run = 0; run < RUNS; run++) {
    const { lhr } = await lighthouse(origin + path, {
      port: chrome.port,
      logLevel: 'error',
      onlyCategories: wanted,
      extraHeaders: headers,
      // What the browser has for this origin is the session of the person whose page this is.
      disableStorageReset: Boolean(headers),
    });
    if (new URL(lhr.finalDisplayedUrl).pathname !== path) throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
    for (const category of wanted) {
      scores[category].push(Math.round(lhr.categories[category].score * 100));
      for (const { id, weight } of lhr.categories[category].auditRefs) {
        const { score, title } = lhr.audits[id];
        if (weight > 0 && score !== null && score < 0.9) complaints.add(`${category}: ${title}`);
      }
    }
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[RUNS >> 1];
  const line = wanted.map((category) => `${category} ${middle(scores[category])} (${scores[category].join(', ')})`);
  console.log(`    ${name}: ${line.join('; ')}`);
  for (const complaint of complaints) console.log(`        ${complaint}`);
}

/** As the form does. Returns the cookie. */
async function signUp() {
  const email = `lighthouse-${Date.now()}@example.com`;
  const answer = await post('/sign-up?/password', { name: 'Ada', email, password: 'correct horse battery', return_to: '/' });
  const cookie = answer.headers.getSetCookie().find((line) => line.includes('session='));
  if (!cookie) throw new Error(`nobody was signed up: ${answer.status}`);
  return cookie.split(';')[0];
}

/** Adds 20 rows to each page of the navigation that has a form for one line. Returns the pages. */
async function fill(cookie) {
  const show = async (path) => (await fetch(origin + path, { headers: { cookie } })).text();
  const [nav] = (await show('/')).match(/<nav[^]*?<\/nav>/) ?? [''];
  const filled = [];
  for (const [, path] of nav.matchAll(/href="(\/[^"]+)"/g)) {
    const forms = (await show(path)).matchAll(/<form[^>]*action="(\?\/[^"]+)"[^]*?<\/form>/g);
    const form = [...forms].find(([html]) => /<input[^>]*type="text"/.test(html));
    const [field] = form?.[0].match(/<input[^>]*type="text"[^>]*>/) ?? [];
    if (!field) continue;
    const name = field.match(/name="([^"]+)"/)[1];
    for (let row = 0; row < 20; row++) {
      await post(path + form[1], { [name]: `Something to do, number ${row}`, idempotency_key: crypto.randomUUID() }, cookie);
    }
    filled.push(path);
  }
  return filled;
}

async function write(cookie) {
  const content = `## A heading\n\nA text of some length.\n\n${'Words that make it long enough to be read. '.repeat(60)}`;
  await post('/api/create_post', { title: 'A post', content, idempotency_key: crypto.randomUUID() }, cookie);
}

function post(path, fields, cookie = '') {
  return fetch(origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', origin, cookie },
    body: new URLSearchParams(fields),
  });
}
