// The pages for whoever develops an app: the mails, the settings, and the people who can sign in.
// They must not obey another site: here a person switches what Neon's console switches.
import { NAMES } from './consent.mjs';
import { escape, page } from './page.mjs';

/** The most mails and people that a page shows: the latest ones. */
const SHOWN = 50;

/** The settings that are on or off, with what they mean. */
const SWITCHES = {
  sign_up: 'New people may sign up',
  email_and_password: 'Passwords sign in',
  sign_in_by_code: 'Mailed codes sign in',
  require_email_verification: 'An address has to be confirmed before it signs in',
  auto_sign_in_after_verification: 'Confirming an address signs in',
  delete_user: 'People may delete their accounts themselves',
  rate_limit: 'Calls are limited, as Better Auth limits them',
};

const SUBJECTS = {
  'email-verification': 'Confirm your address',
  'verify-email': 'Confirm your address',
  'sign-in': 'Sign in',
  'magic-link': 'Sign in',
  'forget-password': 'Set a new password',
  'reset-password': 'Set a new password',
};

export class Pages {
  #parts;

  /** `people` are those of the app's sample: `email` and `password`. */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Nothing when the request is for no page of these. */
  async answer(request) {
    const { pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case 'GET /local':
        return this.#people();
      case 'GET /local/outbox':
        return this.#outbox();
      case 'GET /local/settings':
        return this.#settings(searchParams.has('saved'));
      case 'POST /local/settings':
        return this.#change(request);
      default:
        return undefined;
    }
  }

  async #people() {
    const { pool, people } = this.#parts;
    const { rows } = await pool.query(
      `select name, email, "emailVerified" as confirmed from neon_auth."user" order by "createdAt" desc limit ${SHOWN}`,
    );
    const passwords = new Map(people.map(({ email, password }) => [email, password]));
    const listed = rows.map(({ name, email, confirmed }) => {
      const password = passwords.get(email);
      const known = password ? ` Password, unless it was changed: <code>${escape(password)}</code>` : '';
      return (
        `<article><h2>${escape(name)}</h2>` +
        `<p>${escape(email)}, ${confirmed ? 'confirmed' : 'not confirmed'}.${known}</p></article>`
      );
    });
    return page(
      'People',
      '<h1>Local Neon Auth</h1><p>It stands for Managed Neon Auth on this machine, and is the Better Auth that Neon runs. ' +
        '<a href="/local/outbox">Outbox</a>, <a href="/local/settings">settings</a>.</p>' +
        '<p>People who can sign in, the newest first. A provider lets you be anyone else.</p>' +
        (listed.join('') || '<p>Nobody has signed up yet.</p>'),
    );
  }

  #outbox() {
    const mails = this.#parts.outbox.list().slice(-SHOWN).reverse();
    const listed = mails.map(({ to, kind, code, link, sent_at }) => {
      const content = link
        ? `<a href="${escape(link)}">Follow the link in the mail</a>`
        : `Code: <code>${escape(code)}</code>`;
      return (
        `<article><h2>${escape(SUBJECTS[kind] ?? kind)}</h2><p>To ${escape(to)} at ${escape(sent_at)}</p>` +
        `<p>${content}</p></article>`
      );
    });
    return page(
      'Outbox',
      '<h1>Outbox</h1><p>No mail leaves this machine. Newest first. <a href="/local">People</a>, ' +
        `<a href="/local/settings">settings</a>.</p>${listed.join('') || '<p>Nothing was sent yet.</p>'}`,
    );
  }

  #settings(saved) {
    const { current } = this.#parts.settings;
    const box = (name, label, checked) =>
      `<label class="check"><input type="checkbox" name="${name}"${checked ? ' checked' : ''}> ${escape(label)}</label>`;
    const switches = Object.entries(SWITCHES).map(([name, label]) => box(name, label, current[name]));
    const links = box('links', 'The mail that confirms an address holds a link, not a code', current.verification_method === 'link');
    const providers = Object.entries(NAMES).map(([id, name]) => box(id, name, current.providers.includes(id)));
    return page(
      'Settings',
      '<h1>Settings</h1><p>What Neon’s console switches. The app offers it within five minutes, or when it starts again. ' +
        '<a href="/local">People</a>, <a href="/local/outbox">outbox</a>.</p>' +
        `${saved ? '<p role="status">Saved.</p>' : ''}<form method="post" action="/local/settings">${switches.join('')}${links}` +
        `<h2>Providers</h2>${providers.join('')}<button class="primary">Save</button></form>`,
    );
  }

  async #change(request) {
    if (request.headers.get('sec-fetch-site') !== 'same-origin') {
      return new Response('The settings are changed on their own page only.', { status: 403 });
    }
    const fields = new URLSearchParams(await request.text());
    this.#parts.settings.change({
      ...Object.fromEntries(Object.keys(SWITCHES).map((name) => [name, fields.has(name)])),
      verification_method: fields.has('links') ? 'link' : 'otp',
      providers: Object.keys(NAMES).filter((id) => fields.has(id)),
    });
    await this.#parts.service.rebuild();
    return new Response(null, { status: 303, headers: { location: '/local/settings?saved' } });
  }
}
