// How often each endpoint of the service was called, and with which headers the last time.
// It must count what arrives, also during an outage.

export class Calls {
  #calls = {};

  note(incoming, path) {
    const key = `${incoming.method} ${path}`;
    const headers = {};
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
      headers[incoming.rawHeaders[at].toLowerCase()] = incoming.rawHeaders[at + 1];
    }
    this.#calls[key] = { count: (this.#calls[key]?.count ?? 0) + 1, headers };
  }

  /** By method and path below the base, such as `POST /sign-in/email`. */
  list() {
    return this.#calls;
  }

  clear() {
    this.#calls = {};
  }
}
