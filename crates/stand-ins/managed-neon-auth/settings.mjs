// What a person sets in Neon's console, and what a test needs besides.
// It must refuse what it does not know: a misspelt setting would test nothing.

const DEFAULTS = {
  trusted_origins: [],
  allow_localhost: true,
  /** Of `google`, `github`, `vercel`. */
  providers: ['google'],
  email_and_password: true,
  sign_up: true,
  require_email_verification: false,
  /** `otp` or `link`. */
  verification_method: 'otp',
  auto_sign_in_after_verification: true,
  sign_in_by_code: true,
  /** Whether Neon has it on is unknown; better-auth answers 404 when it is off. */
  delete_user: true,
  /** better-auth's own limits: 3 sign-ins in 10 s, 3 codes a minute, by address. */
  rate_limit: false,
  /** Of a JWT. Negative: it has expired already. */
  token_seconds: 900,
  session_seconds: 7 * 24 * 3600,
  /** A session is extended when it was extended longer ago than this. */
  session_update_seconds: 24 * 3600,
  code_seconds: 900,
};

export class Settings {
  #current = { ...DEFAULTS };
  #kept;
  #file;

  /** `changes` are those of this start, and `file` keeps the later ones over a restart. */
  constructor(changes, file) {
    this.#file = file;
    // A file of an earlier version may have others.
    this.#kept = Object.fromEntries(Object.entries(file?.read() ?? {}).filter(([name]) => Object.hasOwn(DEFAULTS, name)));
    this.#apply(this.#kept);
    this.#apply(changes);
  }

  get current() {
    return this.#current;
  }

  change(changes) {
    this.#apply(changes);
    this.#kept = { ...this.#kept, ...changes };
    this.#file?.write(this.#kept);
  }

  #apply(changes) {
    for (const [name, value] of Object.entries(changes)) {
      if (!(name in DEFAULTS)) throw new TypeError(`there is no setting ${name}`);
      const same = typeof value === typeof DEFAULTS[name] && Array.isArray(value) === Array.isArray(DEFAULTS[name]);
      if (!same) throw new TypeError(`${name} is of another type`);
    }
    if (!['otp', 'link', undefined].includes(changes.verification_method)) {
      throw new TypeError('verification_method is otp or link');
    }
    this.#current = { ...this.#current, ...changes };
  }
}
