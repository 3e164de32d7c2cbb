// The page on which a person chooses who the provider says they are, worded as the other generation's is.
// It must not know what becomes of the choice.
import { escape } from './page.mjs';

/** People who are ready to sign in with one press. */
const READY = [
  { id: 'ada', name: 'Ada Lovelace', email: 'ada.lovelace@example.com' },
  { id: 'grace', name: 'Grace Hopper', email: 'grace.hopper@example.com' },
];

/** The providers that are made up. */
export const NAMES = { github: 'GitHub', google: 'Google', vercel: 'Vercel' };

export function consent(id, state) {
  const provider = escape(NAMES[id] ?? id);
  const begin = `<form method="post" action="/local/consent">${hidden('state', state)}`;
  const ready = READY.map(
    ({ id, name, email }) =>
      `${begin}${hidden('account_id', id)}${hidden('name', name)}${hidden('email', email)}` +
      `${hidden('email_verified', 'on')}<button name="decision" value="approve">${name} ` +
      `<small>${email}, verified</small></button></form>`,
  );
  return (
    `<h1>Continue with ${provider}</h1><p>This is not ${provider}: it is the local stand-in for Neon Auth. Choose ` +
    `who ${provider} says you are. It can be anyone.</p><h2>Somebody ready</h2>${ready.join('')}` +
    `<h2>Somebody else</h2>${begin}<label>Name <input type="text" name="name" autocomplete="off"></label>` +
    `<label>E-mail (empty: ${provider} gives none) <input type="email" name="email" autocomplete="off"></label>` +
    '<label class="check"><input type="checkbox" name="email_verified" checked> The e-mail is verified</label>' +
    `<label>Account id at ${provider} (empty: the e-mail)` +
    '<input type="text" name="account_id" autocomplete="off"></label>' +
    '<button class="primary" name="decision" value="approve">Allow</button></form>' +
    `${begin}<button name="decision" value="deny">Deny</button></form>`
  );
}

function hidden(name, value) {
  return `<input type="hidden" name="${name}" value="${escape(value)}">`;
}
