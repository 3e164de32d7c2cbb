// The mails that would have been sent.
// It must not send anything.

export class Outbox {
  #mails = [];

  /** `kind` is a purpose of better-auth's, or of a link; a mail has a `code` or a `link`. */
  put({ to, kind, code = null, link = null }) {
    this.#mails.push({ to, kind, code, link, sent_at: new Date().toISOString() });
  }

  /** Oldest first; of one address, or all. */
  list(to) {
    return this.#mails.filter((mail) => !to || mail.to === to.toLowerCase());
  }

  clear() {
    this.#mails = [];
  }
}
