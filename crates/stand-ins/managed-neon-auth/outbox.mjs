// The mails that would have been sent.
// It must not send anything.

/** So that a file of them stays small. */
const MOST = 500;

export class Outbox {
  #mails;
  #file;
  #forBrowsers;
  #announce;

  /** `file` keeps the mails over a restart, `forBrowsers` turns a link into one that a browser can follow, and `announce` is called for each mail. */
  constructor({ file, forBrowsers, announce }) {
    this.#file = file;
    this.#mails = file?.read() ?? [];
    this.#forBrowsers = forBrowsers;
    this.#announce = announce;
  }

  /** `kind` is a purpose of better-auth's, or of a link; a mail has a `code` or a `link`. */
  put({ to, kind, code = null, link = null }) {
    const mail = { to, kind, code, link: link && this.#forBrowsers(link), sent_at: new Date().toISOString() };
    this.#keep([...this.#mails, mail].slice(-MOST));
    this.#announce?.();
  }

  /** Oldest first; of one address, or all. */
  list(to) {
    return this.#mails.filter((mail) => !to || mail.to === to.toLowerCase());
  }

  clear() {
    this.#keep([]);
  }

  #keep(mails) {
    this.#mails = mails;
    this.#file?.write(mails);
  }
}
