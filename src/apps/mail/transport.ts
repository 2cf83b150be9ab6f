import { desc, eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { displayName, mailAddress } from "#lib/mail/headers.ts";
import { openTransport, personal, type Mailbox, type Transport } from "#lib/mail/transport.ts";
import { config } from "#config.ts";
import { mailbox, type Letter } from "./schema.ts";

// What the mailbox keeps.
const kept = 1000;

const toMailbox: Transport = {
  name: "the mailbox at /dev/mail/",
  limit: 1000,
  async deliver(letter, recipients) {
    const rows = recipients.map((recipient) => {
      const { subject, html, text, headers } = personal(letter, recipient);
      return { sender: shown(letter.from), recipient: shown(recipient), subject, html, text, headers };
    });
    await db.insert(mailbox).values(rows);
    await db.execute(sql`
      delete from ${mailbox} where id <= (select id from ${mailbox} order by id desc offset ${kept} limit 1)`);
    return { state: "accepted", reason: "" };
  },
};

let chosen: Transport | undefined;

/** The transport of MAIL_URL; without one, the mailbox. */
export function mailTransport(): Transport {
  chosen ??= config.MAIL_URL === undefined ? toMailbox : openTransport(config.MAIL_URL);
  return chosen;
}

/** Has everything after it sent through another transport: for tests and measurements. */
export function useTransport(transport: Transport | undefined): void {
  chosen = transport;
}

/**
 * Whether `/dev/mail/` is there: only while mail goes nowhere else, and on a site of this machine, as whoever reads the
 * mailbox can sign in as anybody.
 */
export function hasMailbox(): boolean {
  const isLocal = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(config.BASE_URL).hostname);
  return config.MAIL_URL === undefined && isLocal;
}

/** Who mail comes from: MAIL_FROM, or `mail@` the host of the site. */
export function sender(): Mailbox {
  const [, name = config.SITE_NAME, given = ""] = /^(?:(.*)<)?([^<>]+)>?$/.exec(config.MAIL_FROM ?? "") ?? [];
  const host = new URL(config.BASE_URL).hostname;
  const address = mailAddress(given) ?? mailAddress(`mail@${host}`) ?? "mail@site.localhost";
  return { address, name: displayName(name) };
}

export async function listLetters(limit = 100): Promise<Pick<Letter, "id" | "recipient" | "subject" | "receivedAt">[]> {
  const { id, recipient, subject, receivedAt } = mailbox;
  return await db.select({ id, recipient, subject, receivedAt }).from(mailbox).orderBy(desc(mailbox.id)).limit(limit);
}

/** The id of the newest letter, 0 while there is none. */
export async function newestLetter(): Promise<number> {
  const [letter] = await listLetters(1);
  return letter?.id ?? 0;
}

export async function getLetter(id: number): Promise<Letter> {
  const [letter] = await db.select().from(mailbox).where(eq(mailbox.id, id));
  if (letter === undefined) throw new NotFound("There is no such mail.");
  return letter;
}

function shown({ address, name }: Mailbox): string {
  return name === "" ? address : `${name} <${address}>`;
}
