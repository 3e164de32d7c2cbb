// What the controls of every stand-in for Neon Auth are.

/** What a mail holds, as far as it does. */
export type Mail = { code: string; link: string };

export type Controls = {
  /** Sets whether an address has to be verified before it signs in. */
  confirmEmail: (on: boolean) => Promise<void>;
  /** What the last mail to this address holds, if there is one. */
  lastMail: (to: string) => Promise<Mail | undefined>;
  /** Whether its mails have a link in them, and not only a code to type. */
  mailsLinks: boolean;
  /** Whether sign-ins in two tabs know nothing of each other. */
  keepsTabsApart: boolean;
};

export async function checked(answer: Response, what: string): Promise<Response> {
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  return answer;
}
