// A small file of JSON that outlives the program, for its owner only.
// After a crash it must be the old one or the new one, never a part.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export class Persisted {
  #path;

  constructor(path) {
    this.#path = path;
  }

  /** Nothing where there is none yet. */
  read() {
    let text;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`${this.#path} is damaged (${error.message}); delete it to start afresh`);
    }
  }

  write(value) {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const written = `${this.#path}.new`;
    writeFileSync(written, JSON.stringify(value, null, 2), { mode: 0o600 });
    renameSync(written, this.#path);
  }
}
