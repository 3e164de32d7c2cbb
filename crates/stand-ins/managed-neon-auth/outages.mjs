// The service being down, slow, broken or unheard, for every path or for one.
// It must not touch better-auth: what was called during an outage has not happened, but where its answer is `lost`.

const MEGABYTES = 10;
const DEPTH = 100_000;

const ANSWERS = {
  unavailable: () => new Response('upstream unavailable', { status: 503 }),
  close: () => 'close',
  html: () => new Response('<!doctype html><h1>Bad gateway</h1>', { headers: { 'content-type': 'text/html' } }),
  huge: () => Response.json({ message: 'x'.repeat(MEGABYTES * 1024 * 1024) }),
  deep: () => asJson('['.repeat(DEPTH) + ']'.repeat(DEPTH)),
  wrong_types: () => Response.json({ token: 7, user: 'nobody', session: [], keys: {}, url: false, success: 'perhaps' }),
  redirect: () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } }),
  /** Whatever a test wants: `status`, `headers` as pairs, `body` as text. */
  answer: ({ status = 200, headers = [], body = '' }) => new Response(body, { status, headers }),
};

const asJson = (body) => new Response(body, { headers: { 'content-type': 'application/json' } });

export class Outages {
  /** By path; `*` is every path that has none of its own. */
  #outages = new Map();

  begin({ mode, path = '*', ...details }) {
    if (mode !== 'hang' && mode !== 'lost' && !(mode in ANSWERS)) throw new TypeError(`there is no outage ${mode}`);
    this.#release(path);
    const outage = { mode, details };
    if (mode === 'hang') outage.over = new Promise((resolve) => (outage.release = resolve));
    this.#outages.set(path, outage);
  }

  /** Of one path, or all. */
  end(path) {
    for (const each of path ? [path] : [...this.#outages.keys()]) {
      this.#release(each);
      this.#outages.delete(each);
    }
  }

  list() {
    return [...this.#outages].map(([path, { mode }]) => ({ path, mode }));
  }

  /** What to answer instead of the service: a response, `close`, `lost` (the service is called, and nobody told), or nothing. One that hangs goes on when it is over. */
  async instead(path) {
    const outage = this.#outages.get(path) ?? this.#outages.get('*');
    if (!outage) return undefined;
    if (outage.mode === 'lost') return 'lost';
    if (outage.mode === 'hang') return outage.over;
    return ANSWERS[outage.mode](outage.details);
  }

  #release(path) {
    this.#outages.get(path)?.release?.();
  }
}
